"""`privity log`: show, verify and prove what the audit log says."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from privity.adapters import home as homes
from privity.adapters.sql.link import open_engine
from privity.adapters.sql.read import Reader
from privity.audit import tlog_proof
from privity.audit.checkpoint import open_checkpoint
from privity.audit.signing import Verifier, read_vkey
from privity.audit.verify import Flaw, Report
from privity.audit.verify import verify as verify_log
from privity.cli.options import HERE, HomeOption
from privity.errors import BadInput
from privity.settings import load

KeyOption = Annotated[
    str,
    typer.Option(
        "--key", help="The log's public key (name+id+base64); else the home's own, from its keys."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_WORDS = {
    Flaw.GAP: "an entry is missing, or comes twice, at index",
    Flaw.FORM: "an entry is not as privity writes it, at index",
    Flaw.SIGNATURE: "a checkpoint is not signed by the log's key, at size",
    Flaw.ROOT: "the entries are not what was signed, up to size",
    Flaw.CUT: "entries that were signed are missing, up to size",
    Flaw.UNSIGNED: "entries were added that nobody signed, after size",
    Flaw.TILE: "a stored tile of hashes is not what the entries give: number",
    Flaw.KEPT: "the log is not the one of the checkpoint that you kept, of size",
}


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        help="Show, verify and prove what the audit log says.", no_args_is_help=True
    )
    for command in (verify, show, prove, check, checkpoint):
        group.command(command.__name__)(command)
    app.add_typer(group, name="log")


def verify(
    home: HomeOption = HERE,
    key: KeyOption = "",
    kept: Annotated[
        list[Path] | None,
        typer.Option("--kept", help="A checkpoint that you kept elsewhere; may be repeated."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read the whole log again and compare it with every signed checkpoint.

    A log cut back together with its checkpoints shows only against one kept elsewhere: print one
    with `privity log checkpoint`, keep it away from this machine, and give it with --kept.

    Exit status: 0 if the log is whole, 1 if it is not.

    For example:

      privity log verify --home ~/privity --kept january.txt
    """
    verifier = _verifier(home, key)
    checkpoints = [open_checkpoint(verifier, _read(path)) for path in kept or ()]
    with _reader(home).snapshot() as snapshot:
        report = verify_log(snapshot, verifier, checkpoints)
    _print_report(report, as_json=as_json)
    if report.problems:
        raise typer.Exit(1)


def show(
    home: HomeOption = HERE,
    count: Annotated[int, typer.Option("-n", min=1, help="How many, the newest.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Show the newest entries. They hold no personal data.

    For example:

      privity log show -n 5
    """
    with _reader(home).snapshot() as snapshot:
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
    key: KeyOption = "",
) -> None:
    """Print the proof that an entry is in the log: one file that anyone can check offline.

    For example:

      privity log prove 41 > 41.tlog-proof
    """
    verifier = _verifier(home, key)
    with _reader(home).snapshot() as snapshot:
        note = snapshot.head().note
        found = next(iter(snapshot.entries(index, index + 1)), None) if index >= 0 else None
        if found is None:
            message = f"there is no entry {index}"
            raise BadInput(message)
        signed = (open_checkpoint(verifier, note), note)
        typer.echo(tlog_proof.prove(snapshot, index, found[1], signed), nl=False)


def check(
    file: Annotated[Path, typer.Argument(help="A proof that `privity log prove` printed.")],
    key: Annotated[str, typer.Option("--key", help="The log's public key.")],
    as_json: JsonOption = False,
) -> None:
    """Check a proof offline and print the entry that it proves. Needs no home.

    For example:

      privity log check 41.tlog-proof --key privity.local/1a2b+0d1e2f3a+AbC=
    """
    proven = tlog_proof.check(_read(file), read_vkey(key))
    place = {"index": proven.index, "size": proven.checkpoint.size}
    if as_json:
        typer.echo(json.dumps({**place, "entry": _said(proven.entry)}))
        return
    typer.echo(f"entry {proven.index} of {proven.checkpoint.size} in {proven.checkpoint.origin}:")
    typer.echo(json.dumps(_said(proven.entry), indent=2))


def checkpoint(
    home: HomeOption = HERE,
    public_key: Annotated[
        bool, typer.Option("--public-key", help="Print the log's public key instead.")
    ] = False,
) -> None:
    """Print the newest signed checkpoint, to be kept elsewhere.

    For example:

      privity log checkpoint > january.txt
    """
    if public_key:
        typer.echo(_verifier(home, "").vkey)
        return
    with _reader(home).snapshot() as snapshot:
        typer.echo(snapshot.head().note, nl=False)


def _verifier(home: Path, key: str) -> Verifier:
    return read_vkey(key) if key else homes.open_home(load(home)).signer.verifier


def _reader(home: Path) -> Reader:
    return Reader(open_engine(load(home).database_url))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read: {type(error).__name__}"
        raise BadInput(message) from error


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
