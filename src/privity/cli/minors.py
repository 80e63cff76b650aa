"""`privity minors`: requests for parents' consent, signed forms, questions for parents."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from privity.adapters import home as homes
from privity.adapters.parenting import parents_of
from privity.adapters.sql.stores import SqlTransaction
from privity.cli.options import HERE, HomeOption
from privity.errors import BadInput, RecordUnknown
from privity.rights.knowledge import load_questions
from privity.rights.minors import ParentalRequest
from privity.rights.parental import ConsentId, FormJudged, at_present
from privity.rights.parents import Acting, form_of, seal_questions, step
from privity.settings import load

T = TypeVar("T")
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
IdArgument = Annotated[str, typer.Argument(help="The id of the request.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(help="See and judge requests for parents' consent.", no_args_is_help=True)
    group.command("list")(show)
    group.command("form")(form)
    group.command("judge")(judge)
    group.command("questions")(questions)
    app.add_typer(group, name="minors")


def show(home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """List the requests for a parent's consent and where each stands. No address is shown.

    For example:

      privity minors list --home ~/privity
    """
    found: list[dict[str, str]] = []
    for store in homes.stores(homes.open_home(load(home))):
        with store.journal.transaction() as tx:
            found += [_said(each) for each in tx.parental.all()]
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for row in found:
        typer.echo(f"{row['id']}  {row['state']:<15} {row['method']:<12} {row['until']}")
    if not found:
        typer.echo("no parent was asked")


def form(
    request: IdArgument,
    to: Annotated[Path, typer.Option("--to", help="The file to write; only you can read it.")],
    home: HomeOption = HERE,
) -> None:
    """Write a signed form that waits for review into a file; delete it once you have looked.

    For example:

      privity minors form 0f3a... --to form.pdf
    """
    body = _on(home, request, form_of)
    if body is None:
        message = "no form waits for this request"
        raise BadInput(message)
    homes.write_private(to, body)
    typer.echo(f"written: {to}")


def judge(
    request: IdArgument,
    accept: Annotated[bool, typer.Option("--accept/--reject", help="What the form shows.")],
    home: HomeOption = HERE,
) -> None:
    """Say whether a signed form shows a parent's consent. The form is deleted; the parent hears.

    For example:

      privity minors judge 0f3a... --accept
    """
    after = _on(home, request, lambda at, found: step(at, found, FormJudged(accept)))
    typer.echo(f"{after.consent.id}: {after.consent.state.value}")


def questions(
    request: IdArgument,
    file: Annotated[Path, typer.Argument(help='JSON: [{"text", "choices", "right"}, ...].')],
    home: HomeOption = HERE,
) -> None:
    """Load questions that only this child's parent can answer; they are kept sealed.

    For example:

      privity minors questions 0f3a... questions.json
    """
    try:
        asked = load_questions(file.read_bytes())
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise BadInput(message) from error
    _on(home, request, lambda at, found: seal_questions(at, found.ward, asked))
    typer.echo(f"{len(asked)} questions are loaded; delete {file}")


def _on(home: Path, name: str, work: Callable[[Acting, ParentalRequest], T]) -> T:
    """Run work on a request, in whichever store it is. Raises RecordUnknown."""
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened)
    for store in homes.stores(opened):
        by = parents_of(store, policy)
        with store.journal.transaction() as tx:
            request = _find(tx, name)
            if request is not None:
                return work(Acting(tx, by, homes.now()), request)
    message = "there is no request of this id"
    raise RecordUnknown(message)


def _find(tx: SqlTransaction, name: str) -> ParentalRequest | None:
    return tx.parental.find(ConsentId(name))


def _said(request: ParentalRequest) -> dict[str, str]:
    consent = at_present(request.consent, homes.now())
    return {
        "id": consent.id,
        "app": request.ward.app,
        "region": request.ward.region.value,
        "state": consent.state.value,
        "method": "" if consent.method is None else consent.method.value,
        "since": consent.since.isoformat(timespec="seconds"),
        "until": "" if consent.until is None else consent.until.isoformat(timespec="seconds"),
    }
