"""The outbox inside one transaction.

Invariant: as in `stores`, all of it runs under the lock on the log, so two workers never claim the
same letter.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, true, update

from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.requests_tables import outbox
from privity.model.words import Region, SubjectRef
from privity.rights.letters import Addressee, LetterId, LetterKind, Waiting


class SqlOutbox:
    """rights.letters.Outbox."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def add(self, waiting: Waiting) -> None:
        """Store one."""
        self._pending.direct().execute(
            insert(outbox).values(
                letter=waiting.id,
                kind=waiting.kind.value,
                region=waiting.addressee.region.value,
                subject=waiting.addressee.subject,
                made_at=to_ticks(waiting.made_at),
                due=to_ticks(waiting.due),
                attempts=waiting.attempts,
            )
        )

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Waiting, ...]:
        """Return those that are due, with one attempt more; nobody else gets them until then."""
        found = self._some(outbox.c.due <= to_ticks(now), limit)
        names = [each.id for each in found]
        change = update(outbox).where(outbox.c.letter.in_(names))
        again = {"due": to_ticks(until), "attempts": outbox.c.attempts + 1}
        self._pending.direct().execute(change.values(again))
        return tuple(replace(each, due=until, attempts=each.attempts + 1) for each in found)

    def put_off(self, letter: LetterId, due: datetime) -> None:
        """Try one again, not before this time; if it is still there."""
        change = update(outbox).where(outbox.c.letter == letter)
        self._pending.direct().execute(change.values(due=to_ticks(due)))

    def remove(self, letter: LetterId) -> bool:
        """Remove one and say whether it was there."""
        which = delete(outbox).where(outbox.c.letter == letter)
        return int(self._pending.direct().execute(which).rowcount) > 0

    def of(self, subject: SubjectRef) -> tuple[Waiting, ...]:
        """Return those for one person, oldest first."""
        return self._some(outbox.c.subject == subject)

    def all(self) -> tuple[Waiting, ...]:
        """Return all, oldest first."""
        return self._some(true())

    def _some(self, which: ColumnElement[bool], limit: int | None = None) -> tuple[Waiting, ...]:
        query = select(outbox).where(which).order_by(outbox.c.made_at, outbox.c.letter).limit(limit)
        return tuple(map(_waiting, self._pending.direct().execute(query).mappings()))


def _waiting(row: RowMapping) -> Waiting:
    return Waiting(
        LetterId(row["letter"]),
        LetterKind(row["kind"]),
        Addressee(Region(row["region"]), SubjectRef(row["subject"])),
        from_ticks(row["made_at"]),
        from_ticks(row["due"]),
        row["attempts"],
    )
