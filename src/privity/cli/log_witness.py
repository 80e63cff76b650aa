"""`privity log witness`: what the witnesses of the log have cosigned."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from privity.adapters import home as homes
from privity.adapters.regions import store_at
from privity.adapters.witness.asking import Named, Seen, Witnesses, witnesses_of
from privity.cli.options import HERE, HomeOption, RegionOption
from privity.errors import PrivityError
from privity.settings import load


def witness(
    home: HomeOption = HERE,
    region: RegionOption = None,
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask every witness for the newest checkpoint first.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the witnesses of the log: what each cosigned last, and when.

    Witnesses stand in the file that the setting witnesses.file names, one in each line:
    `witness NAME VKEY URL`. A running gateway asks them every witnesses.seconds.

    Exit status: 1 if a witness that was asked did not cosign.

    For example:

      privity log witness --ask
    """
    opened = store_at(homes.open_home(load(home)), region)
    found = witnesses_of(opened.settings, opened.journal.reader, opened.signer.verifier)
    failed = asyncio.run(_ask(found)) if ask else {}
    with opened.journal.reader.snapshot() as log:
        size = log.head().size
    seen = {each.witness: each for each in found.seen()}
    rows = [_row(each, seen.get(each), failed.get(each, "")) for each in found.named]
    if as_json:
        typer.echo(json.dumps({"entries": size, "witnesses": rows}, indent=2))
    else:
        typer.echo(f"the log has {size} entries")
        for row in rows:
            last = f"{row['size']} at {row['at']}" if row["at"] else "nothing"
            typer.echo(f"{row['name']}: cosigned {last}  {row['error']}".rstrip())
        if not rows:
            typer.echo("no witness is named; see witnesses.file in settings.toml")
    if failed:
        raise typer.Exit(1)


async def _ask(witnesses: Witnesses) -> dict[Named, str]:
    """Ask every witness; return what went wrong, by witness."""
    failed = {}
    for each in witnesses.named:
        try:
            await witnesses.ask(each)
        except PrivityError as error:
            failed[each] = f"{error.detail} ({error.code})"
    return failed


def _row(each: Named, seen: Seen | None, error: str) -> dict[str, str | int]:
    return {
        "name": each.key.name,
        "url": each.url,
        "size": 0 if seen is None else seen.checkpoint.size,
        "at": "" if seen is None else seen.at.isoformat(),
        "error": error,
    }
