"""`privity hold` and `privity sweep`: legal holds on records, and deleting what is due."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer

from privity.adapters import home as homes
from privity.adapters.home import Home
from privity.cli.options import HERE, HomeOption
from privity.minimize.reference import reference
from privity.model.text import Raw
from privity.settings import load
from privity.vault import hold as act
from privity.vault.ports import Hold
from privity.vault.retain import believe
from privity.vault.retain import sweep as remove_due

_ID_BYTES = 8


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        help="Keep a record past its deadline, for a court or authority.", no_args_is_help=True
    )
    group.command("add")(add)
    group.command("list")(list_holds)
    group.command("release")(release)
    app.add_typer(group, name="hold")
    app.command("sweep")(sweep)


def add(
    record: Annotated[str, typer.Argument(help="The record: the exchange's `request` in the log.")],
    reason: Annotated[str, typer.Option("--reason", help="The code of the case; no names.")],
    requested_by: Annotated[str, typer.Option("--requested-by", help="Who asks for it.")],
    approved_by: Annotated[str, typer.Option("--approved-by", help="Who approves; not the same.")],
    until: Annotated[
        datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="The day it ends, in UTC.")
    ],
    home: HomeOption = HERE,
) -> None:
    """Put a hold on one record. The log names reason and end; people only as references.

    For example:

      privity hold add ID --reason 2026/117 --requested-by eve --approved-by li --until 2027-01-31
    """
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened).digest
    key = opened.secrets.references
    who = [reference(key, "staff", "", Raw(name)) for name in (requested_by, approved_by)]
    ends = until.replace(tzinfo=UTC)
    name = secrets.token_hex(_ID_BYTES)
    hold = Hold(name, record, reason, who[0], who[1], homes.now(), ends)
    with _store_of(opened, record).journal.transaction() as tx:
        act.add(tx, hold, policy)
    typer.echo(name)


def list_holds(
    home: HomeOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the holds: id, record, reason, end.

    For example:

      privity hold list --json
    """
    holds: list[Hold] = []
    for store in homes.stores(homes.open_home(load(home))):
        with store.journal.transaction() as tx:
            holds += tx.holds.all()
    rows = [
        {"hold": each.id, "record": each.record, "reason": each.reason, "ends": f"{each.ends:%F}"}
        for each in holds
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        typer.echo("  ".join(row.values()))
    if not rows:
        typer.echo("no record is held")


def release(
    hold: Annotated[str, typer.Argument(help="The hold's id.")], home: HomeOption = HERE
) -> None:
    """Take a hold away; the record's own deadline applies at once.

    For example:

      privity hold release 1f2e3d4c5b6a7988
    """
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened).digest
    with _store_with(opened, hold).journal.transaction() as tx:
        swept = act.release(tx, hold, homes.now(), policy)
    typer.echo(f"released; {swept.records} records were due and are gone")


def sweep(
    home: HomeOption = HERE,
    believe_clock: Annotated[
        bool, typer.Option("--believe-clock", help="The clock is right, though it jumped.")
    ] = False,
) -> None:
    """Delete what is due now. A serving home does so every hour by itself.

    A clock that is more than a week ahead of the last sweep is believed only with --believe-clock,
    so that a wrong one deletes nothing.

    For example:

      privity sweep --home ~/privity
    """
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened).digest
    records = 0
    for store in homes.stores(opened):
        if believe_clock:
            with store.journal.transaction() as tx:
                believe(tx, homes.now(), policy)
        overdue = 1
        while overdue:
            with store.journal.transaction() as tx:
                swept = remove_due(tx, homes.now(), policy)
            records, overdue = records + swept.records, swept.overdue
    typer.echo(f"{records} records were due and are gone; overdue: 0")


def _store_of(home: Home, record: str) -> Home:
    """Return the store that has a record; the home's own if none does."""
    for store in homes.stores(home):
        with store.journal.transaction() as tx:
            if tx.records.find(record) is not None:
                return store
    return home


def _store_with(home: Home, hold: str) -> Home:
    """Return the store that has a hold; the home's own if none does."""
    for store in homes.stores(home):
        with store.journal.transaction() as tx:
            if any(each.id == hold for each in tx.holds.all()):
                return store
    return home
