"""Requests, and every place that stores something of a person, inside one transaction.

Invariant: as in `stores`, all of it runs under the lock on the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, select, update

from privity.adapters.sql.columns import from_ticks, metadata, to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.requests_tables import request as table
from privity.governance.clocks import Regime
from privity.governance.ports import Ticket
from privity.governance.requests import (
    KINDS,
    Asked,
    Channel,
    Proof,
    Reason,
    Request,
    RequestRef,
    State,
)
from privity.model.words import AppId, Region, SubjectRef


class SqlRequests:
    """governance.ports.Requests."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def add(self, request: Request) -> None:
        """Store one."""
        asked = request.asked
        values = {
            "id": request.id,
            "kind": asked.kind.value,
            "regime": asked.regime.value,
            "channel": asked.channel.value,
            "region": asked.region.value,
            "subject": asked.subject,
            "app": asked.app,
            "agent": asked.agent,
            "named": "",
            "entered_by": asked.by,
            "received": to_ticks(request.received),
        }
        self._pending.direct().execute(insert(table).values(values | _moving(request)))

    def put(self, request: Request) -> None:
        """Store it in the place of the one with its id."""
        change = update(table).where(table.c.id == request.id)
        self._pending.direct().execute(change.values(_moving(request)))

    def find(self, name: RequestRef) -> Request | None:
        """Return one, or None."""
        return self._one(select(table).where(table.c.id == name))

    def name(self, name: RequestRef, named: str) -> None:
        """Store what its agent calls it."""
        change = update(table).where(table.c.id == name)
        self._pending.direct().execute(change.values(named=named))

    def named(self, name: RequestRef) -> str:
        """Return what its agent calls it."""
        query = select(table.c.named).where(table.c.id == name)
        return self._pending.direct().execute(query).scalar_one_or_none() or ""

    def of(self, subject: SubjectRef) -> tuple[Request, ...]:
        """Return those of one person, oldest first."""
        return self._some(select(table).where(table.c.subject == subject))

    def all(self, *, closed: bool) -> tuple[Request, ...]:
        """Return those that are open, or all, oldest first."""
        query = select(table)
        return self._some(query if closed else query.where(table.c.closed.is_(None)))

    def by_link(self, digest: str, now: datetime) -> Request | None:
        """Return the one whose link has this digest and still works, or None."""
        working = table.c.link_ends > to_ticks(now)
        return self._one(select(table).where(table.c.link == digest, working))

    def link(self, name: RequestRef, ticket: Ticket | None) -> None:
        """Store the link of one in the place of an earlier one; None: none works any more."""
        digest, ends = (None, None) if ticket is None else (ticket.digest, to_ticks(ticket.ends))
        change = update(table).where(table.c.id == name)
        self._pending.direct().execute(change.values(link=digest, link_ends=ends))

    def forget(self, before: datetime, limit: int) -> int:
        """Remove those that were closed before this time, at most so many; say how many."""
        old = select(table.c.id).where(table.c.closed < to_ticks(before)).limit(limit)
        gone = self._pending.direct().execute(delete(table).where(table.c.id.in_(old)))
        return int(gone.rowcount)

    def _one(self, query: Select[Any]) -> Request | None:
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return None if row is None else _request(row)

    def _some(self, query: Select[Any]) -> tuple[Request, ...]:
        ordered = query.order_by(table.c.received, table.c.id)
        return tuple(map(_request, self._pending.direct().execute(ordered).mappings()))


class SqlEverywhere:
    """governance.ports.Everywhere: every table that has a column for a person."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def count(self, subject: SubjectRef) -> Mapping[str, int]:
        """Return how many rows each place holds of a person, all places, in order of name."""
        connection = self._pending.direct()
        found: dict[str, int] = {}
        for name in places():
            place = metadata.tables[name]
            query = select(func.count()).select_from(place).where(place.c.subject == subject)
            found[name] = int(connection.execute(query).scalar_one())
        return found


def places() -> tuple[str, ...]:
    """Return the names of all tables that have a column for a person."""
    return tuple(sorted(name for name, each in metadata.tables.items() if "subject" in each.c))


def open_requests(connection: Connection) -> tuple[Request, ...]:
    """Return the requests that are open, as a connection that only reads sees them."""
    query = select(table).where(table.c.closed.is_(None))
    return tuple(map(_request, connection.execute(query).mappings()))


def _moving(request: Request) -> dict[str, Any]:
    """Return the columns that moves change."""
    return {
        "state": request.state.value,
        "proof": request.proof.value,
        "told": _ticks(request.told),
        "extended": int(request.extended),
        "reason": None if request.reason is None else request.reason.value,
        "paused": _ticks(request.paused),
        "still": request.still,
        "closed": _ticks(request.closed),
        "duplicate_of": request.into,
        "doubtful": int(request.doubtful),
    }


def _request(row: RowMapping) -> Request:
    asked = Asked(
        KINDS[row["kind"]],
        Regime(row["regime"]),
        Channel(row["channel"]),
        Region(row["region"]),
        SubjectRef(row["subject"]),
        AppId(row["app"]),
        row["agent"],
        row["entered_by"],
    )
    return Request(
        RequestRef(row["id"]),
        asked,
        State(row["state"]),
        Proof(row["proof"]),
        from_ticks(row["received"]),
        told=_time(row["told"]),
        extended=bool(row["extended"]),
        reason=None if row["reason"] is None else Reason(row["reason"]),
        paused=_time(row["paused"]),
        still=row["still"],
        closed=_time(row["closed"]),
        into=None if row["duplicate_of"] is None else RequestRef(row["duplicate_of"]),
        doubtful=bool(row["doubtful"]),
    )


def _ticks(at: datetime | None) -> int | None:
    return None if at is None else to_ticks(at)


def _time(ticks: int | None) -> datetime | None:
    return None if ticks is None else from_ticks(ticks)
