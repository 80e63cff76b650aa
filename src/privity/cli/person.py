"""`privity person`: where somebody lives, and moving them to another region."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from privity.access.app_keys import LOCAL
from privity.adapters import home as homes
from privity.adapters.moving import Everywhere, everywhere, move_person, region_of
from privity.cli.naming import Named, subject_named
from privity.cli.options import HERE, HomeOption
from privity.errors import BadInput
from privity.model.words import Region
from privity.settings import load
from privity.vault.residence_move import Move

PersonArgument = Annotated[
    str, typer.Argument(help="The person, as the application names them; `-`: from stdin.")
]
AppOption = Annotated[str, typer.Option("--app", help="The application that names them so.")]
SubjectOption = Annotated[
    str, typer.Option("--subject", help="The person's reference, as in the log, instead.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        help="Say where a person lives; move them to another region.", no_args_is_help=True
    )
    group.command("show")(show)
    group.command("move")(move)
    app.add_typer(group, name="person")


def show(
    person: PersonArgument = "",
    app: AppOption = LOCAL,
    subject: SubjectOption = "",
    home: HomeOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say in which region a person lives, and how many records are kept of them.

    For example:

      privity person show customer-4711 --app helpdesk
    """
    there = _everywhere(home)
    who = subject_named(there.home, Named(person, app, subject))
    region = region_of(there, who)
    records = 0
    for store in there.every:
        with store.journal.reader.snapshot() as snapshot:
            records += len(snapshot.record_ids(who))
    if as_json:
        said = {"subject": who, "region": region and region.value, "records": records}
        typer.echo(json.dumps(said, indent=2))
        return
    typer.echo(f"{who}: {region.value if region else 'no region is set'}, {records} records")


def move(
    to: Annotated[Region, typer.Option("--to", help="The new region.")],
    reason: Annotated[str, typer.Option("--reason", help="Why: a code, such as a ticket's id.")],
    person: PersonArgument = "",
    app: AppOption = LOCAL,
    subject: SubjectOption = "",
    with_holds: Annotated[
        bool, typer.Option("--with-holds", help="Records under a legal hold, too, with the hold.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: HomeOption = HERE,
) -> None:
    """Move a person to another region: their records go there, and nothing stays behind.

    The records are sealed anew under keys of the new region and keep their deadlines; in the old
    region the person is erased, which its log certifies. Both logs and the home's say so. What was
    interrupted is finished by the same command, or by the server. The application must state the
    new region from then on, or none. A person of whom a record is under a legal hold stays, unless
    you say --with-holds.

    For example:

      privity person move customer-4711 --app helpdesk --to us --reason MOVED-2026-31
    """
    there = _everywhere(home)
    who = subject_named(there.home, Named(person, app, subject))
    if len(there.stores) < 2:  # noqa: PLR2004 - from one to another
        message = "this home keeps people of one region only; see `privity region add`"
        raise BadInput(message)
    if not yes:
        question = f"Move everything that is kept of this person to {to.value}?"
        typer.confirm(question, abort=True, err=True)
    done = move_person(there, Move(who, to, reason, with_holds, there.policy.digest))
    typer.echo(f"moved from {done.before.value} to {to.value}")
    command = f"privity certificate issue {done.entry} --region {done.before.value}"
    typer.echo(f"certificate of the erasure in {done.before.value}: {command}", err=True)


def _everywhere(home: Path) -> Everywhere:
    opened = homes.open_home(load(home))
    return everywhere(homes.stores(opened), homes.policy_in_force(opened), homes.now)
