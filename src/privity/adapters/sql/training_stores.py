"""What staff took, inside one transaction: governance.training.Trainings."""

from __future__ import annotations

from sqlalchemy import ColumnElement, RowMapping, insert, select, true, update

from privity.access.staff import StaffId
from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.training_tables import course_taken
from privity.governance.training import CourseId, Edition, Taken


class SqlTrainings:
    """governance.training.Trainings."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def put(self, taken: Taken) -> None:
        """Store that somebody took a course."""
        columns = course_taken.c
        which = (columns.account == taken.account) & (columns.course == taken.course)
        values = {
            "account": taken.account,
            "course": taken.course,
            "major": taken.edition.major,
            "minor": taken.edition.minor,
            "digest": taken.digest,
            "at": to_ticks(taken.at),
        }
        direct = self._pending.direct()
        if not direct.execute(update(course_taken).where(which).values(**values)).rowcount:
            direct.execute(insert(course_taken).values(**values))

    def of(self, account: StaffId) -> tuple[Taken, ...]:
        """Return what somebody took."""
        return self._some(course_taken.c.account == account)

    def all(self) -> tuple[Taken, ...]:
        """Return what everybody took."""
        return self._some(true())

    def _some(self, which: ColumnElement[bool]) -> tuple[Taken, ...]:
        columns = course_taken.c
        query = select(course_taken).where(which).order_by(columns.account, columns.course)
        return tuple(map(taken_of, self._pending.direct().execute(query).mappings()))


def taken_of(row: RowMapping) -> Taken:
    """Return what a row of the table says."""
    return Taken(
        StaffId(row["account"]),
        CourseId(row["course"]),
        Edition(row["major"], row["minor"]),
        row["digest"],
        from_ticks(row["at"]),
    )
