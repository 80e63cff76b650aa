"""`privity requests`: what people ask about their data, and until when it must be answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from privity.access.app_keys import LOCAL, app_name
from privity.adapters import governing
from privity.adapters import home as homes
from privity.adapters.desks import desks_of
from privity.adapters.sql.stores import SqlTransaction
from privity.cli.naming import Named, subject_named
from privity.cli.options import HERE, HomeOption, RegionOption
from privity.errors import BadInput
from privity.governance.clocks import Regime, regime_of
from privity.governance.contact import Contact
from privity.governance.desk import Desk
from privity.governance.requests import (
    KINDS,
    LONGER,
    REJECTING,
    WAITING,
    Asked,
    Channel,
    Proof,
    Reason,
    Request,
    is_overdue,
)
from privity.model.text import Raw
from privity.model.words import AppId, Language
from privity.rights.letters import is_address
from privity.settings import load

OVERDUE = 1
"""What exits so: a day was missed, or a rehearsal failed."""
IdArgument = Annotated[str, typer.Argument(help="The request's id, as `requests list` shows it.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Act: TypeAlias = Callable[[Desk, SqlTransaction, Request], Request]


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        help="Take, move and answer what people ask about their data.", no_args_is_help=True
    )
    group.command("open")(open_)
    group.command("list")(list_)
    acts = (show, confirm, told, pause, resume, extend, complete, reject, withdraw, rehearse)
    for act in acts:
        group.command(act.__name__)(act)
    app.add_typer(group, name="requests")


def open_(
    kind: Annotated[str, typer.Argument(help=f"What is asked: {', '.join(KINDS)}.")],
    person: Annotated[
        str, typer.Argument(help="The person, as the application names them; `-`: from stdin.")
    ] = "",
    app: Annotated[str, typer.Option("--app", help="The application that names them so.")] = LOCAL,
    subject: Annotated[
        str, typer.Option("--subject", help="The person's reference, as in the log, instead.")
    ] = "",
    mail: Annotated[
        str,
        typer.Option("--mail", help="The address by which the person is known to you already."),
    ] = "",
    language: Annotated[
        Language, typer.Option("--language", help="The language of letters to them.")
    ] = Language.EN,
    proved: Annotated[
        bool, typer.Option("--proved", help="They have shown you who they are.")
    ] = False,
    regime: Annotated[
        Regime | None, typer.Option("--regime", help="Whose law sets the clock; else by region.")
    ] = None,
    region: RegionOption = None,
    home: HomeOption = HERE,
) -> None:
    """Enter what somebody asked by letter, by mail or by telephone.

    Without --proved, what could do harm waits until they follow the link in a letter to --mail:
    give the address that you know them by, never the one that a letter asks you to use.

    Examples:

      privity requests open access customer-4711 --app helpdesk --mail ann@example.org

      privity requests open opt_out customer-4711 --app helpdesk --regime ccpa
    """
    if kind not in KINDS:
        message = f"a request is one of {', '.join(KINDS)}"
        raise BadInput(message)
    to = Raw(mail) if mail else None
    if to is not None and not is_address(to):
        message = "--mail is no address that a letter can go to"
        raise BadInput(message)
    opened = homes.open_home(load(home))
    desks = desks_of(opened)
    who = subject_named(opened, Named(person, app, subject))
    lives, store = desks.of(who, region)
    named = AppId(app) if app == LOCAL else app_name(app)
    law = regime or regime_of(lives)
    asked = Asked(KINDS[kind], law, Channel.STAFF, lives, who, named)
    proof = Proof.STAFF if proved else Proof.NONE
    contact, now = Contact(to, language), homes.now()
    done = desks.do(store, lambda desk, tx: desk.open(tx, asked, proof, contact, now))
    if done.first is not None:
        typer.echo(f"this is asked already: {done.first.id}", err=True)
    request = done.first or done.request
    typer.echo(request.id)
    typer.echo(f"{request.state}, to be answered by {request.due:%F}", err=True)
    if request.clock.confirm is not None and request.told is None:
        typer.echo(f"tell them by {request.clock.confirm:%F} that it arrived, then", err=True)
        typer.echo(f"  privity requests told {request.id}", err=True)


def list_(
    home: HomeOption = HERE,
    closed: Annotated[bool, typer.Option("--closed", help="Show those that ended, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List requests, the oldest first: id, what, state, day to answer.

    Exit status: 1 when a day that the law sets was missed.

    For example:

      privity requests list --json
    """
    desks = desks_of(homes.open_home(load(home)))
    found: list[Request] = []
    for store in desks.there.every:
        with store.journal.transaction() as tx:
            found += tx.requests.all(closed=closed)
    rows = [_row(each) for each in sorted(found, key=lambda each: each.received)]
    late = sum(bool(row["overdue"]) for row in rows)
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        for row in rows:
            mark = "  OVERDUE" if row["overdue"] else ""
            typer.echo(f"{row['id']}  {row['kind']:<13} {row['state']:<9} {row['due']}{mark}")
        typer.echo(f"{len(rows)} requests, overdue: {late}")
    if late:
        raise typer.Exit(OVERDUE)


