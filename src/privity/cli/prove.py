"""`privity prove`: plant invented data, exercise everything, and show that nothing is left."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from random import Random
from secrets import randbits
from typing import Annotated

import typer
from rich.console import Console

from privity.errors import CanaryFound, OperatorError
from privity.prove.run import prove as run
from privity.settings import load

HELP = """Plant invented personal data, exercise every path, and search for it everywhere.

A server of its own starts in a scratch home with the policy and limits of this home, so nothing of
yours is touched. Conversations with planted values go through every endpoint and position; the
provider fails, clients leave, and the server is killed in the middle of answers, with debug logging
on. Then everything that the server wrote is searched, in every form in which text may hide.

Exit status: 0 if nothing was found, 1 if something was, 3 if nothing could be proven.

Examples:

  privity prove --home ~/privity

  privity prove --home ~/privity --json | jq .searched
"""


def add_to(app: typer.Typer) -> None:
    """Add the command to a program."""
    app.command("prove", help=HELP)(prove)


def prove(
    home: Annotated[
        Path, typer.Option("--home", envvar="PRIVITY_HOME", help="The home to prove.")
    ] = Path(".home"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Plant the same values as an earlier run.")
    ] = None,
) -> None:
    """Run the self-test and print what was searched and what was found."""
    load(home)
    drawn = randbits(64) if seed is None else seed
    console = Console()
    busy = Console(stderr=True).status("Planting, exercising, searching; about half a minute.")
    with busy, tempfile.TemporaryDirectory(prefix="privity-prove-") as folder:
        report = run(home, Path(folder), _values(drawn))
    if as_json:
        typer.echo(json.dumps({**report.as_json(), "seed": drawn}, indent=2))
    else:
        console.print(report.shown())
    if report.hits:
        message = "; ".join(report.problems) + f" (--seed {drawn} plants the same values again)"
        raise CanaryFound(message)
    if report.problems:
        raise OperatorError("; ".join(report.problems))


def _values(seed: int) -> Random:
    """Return the source of invented values; they are no secrets, so it may be repeatable."""
    return Random(seed)  # noqa: S311 - nothing is protected by these numbers
