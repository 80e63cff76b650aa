"""`privity doctor`: check an installation and say what to do."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from privity.adapters import tls
from privity.adapters.examine import examine
from privity.cli.options import HERE, HomeOption
from privity.governance.checks import Finding, Grade

_MARKS = {Grade.WELL: "ok  ", Grade.ADVICE: "TODO", Grade.WRONG: "BAD "}


def add_to(app: typer.Typer) -> None:
    """Add the command to a program."""
    app.command("doctor")(doctor)


def doctor(
    home: HomeOption = HERE,
    production: Annotated[
        bool,
        typer.Option("--production", help="Ask for everything that people depend on."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check files, policy, keys, database, log, clock, providers, TLS, backups, staff and more.

    Without --production, what is enough on one's own machine is not told.

    Exit status: 0 if all is well, 1 if something needs to be done.

    For example:

      privity doctor --home ~/privity

      privity doctor --production --json | jq '.[] | select(.grade != "well")'
    """
    if not tls.is_strict():
        tls.restart_strictly()
    found = examine(home)
    waiting = [each for each in found if each.grade is Grade.ADVICE]
    told = found if production else tuple(each for each in found if each not in waiting)
    if as_json:
        typer.echo(json.dumps([finding.named() for finding in told], indent=2))
    else:
        for finding in told:
            _say(finding)
        if waiting and not production:
            typer.echo(f"{len(waiting)} more before people depend on it: --production tells them")
    if any(finding.grade is not Grade.WELL for finding in told):
        raise typer.Exit(1)


def _say(finding: Finding) -> None:
    typer.echo(f"{_MARKS[finding.grade]} {finding.part:<14} {finding.verdict.detail}")
    if finding.grade is not Grade.WELL:
        typer.echo(f"     {'':<14} {finding.code}: {finding.verdict.remedy}")
