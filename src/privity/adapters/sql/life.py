"""Unfinished erasures, legal holds and the believed time inside one transaction.

Invariant: as in `stores`, all of it runs under the lock on the log.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, delete, func, insert, select, update

from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.rows import sealed
from privity.adapters.sql.schema import clock, erasure, hold, record, restoring
from privity.model.words import SubjectRef
from privity.vault.ports import Erasing, Hold, Sealed


class SqlErasures:
    """vault.ports.Erasures."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def add(self, erasing: Erasing) -> None:
        """Store an erasure."""
        self._pending.direct().execute(
            insert(erasure).values(
                entry=erasing.entry,
                subject=erasing.subject,
                versions=erasing.versions,
                removed=erasing.removed,
            )
        )

    def get(self, entry: int) -> Erasing | None:
        """Return the erasure that this entry is about, or None if it is finished."""
        return self._one(select(erasure).where(erasure.c.entry == entry))

    def first(self) -> Erasing | None:
        """Return the oldest, or None."""
        return self._one(select(erasure).order_by(erasure.c.entry).limit(1))

    def count(self, entry: int, removed: int) -> None:
        """Add to the number of records removed."""
        change = update(erasure).where(erasure.c.entry == entry)
        self._pending.direct().execute(change.values(removed=erasure.c.removed + removed))

    def finish(self, entry: int) -> None:
        """Forget an erasure."""
        self._pending.direct().execute(delete(erasure).where(erasure.c.entry == entry))

    def _one(self, query: Select[Any]) -> Erasing | None:
        row = self._pending.direct().execute(query).one_or_none()
        if row is None:
            return None
        return Erasing(row.entry, SubjectRef(row.subject), row.versions, row.removed)


class SqlHolds:
    """vault.ports.Holds."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def add(self, new: Hold) -> None:
        """Store a hold."""
        self._pending.direct().execute(
            insert(hold).values(
                id=new.id,
                record=new.record,
                reason=new.reason,
                requested_by=new.requested_by,
                approved_by=new.approved_by,
                begins=to_ticks(new.begins),
                ends=to_ticks(new.ends),
            )
        )

    def all(self) -> tuple[Hold, ...]:
        """Return every hold, in order of id."""
        return self._some(select(hold))

    def remove(self, which: str) -> Hold | None:
        """Remove a hold and return it, or None if there is none of this id."""
        found = self._some(select(hold).where(hold.c.id == which))
        self._pending.direct().execute(delete(hold).where(hold.c.id == which))
        return found[0] if found else None

    def ended(self, now: datetime) -> tuple[Hold, ...]:
        """Return the holds whose time is over, in order of id."""
        return self._some(select(hold).where(hold.c.ends <= to_ticks(now)))

    def records_of(self, subject: SubjectRef) -> tuple[Sealed, ...]:
        """Return a subject's records that holds are on, in order of id."""
        # Joined to "", the subject uses no index: there are few holds, but many records of one.
        mine = record.c.subject.concat("") == subject
        query = select(record).where(record.c.id.in_(select(hold.c.record)), mine)
        query = query.order_by(record.c.id)
        return tuple(map(sealed, self._pending.direct().execute(query).mappings()))

    def _some(self, query: Select[Any]) -> tuple[Hold, ...]:
        rows = self._pending.direct().execute(query.order_by(hold.c.id)).mappings()
        return tuple(map(_hold, rows))


class SqlClock:
    """vault.ports.Clock."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def seen(self) -> datetime | None:
        """Return the latest time that a sweep believed, or None before the first."""
        ticks = self._pending.direct().execute(select(func.max(clock.c.seen))).scalar_one()
        return None if ticks is None else from_ticks(ticks)

    def advance(self, to: datetime) -> None:
        """Set it."""
        connection = self._pending.direct()
        if not connection.execute(update(clock).values(seen=to_ticks(to))).rowcount:
            connection.execute(insert(clock).values(id=1, seen=to_ticks(to)))

    def touch(self) -> None:
        """Write it again as it is, which fails where nothing can be written."""
        self._pending.direct().execute(update(clock).values(seen=clock.c.seen))


class SqlRestoring:
    """The mark of a database that is being put back from a backup."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def finish(self) -> None:
        """Take the mark away: everything that was erased later is erased again."""
        self._pending.direct().execute(delete(restoring))


def _hold(row: RowMapping) -> Hold:
    return Hold(
        row["id"],
        row["record"],
        row["reason"],
        row["requested_by"],
        row["approved_by"],
        from_ticks(row["begins"]),
        from_ticks(row["ends"]),
    )
