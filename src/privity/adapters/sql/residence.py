"""Where people live, and who left, inside one transaction.

Invariants: as in `stores`, all of it runs under the lock on the log; whatever takes a person's
region away or gives them another raises the epoch in the head row, so that every process drops what
it remembered.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select, update

from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.residence_tables import departure, residence
from privity.adapters.sql.rows import due, listed, sealed
from privity.adapters.sql.schema import record
from privity.errors import PersonMoved
from privity.model.words import Region, SubjectRef
from privity.vault.ports import Sealed
from privity.vault.residence import MOVED, Departure

_LEFT = "SELECT 1 FROM departure WHERE subject = ? AND done = 1"


def refuse_who_left(pending: Pending, subject: SubjectRef) -> None:
    """Raise PersonMoved if a person left this database's region: nothing new is stored of them."""
    link = pending.link
    if link.one(link.sql(_LEFT), (subject,)) is not None:
        raise PersonMoved(MOVED)


class SqlResidences:
    """vault.residence.Residences."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def get(self, subject: SubjectRef) -> Region | None:
        """Return the region of a person, or None if none was set."""
        query = select(residence.c.region).where(residence.c.subject == subject)
        found = self._pending.direct().execute(query).scalar_one_or_none()
        return None if found is None else Region(found)

    def put(self, subject: SubjectRef, region: Region, since: datetime) -> None:
        """Set the region of a person, also in the place of another."""
        connection = self._pending.direct()
        values = {"region": region.value, "since": to_ticks(since)}
        change = update(residence).where(residence.c.subject == subject).values(values)
        if connection.execute(change).rowcount:
            self._pending.keys_changed()
        else:
            connection.execute(insert(residence).values(subject=subject, **values))

    def remove(self, subject: SubjectRef) -> bool:
        """Forget the region of a person and say whether there was one."""
        gone = delete(residence).where(residence.c.subject == subject)
        if not self._pending.direct().execute(gone).rowcount:
            return False
        self._pending.link.deleted()
        self._pending.keys_changed()
        return True


class SqlDepartures:
    """vault.residence.Departures."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def get(self, subject: SubjectRef) -> Departure | None:
        """Return the departure of a person, or None."""
        query = select(departure).where(departure.c.subject == subject)
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return None if row is None else _departure(row)

    def put(self, new: Departure) -> None:
        """Store a departure in the place of any other of the person."""
        connection = self._pending.direct()
        connection.execute(delete(departure).where(departure.c.subject == new.subject))
        connection.execute(
            insert(departure).values(
                subject=new.subject,
                region=new.to.value,
                reason=new.reason,
                with_holds=int(new.with_holds),
                done=int(new.done),
                at=to_ticks(new.at),
            )
        )
        self._pending.keys_changed()

    def remove(self, subject: SubjectRef) -> bool:
        """Forget a departure and say whether there was one."""
        gone = delete(departure).where(departure.c.subject == subject)
        if not self._pending.direct().execute(gone).rowcount:
            return False
        self._pending.link.deleted()
        return True

    def unfinished(self) -> tuple[Departure, ...]:
        """Return the departures that are not done, in order of person."""
        query = select(departure).where(departure.c.done == 0).order_by(departure.c.subject)
        return tuple(map(_departure, self._pending.direct().execute(query).mappings()))

    def records(
        self, subject: SubjectRef, after: str, limit: int, now: datetime
    ) -> tuple[Sealed, ...]:
        """Return a person's records that are not due, in order of id, those after an id."""
        query = select(record).where(_wanted(subject, now), record.c.id > after)
        query = query.order_by(record.c.id).limit(limit)
        return tuple(map(sealed, self._pending.direct().execute(query).mappings()))

    def ids(self, subject: SubjectRef, now: datetime) -> frozenset[str]:
        """Return the ids of a person's records that are not due."""
        query = select(record.c.id).where(_wanted(subject, now))
        return frozenset(self._pending.direct().execute(query).scalars())


def _wanted(subject: SubjectRef, now: datetime) -> ColumnElement[bool]:
    return and_(record.c.subject == subject, listed(), ~due(now))


def _departure(row: RowMapping) -> Departure:
    return Departure(
        SubjectRef(row["subject"]),
        Region(row["region"]),
        row["reason"],
        bool(row["with_holds"]),
        bool(row["done"]),
        from_ticks(row["at"]),
    )