def show(name: IdArgument, home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """Show one request: what, whose, where it stands, its days.

    For example:

      privity requests show 1f2e3d4c5b6a79880f1e2d3c4b5a6978
    """
    request, _ = desks_of(homes.open_home(load(home))).holding(name)
    row = _row(request)
    if as_json:
        typer.echo(json.dumps(row, indent=2))
        return
    for key, value in row.items():
        typer.echo(f"{key:<10} {value}")


def confirm(name: IdArgument, home: HomeOption = HERE) -> None:
    """Say that the person has shown you who they are.

    For example:

      privity requests confirm 1f2e3d4c5b6a79880f1e2d3c4b5a6978
    """
    now = homes.now()
    _move(home, name, lambda desk, tx, request: desk.prove(tx, request, Proof.STAFF, now))


def told(name: IdArgument, home: HomeOption = HERE) -> None:
    """Say that you told the person that their request arrived.

    For example:

      privity requests told 1f2e3d4c5b6a79880f1e2d3c4b5a6978
    """
    now = homes.now()
    _move(home, name, lambda desk, tx, request: desk.tell(tx, request, now))


def pause(
    name: IdArgument,
    reason: Annotated[Reason, typer.Option("--reason", help=", ".join(sorted(WAITING)))],
    home: HomeOption = HERE,
) -> None:
    """Wait for something that only the person can give. California's clock runs on.

    For example:

      privity requests pause 1f2e3d4c5b6a79880f1e2d3c4b5a6978 --reason clarification
    """
    now = homes.now()
    _move(home, name, lambda desk, tx, request: desk.pause(tx, request, reason, now))


def resume(name: IdArgument, home: HomeOption = HERE) -> None:
    """Go on with a request that waited.

    For example:

      privity requests resume 1f2e3d4c5b6a79880f1e2d3c4b5a6978
    """
    now = homes.now()
    _move(home, name, lambda desk, tx, request: desk.resume(tx, request, now))


def extend(
    name: IdArgument,
    reason: Annotated[Reason, typer.Option("--reason", help=", ".join(sorted(LONGER)))],
    home: HomeOption = HERE,
) -> None:
    """Take longer, once, as the law allows; the person is told why.

    For example:

      privity requests extend 1f2e3d4c5b6a79880f1e2d3c4b5a6978 --reason complex
    """
    now = homes.now()
    _move(home, name, lambda desk, tx, request: desk.extend(tx, request, reason, now))


def complete(name: IdArgument, home: HomeOption = HERE) -> None:
    """Do what is asked, read back that it was done, and tell the person.

    Erasure destroys the person's keys everywhere and counts every place again. Access sends a link
    by which they fetch their data. Objection, restriction, opt-out and limit switch every further
    use off. Correct what is wrong before you complete a rectification.

    For example:

      privity requests complete 1f2e3d4c5b6a79880f1e2d3c4b5a6978
    """
    _echo(desks_of(homes.open_home(load(home))).complete(name))


def reject(
    name: IdArgument,
    reason: Annotated[Reason, typer.Option("--reason", help=", ".join(sorted(REJECTING)))],
    home: HomeOption = HERE,
) -> None:
    """Close a request undone; the person is told why and where to complain.

    For example:

      privity requests reject 1f2e3d4c5b6a79880f1e2d3c4b5a6978 --reason no_data
    """
    now = homes.now()
    _move(home, name, lambda desk, tx, request: desk.reject(tx, request, reason, now))


def withdraw(name: IdArgument, home: HomeOption = HERE) -> None:
    """Close a request that the person does not want any more.

    For example:

      privity requests withdraw 1f2e3d4c5b6a79880f1e2d3c4b5a6978
    """
    now = homes.now()
    _move(home, name, lambda desk, tx, request: desk.withdraw(tx, request, now))


def rehearse(home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """Let a made-up person see and delete their data now, as the server does every night.

    In each region: what was planted is found, requests for access and erasure are opened and
    completed, every place is read back, and what was sealed before opens no more. How it went is
    an entry of the log.

    Exit status: 1 when it failed.

    For example:

      privity requests rehearse --home ~/privity
    """
    there = desks_of(homes.open_home(load(home))).there
    rows = []
    for region, store in governing.regions_of(there):
        result = governing.rehearse_now(store, region, there.policy)
        row = {"part": result.part.value, "code": result.code, "requests": result.requests}
        rows.append({"store": store.settings.storage.origin, **row, "held": result.held})
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        for row in rows:
            outcome = "held" if row["held"] else f"FAILED at {row['part']} with {row['code']}"
            typer.echo(f"{row['store']}: {outcome}")
    if not all(row["held"] for row in rows):
        raise typer.Exit(OVERDUE)


def _move(home: Path, name: str, act: Act) -> None:
    desks = desks_of(homes.open_home(load(home)))
    request, store = desks.holding(name)
    _echo(desks.do(store, lambda desk, tx: act(desk, tx, request)))


def _echo(request: Request) -> None:
    due = "" if request.state.closed else f", to be answered by {request.due:%F}"
    typer.echo(f"{request.id} {request.state}{due}")


def _row(request: Request) -> dict[str, str | bool]:
    asked, days = request.asked, request.clock
    return {
        "id": request.id,
        "kind": asked.kind.value,
        "state": request.state.value,
        "due": f"{request.due:%F}",
        "overdue": is_overdue(request, homes.now()),
        "tell_by": "" if days.confirm is None else f"{days.confirm:%F}",
        "told": "" if request.told is None else f"{request.told:%F}",
        "received": f"{request.received:%F}",
        "proof": request.proof.name.lower(),
        "reason": "" if request.reason is None else request.reason.value,
        "extended": request.extended,
        "regime": asked.regime.value,
        "channel": asked.channel.value,
        "region": asked.region.value,
        "app": asked.app,
        "subject": asked.subject,
        "agent": asked.agent,
        "into": request.into or "",
    }
