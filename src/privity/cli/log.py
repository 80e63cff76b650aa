"""`privity log`: show, verify and prove what the audit log says."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from privity.adapters.bundle import Bundle, verify_bundle
from privity.audit import tlog_proof
from privity.audit.checkpoint import open_checkpoint
from privity.audit.verify import Flaw, Report
from privity.audit.verify import verify as verify_log
from privity.cli.log_files import (
    BundleOption,
    KeyOption,
    Where,
    export,
    given_key,
    read_text,
    reader_of,
    signed_log,
    verifier_of,
)
from privity.cli.log_witness import witness
from privity.cli.options import HERE, HomeOption, RegionOption
from privity.errors import BadInput

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_WORDS = {
    Flaw.GAP: "an entry is missing, or comes twice, at index",
    Flaw.FORM: "an entry is not as privity writes it, at index",
    Flaw.SIGNATURE: "a checkpoint is not signed by the log's key, at size",
    Flaw.ROOT: "the entries are not what was signed, up to size",
    Flaw.CUT: "entries that were signed are missing, up to size",
    Flaw.UNSIGNED: "entries were added that nobody signed, after size",
    Flaw.TILE: "a stored tile of hashes is not what the entries give: number",
    Flaw.FILE: "the folder holds files that are no part of the log; how many:",
    Flaw.KEPT: "the log is not the one of the checkpoint that you kept, of size",
}


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        help="Show, verify and prove what the audit log says.", no_args_is_help=True
    )
    for command in (verify, show, prove, check, checkpoint, export, witness):
        group.command(command.__name__)(command)
    app.add_typer(group, name="log")


def verify(
    home: HomeOption = HERE,
    region: RegionOption = None,
    key: KeyOption = "",
    kept: Annotated[
        list[Path] | None,
        typer.Option(
            "--kept", "--against", help="A checkpoint that you kept elsewhere; may be repeated."
        ),
    ] = None,
    bundle: BundleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the whole log again and compare it with every signed checkpoint.

    A log cut back together with its checkpoints shows only against one kept elsewhere: print one
    with `privity log checkpoint`, keep it away from this machine, and give it with --kept.

    Exit status: 0 if the log is whole, 1 if it is not.

    For example:

      privity log verify --home ~/privity --against january.txt

      privity log verify --bundle evidence --key privity.local/1a2b+0d1e2f3a+AbC=
    """
    where = Where(home, region)
    verifier = verifier_of(where, key)
    checkpoints = [open_checkpoint(verifier, read_text(path)) for path in kept or ()]
    with signed_log(where, bundle, verifier) as log:
        if isinstance(log, Bundle):
            report = verify_bundle(log, verifier, checkpoints)
        else:
            report = verify_log(log, verifier, checkpoints)
    _print_report(report, as_json=as_json)
    if report.problems:
        raise typer.Exit(1)


def show(
    home: HomeOption = HERE,
    region: RegionOption = None,
    count: Annotated[int, typer.Option("-n", min=1, help="How many, the newest.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Show the newest entries. They hold no personal data.

    For example:

      privity log show -n 5
    """
    with reader_of(Where(home, region)).snapshot() as snapshot:
        size = snapshot.head().size
        entries = list(snapshot.entries(max(0, size - count)))
    for index, body in entries:
        said = _said(body)
        if as_json:
            typer.echo(json.dumps({"index": index, "entry": said}))
            continue
        when = _when(said.pop("at", None))
        event = said.pop("event", "unreadable")
        rest = {name: value for name, value in said.items() if name not in {"v", "policy"}}
        typer.echo(f"{index:>8}  {when}  {event:<18} {json.dumps(rest) if rest else ''}")


def prove(
    index: Annotated[int, typer.Argument(help="The entry's index.")],
    home: HomeOption = HERE,
    region: RegionOption = None,
    key: KeyOption = "",
    bundle: BundleOption = None,
) -> None:
    """Print the proof that an entry is in the log: one file that anyone can check offline.

    For example:

      privity log prove 41 > 41.tlog-proof
    """
    where = Where(home, region)
    verifier = verifier_of(where, key)
    with signed_log(where, bundle, verifier) as log:
        note = log.note if isinstance(log, Bundle) else log.head().note
        found = next(iter(log.entries(index, index + 1)), None) if index >= 0 else None
        if found is None:
            message = f"there is no entry {index}"
            raise BadInput(message)
        signed = (open_checkpoint(verifier, note), note)
        typer.echo(tlog_proof.prove(log, index, found[1], signed), nl=False)


def check(
    file: Annotated[Path, typer.Argument(help="A proof that `privity log prove` printed.")],
    key: Annotated[str, typer.Option("--key", help="The log's public key.")],
    as_json: JsonOption = False,
) -> None:
    """Check a proof offline and print the entry that it proves. Needs no home.

    For example:

      privity log check 41.tlog-proof --key privity.local/1a2b+0d1e2f3a+AbC=
    """
    proven = tlog_proof.check(read_text(file), given_key(key))
    place = {"index": proven.index, "size": proven.checkpoint.size}
    if as_json:
        typer.echo(json.dumps({**place, "entry": _said(proven.entry)}))
        return
    typer.echo(f"entry {proven.index} of {proven.checkpoint.size} in {proven.checkpoint.origin}:")
    typer.echo(json.dumps(_said(proven.entry), indent=2))


def checkpoint(
    home: HomeOption = HERE,
    region: RegionOption = None,
    public_key: Annotated[
        bool, typer.Option("--public-key", help="Print the log's public key instead.")
    ] = False,
) -> None:
    """Print the newest signed checkpoint, to be kept elsewhere.

    For example:

      privity log checkpoint > january.txt
    """
    if public_key:
        typer.echo(verifier_of(Where(home, region), "").vkey)
        return
    with reader_of(Where(home, region)).snapshot() as snapshot:
        typer.echo(snapshot.head().note, nl=False)


def _said(body: bytes) -> dict[str, Any]:
    """Return what an entry says; one that was tampered with may say nothing."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _when(at: object) -> str:
    try:
        return f"{datetime.fromtimestamp(at / 1000, UTC):%F %T}" if isinstance(at, int) else "-"
    except (ValueError, OverflowError):
        return "-"  # no time at all: somebody wrote there


def _print_report(report: Report, *, as_json: bool) -> None:
    problems = [{"flaw": each.flaw.value, "at": each.at} for each in report.problems]
    root = b64encode(report.root).decode()
    if as_json:
        shown = {"origin": report.origin, "entries": report.size, "root": root}
        counted = {"checkpoints": report.checkpoints, "problems": problems}
        typer.echo(json.dumps({**shown, **counted}, indent=2))
        return
    typer.echo(f"{report.origin}: {report.size} entries, {report.checkpoints} checkpoints")
    typer.echo(f"root {root}")
    for each in report.problems:
        typer.echo(f"BAD  {_WORDS[each.flaw]} {each.at}")
    typer.echo("the log is not whole" if problems else "the log is whole")
