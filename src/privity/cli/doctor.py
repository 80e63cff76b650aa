"""`privity doctor`: check an installation and say what to do."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from privity.adapters import tls
from privity.adapters.examine import examine
from privity.cli.options import HERE, HomeOption


def add_to(app: typer.Typer) -> None:
    """Add the command to a program."""
    app.command("doctor")(doctor)


def doctor(
    home: HomeOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check files, policy, keys, database, log, detector, providers, TLS and disk.

    Exit status: 0 if all is well, 1 if something needs to be done.

    For example:

      privity doctor --home ~/privity

      privity doctor --json | jq '.[] | select(.code != "ok")'
    """
    if not tls.is_strict():
        tls.restart_strictly()
    findings = examine(home)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for found in findings:
            well = found.code == "ok"
            typer.echo(f"{'ok  ' if well else 'BAD '} {found.part:<12} {found.detail}")
            if not well:
                typer.echo(f"     {'':<12} {found.code}: {found.remedy}")
    if any(finding.code != "ok" for finding in findings):
        raise typer.Exit(1)
