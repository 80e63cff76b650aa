"""Letters to staff inside one transaction: access.notices.Notes.

Invariant: all of it runs under the lock on the log, so two workers never claim the same letter.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, true, update

from privity.access.notices import Note, Notice
from privity.access.staff import StaffId
from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.machine_tables import staff_letter
from privity.adapters.sql.pending import Pending


class SqlNotes:
    """access.notices.Notes."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def add(self, note: Note) -> None:
        """Store one; the same id again changes nothing."""
        if self._some(staff_letter.c.id == note.id):
            return
        values = {
            "id": note.id,
            "kind": note.notice.value,
            "account": note.account,
            "about": note.about,
            "made_at": to_ticks(note.made_at),
            "due": to_ticks(note.due),
            "attempts": note.attempts,
        }
        self._pending.direct().execute(insert(staff_letter).values(**values))

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Note, ...]:
        """Return those that are due, with one attempt more; nobody else gets them until then."""
        found = self._some(staff_letter.c.due <= to_ticks(now), limit)
        names = [each.id for each in found]
        again = {"due": to_ticks(until), "attempts": staff_letter.c.attempts + 1}
        change = update(staff_letter).where(staff_letter.c.id.in_(names)).values(again)
        self._pending.direct().execute(change)
        return tuple(replace(each, due=until, attempts=each.attempts + 1) for each in found)

    def put_off(self, name: str, due: datetime) -> None:
        """Try one again, not before this time; if it is still there."""
        change = update(staff_letter).where(staff_letter.c.id == name)
        self._pending.direct().execute(change.values(due=to_ticks(due)))

    def remove(self, name: str) -> bool:
        """Remove one and say whether it was there."""
        which = delete(staff_letter).where(staff_letter.c.id == name)
        return int(self._pending.direct().execute(which).rowcount) > 0

    def sweep(self, before: datetime) -> int:
        """Remove those that were made before a time, and say how many."""
        which = delete(staff_letter).where(staff_letter.c.made_at < to_ticks(before))
        return int(self._pending.direct().execute(which).rowcount)

    def all(self) -> tuple[Note, ...]:
        """Return all, oldest first."""
        return self._some(true())

    def _some(self, which: ColumnElement[bool], limit: int | None = None) -> tuple[Note, ...]:
        columns = staff_letter.c
        query = select(staff_letter).where(which).order_by(columns.made_at, columns.id)
        rows = self._pending.direct().execute(query.limit(limit)).mappings()
        return tuple(map(_note, rows))


def _note(row: RowMapping) -> Note:
    return Note(
        row["id"],
        Notice(row["kind"]),
        StaffId(row["account"]),
        row["about"],
        from_ticks(row["made_at"]),
        from_ticks(row["due"]),
        row["attempts"],
    )
