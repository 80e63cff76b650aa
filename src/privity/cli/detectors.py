"""`privity detectors`: check a team's own patterns, and bring others over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from privity.adapters.detectors import FOLDER, open_detector, read_own
from privity.adapters.files import reading, writing
from privity.cli.options import HERE, HomeOption
from privity.errors import BadInput, OperatorError


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(no_args_is_help=True, help="Check and import your own patterns.")
    group.command("check")(check)
    group.command("import")(bring)
    app.add_typer(group, name="detectors")


def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of patterns; the home's if not given.")
    ] = None,
    home: HomeOption = HERE,
) -> None:
    """Check that your own patterns and word lists load and hold to their examples.

    For example:

      privity detectors check

      privity detectors check drafts/
    """
    place = home / FOLDER if folder is None else folder
    if folder is not None and not folder.is_dir():
        msg = f"{folder} is no folder"
        raise BadInput(msg)
    own = read_own(place)
    detector = open_detector(place)
    counts = f"{len(own.patterns)} patterns, {len(own.fields)} fields, {len(own.lists)} lists"
    typer.echo(f"{counts}; version {detector.version}")


def bring(
    file: Annotated[Path, typer.Argument(help="Recognizers in Presidio's YAML form.")],
    out: Annotated[Path, typer.Option("-o", "--output", help="A folder for the TOML file.")],
    skip: Annotated[
        bool, typer.Option("--skip", help="Leave out what cannot be imported, and name it.")
    ] = False,
) -> None:
    """Import recognizers in Presidio's YAML form: patterns, deny lists, context words.

    Recognizers that are Python code, or whose regex looks around or back, cannot be imported.

    For example:

      privity detectors import recognizers.yaml -o .home/detectors
    """
    try:
        from privity.adapters.presidio import turn_over  # noqa: PLC0415 (an extra)
    except ImportError as error:
        message = "importing needs the extra privity[presidio]"
        raise OperatorError(message) from error
    with reading(file) as source:
        imported = turn_over(source.text.read())
    for one in imported.left_out:
        typer.echo(f"left out: {one}", err=True)
    if imported.left_out and not skip:
        message = "not everything can be imported; nothing was written (see --skip)"
        raise BadInput(message)
    if not imported.rules:
        message = "there is nothing to import"
        raise BadInput(message)
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{file.stem}.toml"
    if target.exists():
        message = f"{target} is there already"
        raise BadInput(message)
    with writing(target) as written:
        written.write(imported.toml)
    open_detector(out)
    typer.echo(f"{imported.rules} rules written to {target}", err=True)
