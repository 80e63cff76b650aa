"""`privity receipt`: the receipt of an exchange, from the log, and its check without one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from privity.adapters.receipts import anywhere, near, receipt
from privity.adapters.witness.asking import witnesses_of
from privity.audit.cosigning import read_witness_key
from privity.audit.receipt import check
from privity.cli.log_files import KeyOption, Where, read_text, reader_of, verifier_of
from privity.cli.options import HERE, HomeOption, RegionOption
from privity.errors import BadInput
from privity.model.words import RequestId

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(help="Show and verify receipts of exchanges.", no_args_is_help=True)
    group.command("show")(show)
    group.command("verify")(verify)
    app.add_typer(group, name="receipt")


def show(
    request: Annotated[str, typer.Argument(help="The id in the header x-privity-request.")],
    home: HomeOption = HERE,
    region: RegionOption = None,
    key: KeyOption = "",
) -> None:
    """Print the receipt of an exchange: what was found, what left, to whom, and the proof of it.

    It is made from the log, holds no text of a person, and can be checked by anyone.

    For example:

      privity receipt show pvr_019a2b3c4d5e0123456789abcdef > receipt.json
    """
    if not request.isascii() or not request.removeprefix("pvr_").isalnum():
        message = "this is not the id of an exchange"
        raise BadInput(message)
    where = Where(home, region)
    reader = reader_of(where)
    witnesses = witnesses_of(where.settings, reader, verifier_of(where, key))
    with reader.snapshot() as log:
        found = near(log, RequestId(request)) or anywhere(log, RequestId(request))
        if not found:
            message = "the log has no exchange of this id"
            raise BadInput(message)
        typer.echo(receipt(log, found, witnesses).decode(), nl=False)


def verify(
    file: Annotated[Path, typer.Argument(help="A receipt.")],
    key: KeyOption = "",
    home: HomeOption = HERE,
    region: RegionOption = None,
    witness: Annotated[
        list[str] | None,
        typer.Option("--witness", help="The key of a witness that must have cosigned; repeatable."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a receipt offline and print what it says. With --key, no home is needed.

    For example:

      privity receipt verify receipt.json --key privity.local/1a2b+0d1e2f3a+AbC=
    """
    checked = check(read_text(file).encode(), verifier_of(Where(home, region), key))
    cosigned = [(each, read_witness_key(each).seen_at(checked.note)[0]) for each in witness or ()]
    if as_json:
        typer.echo(json.dumps(checked.said, indent=2))
        return
    typer.echo("\n".join(_lines(checked.said)))
    typer.echo(f"proven under a checkpoint of {checked.checkpoint.origin}")
    typer.echo(f"  over {checked.checkpoint.size} entries")
    for vkey, at in cosigned:
        typer.echo(f"  cosigned by {vkey.partition('+')[0]} at {at.isoformat()}")


def _lines(said: Mapping[str, Any], indent: str = "") -> list[str]:
    """Return what a receipt says, a line for each fact."""
    lines = []
    for name, value in said.items():
        match value:
            case dict():
                lines += [f"{indent}{name}", *_lines(value, indent + "  ")]
            case list():
                lines.append(f"{indent}{name:<12} {', '.join(map(_one, value)) or 'nothing'}")
            case _:
                lines.append(f"{indent}{name:<12} {'-' if value is None else value}")
    return lines


def _one(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['count']} {value['kind']} ({value['treatment']})"
    return str(value)
