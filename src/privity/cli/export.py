"""`privity export verify`: check what a person took along, without the server that made it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from privity.cli.log_files import KeyOption, Where, verifier_of
from privity.cli.options import HERE, HomeOption, RegionOption
from privity.errors import BadInput
from privity.rights.export import check


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(help="Verify what people took along.", no_args_is_help=True)
    group.callback()(_only)
    group.command("verify")(verify)
    app.add_typer(group, name="export")


def _only() -> None:
    """Verify what people took along."""


def verify(
    file: Annotated[Path, typer.Argument(help="The ZIP archive that a person downloaded.")],
    home: HomeOption = HERE,
    region: RegionOption = None,
    key: KeyOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Verify an export offline: every file is the one that was signed. With --key it needs no home.

    For example:

      privity export verify my-data.zip --key privity.local/1a2b+0d1e2f3a+AbC=
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be read: {type(error).__name__}"
        raise BadInput(message) from error
    found = check(data, verifier_of(Where(home, region), key))
    sizes = {part.name: len(part.data) for part in found.parts}
    if as_json:
        said = {"subject": found.subject, "made_at": found.made_at.isoformat(), "files": sizes}
        typer.echo(json.dumps(said, indent=2))
        return
    typer.echo(f"what was kept of the person {found.subject} on {found.made_at:%F %T} UTC:")
    for name, size in sizes.items():
        typer.echo(f"  {name}, {size} bytes, as it was signed")
