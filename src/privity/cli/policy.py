"""`privity policy`: check, show, compare and adopt the policy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from privity.adapters import home as homes
from privity.adapters.files import read_policy_file
from privity.adapters.home import IN_FORCE, read_policy
from privity.adapters.versions import announced
from privity.cli.evidence import HELP as EVIDENCE
from privity.cli.evidence import evidence
from privity.errors import PolicyInvalid
from privity.model.policy import Policy
from privity.policy.canonical import canonical
from privity.policy.diff import Change, changes
from privity.policy.notice import say
from privity.settings import load as load_settings

HERE = Path(".home")
WIDENS, INVALID = 1, 3

CHECK = """Check a policy, and say what it changes. Nothing takes force.

Every mistake is named with its line. With --against, or in a home whose policy was edited, every
change is listed; those marked + allow more than before and need a privacy review.

Exit status: 0 it is valid and allows nothing more, 1 it allows more, 2 the command is at fault, 3
it is not valid.

Examples:

  privity policy check policy.toml

  privity policy check --home ~/privity

  privity policy check new.toml --against policy.toml --json
"""

SHOW = """Show the policy that is in force, clause by clause, as it is enforced.

Examples:

  privity policy show

  privity policy show policy.toml --json | jq .digest
"""

ADOPT = """Let the edited policy of a home take force, and write it into the audit log.

A policy that allows more than the one in force needs the id of the privacy review that approved it
and, on a server that others reach, a day from which it holds: people can read it before, for as
long as notice.days says. Until that day the old one holds. Running servers go on with the old one
until they are started again; one that was announced they take up by themselves.

Exit status: 0 it is in force or announced, 3 it is not valid, allows more and has no review, or is
announced too late.

Examples:

  privity policy adopt --home ~/privity

  privity policy adopt --home ~/privity --review PR-2025-014 --effective 2026-12-24
"""

FileArgument = Annotated[Path | None, typer.Argument(help="A policy file, instead of a home's.")]
HomeOption = Annotated[
    Path, typer.Option("--home", envvar="PRIVITY_HOME", help="The folder of the home.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(help="Check, compare and adopt the policy.", no_args_is_help=True)
    group.command("check", help=CHECK)(check)
    group.command("show", help=SHOW)(show)
    group.command("adopt", help=ADOPT)(adopt)
    group.command("evidence", help=EVIDENCE)(evidence)
    app.add_typer(group, name="policy")


def check(
    file: FileArgument = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="The policy to compare with.")
    ] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Check a policy, and say what it changes."""
    try:
        policy = read_policy(home) if file is None else read_policy_file(file)
        old = read_policy_file(against) if against is not None else None
        if against is None and file is None:
            old = read_policy(home, IN_FORCE)
    except PolicyInvalid as error:
        if not as_json:
            raise
        said = {"valid": False, "errors": error.detail.splitlines(), "code": error.code}
        typer.echo(json.dumps(said, indent=2))
        raise typer.Exit(INVALID) from error
    found = () if old is None else changes(old, policy)
    if as_json:
        _print_json(policy, found)
    else:
        _print(policy, found, compared=old is not None)
    if any(change.widens for change in found):
        raise typer.Exit(WIDENS)


def _print_json(policy: Policy, found: Sequence[Change]) -> None:
    said = {
        "valid": True,
        "digest": policy.digest,
        "widens": any(change.widens for change in found),
        "changes": [{"text": change.text, "widens": change.widens} for change in found],
    }
    typer.echo(json.dumps(said, indent=2))


def _print(policy: Policy, found: Sequence[Change], *, compared: bool) -> None:
    typer.echo(f"valid: version {policy.version}, {len(policy.clauses)} clauses")
    typer.echo(f"SHA-256 {policy.digest}")
    for change in found:
        typer.echo(f"{'+' if change.widens else '-'} {change.text}")
    if compared and not found:
        typer.echo("no change")
    if any(change.widens for change in found):
        typer.echo("lines with + allow more than before: they need a privacy review")


def show(file: FileArgument = None, home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """Show the policy as it is enforced."""
    policy = read_policy(home, IN_FORCE) if file is None else read_policy_file(file)
    if as_json:
        enforced = json.loads(canonical(policy, policy.clauses))
        typer.echo(json.dumps({**enforced, "digest": policy.digest}, indent=2, ensure_ascii=False))
        return
    typer.echo(f"version {policy.version} of {policy.controller}, {policy.contact}")
    typer.echo(f"SHA-256 {policy.digest}")
    for practice, clause in policy.clauses:
        typer.echo(f"\n{practice}: {type(clause).__name__}\n  {say(clause)}")


def adopt(
    home: HomeOption = HERE,
    review: Annotated[
        str, typer.Option("--review", help="Id of the privacy review that approved it.")
    ] = "",
    effective: Annotated[
        datetime | None,
        typer.Option("--effective", formats=["%Y-%m-%d"], help="The day (UTC) it holds from."),
    ] = None,
) -> None:
    """Let the edited policy of a home take force, now or on a day."""
    opened = homes.open_home(load_settings(home))
    since = None if effective is None else effective.replace(tzinfo=UTC)
    active = homes.adopt_policy(opened, homes.Adopting(review, since))
    typer.echo(f"in force: version {active.version}, SHA-256 {active.digest}")
    ahead = announced(home, homes.now())
    if ahead is not None and ahead.since is not None:
        day = ahead.since.date().isoformat()
        typer.echo(f"from {day}: version {ahead.policy.version}, SHA-256 {ahead.policy.digest}")
    else:
        typer.echo("start running servers again, so that they use it", err=True)
