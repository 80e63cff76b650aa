"""The command line. A command is imported when it is called, so that `--help` is quick."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import typer

from privity.errors import CallerError, CanaryFound, OperatorError, PrivityError
from privity.gateway.report import where

FOUND, CALLER, OPERATOR, DEFECT = 1, 2, 3, 70
"""Exit codes: the call is at fault, the installation is, privity is. 1 means: looked, and found."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command, the module that has it, and what `--help` says of it."""

    name: str
    module: str
    help: str


COMMANDS = (
    Command("init", "home", "Create a home: settings, policy, keys, database."),
    Command("serve", "serve", "Run the gateway and its status page."),
    Command("app", "apps", "Add, list and remove applications that hold keys."),
    Command("access", "access", "Say who of the staff may do what, and why."),
    Command("staff", "staff", "Invite the first administrator of the console, list staff."),
    Command("keys", "keys", "Make the root key, rotate keys, say how old they are."),
    Command("watch", "watch", "Watch for attacks, see alerts, plant honey records."),
    Command("doctor", "doctor", "Check an installation and say what to do."),
    Command("healthy", "healthy", "Ask the server of a home whether it is well."),
    Command("region", "region", "Make and list the stores of further regions."),
    Command("migrate", "home", "Bring the database of a home to this version."),
    Command("policy", "policy", "Check, compare and adopt the policy."),
    Command("notice", "notice", "Print the notice that people read, from the enforced policy."),
    Command("log", "log", "Verify and export the audit log."),
    Command("erase", "erase", "Destroy what is kept of one person, and certify it."),
    Command("person", "person", "Say where a person lives; move them to another region."),
    Command("choices", "choices", "Show what a person decided, decide as they ask, prove it."),
    Command("certificate", "erase", "Issue and verify deletion certificates."),
    Command("receipt", "receipt", "Show and verify the receipt of an exchange."),
    Command("export", "export", "Verify what a person took along."),
    Command("backup", "backup", "Write everything but the root key into one file."),
    Command("restore", "backup", "Put a home back; who was erased since stays erased."),
    Command("try-backup", "backup", "Put a backup back to try, and write that it worked."),
    Command("hold", "hold", "Keep a record past its deadline, for a court or authority."),
    Command("sweep", "hold", "Delete what is due."),
    Command("requests", "requests", "Answer what people ask about their data, in time."),
    Command("minors", "minors", "See and judge requests for parents' consent."),
    Command("mail", "mail", "Test the mail server, see what waits."),
    Command("witness", "witness", "Be a witness for somebody's log, on another machine."),
    Command("detectors", "detectors", "Check and import your own patterns."),
    Command("scan", "text", "List the personal data in a text: kind, place, confidence."),
    Command("redact", "text", "Treat the personal data in a text as the policy says."),
    Command("prove", "prove", "Plant invented data, exercise everything, show that none is left."),
    Command("demo", "demo", "Show one conversation on its way through the gateway."),
)


def main() -> None:
    """Run a command; errors are told with their code and remedy, never with a trace."""
    app = build(sys.argv[1:])
    try:
        app()
    except PrivityError as error:
        typer.echo(f"error: {error.detail}\n  code: {error.code}\n  {error.remedy}", err=True)
        sys.exit(exit_code(error))
    except Exception as error:  # noqa: BLE001 - its message may quote what a command was given
        typer.echo(f"error: {where(error)}\n  code: internal\n  {PrivityError.remedy}", err=True)
        sys.exit(DEFECT)


def exit_code(error: PrivityError) -> int:
    """Return the exit code that says who must act."""
    match error:
        case CanaryFound():
            return FOUND
        case CallerError():
            return CALLER
        case OperatorError():
            return OPERATOR
        case _:
            return DEFECT


def build(arguments: Sequence[str]) -> typer.Typer:
    """Return the program, with the command that is called, and with the names of all others."""
    app = typer.Typer(
        name="privity",
        help="A privacy layer between people and AI assistants: minimizes, seals, proves.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(invoke_without_command=True)(_program)
    called = next((word for word in arguments if not word.startswith("-")), "")
    module = next((command.module for command in COMMANDS if command.name == called), "")
    if module:
        import_module(f"privity.cli.{module}").add_to(app)
    for command in COMMANDS:
        if command.module != module:
            app.command(command.name, help=command.help)(_elsewhere)
    return app


def _program(
    shown: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Minimizes, seals, proves."""
    if shown:
        typer.echo(version("privity"))
        raise typer.Exit


def _elsewhere() -> None:
    """Stand for a command that was not called, in the list of all."""
