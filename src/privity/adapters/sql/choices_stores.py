"""What people chose, the ledger, their state's version, and what choices do to what is kept.

Invariants: as in `stores`, all of it runs under the lock on the log; whatever changes a person's
state raises the epoch in the head row, so that every process drops the versions it remembered
before it writes again; nothing here lengthens a deadline or gives a leave.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update

from privity.adapters.sql.choices_tables import choices, ledger, person_state, used_pass
from privity.adapters.sql.columns import to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.residence import refuse_who_left
from privity.adapters.sql.schema import record
from privity.audit.entry import Entry
from privity.model.words import SubjectRef
from privity.rights.choices import UNDECIDED, Choices, packed, unpacked
from privity.rights.ledger import again, forget
from privity.rights.ports import ChoosingStore

_VERSION = "SELECT version FROM person_state WHERE subject = ?"
_TICK = timedelta(microseconds=1)


class SqlPeople:
    """rights.ports.People."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def version(self, subject: SubjectRef) -> int:
        """Return how often a person's state has changed: 0 for one nobody knows anything of."""
        memory = self._pending.memory
        held = memory.people.get(subject)
        if held is None:
            link = self._pending.link
            row = link.one(link.sql(_VERSION), (subject,))
            held = 0 if row is None else int(row[0])
            memory.know(subject, held)
        return held

    def changed(self, subject: SubjectRef) -> None:
        """Say that a person's state changes in this transaction.

        Raises PersonMoved if they left this database's region: the change belongs in the other.
        """
        refuse_who_left(self._pending, subject)
        connection = self._pending.direct()
        grown = update(person_state).where(person_state.c.subject == subject)
        if not connection.execute(grown.values(version=person_state.c.version + 1)).rowcount:
            connection.execute(insert(person_state).values(subject=subject, version=1))
        self._pending.keys_changed()


class SqlChoices:
    """rights.ports.ChoiceStore."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def of(self, subject: SubjectRef) -> Choices:
        """Return what a person chose; UNDECIDED for one who chose nothing. Raises Tampered."""
        query = select(choices.c.body).where(choices.c.subject == subject)
        body = self._pending.direct().execute(query).scalar_one_or_none()
        return UNDECIDED if body is None else unpacked(body)

    def put(self, subject: SubjectRef, new: Choices) -> None:
        """Store a person's choices in the place of the earlier ones."""
        connection = self._pending.direct()
        body = packed(new)
        change = update(choices).where(choices.c.subject == subject).values(body=body)
        if not connection.execute(change).rowcount:
            connection.execute(insert(choices).values(subject=subject, body=body))
        self._pending.link.deleted()

    def remove(self, subject: SubjectRef) -> None:
        """Forget a person's choices."""
        self._pending.direct().execute(delete(choices).where(choices.c.subject == subject))
        self._pending.link.deleted()


class SqlLedger:
    """rights.ports.LedgerStore."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def add(self, subject: SubjectRef, entry: int) -> None:
        """Note an entry, which is in this transaction."""
        self._pending.direct().execute(insert(ledger).values(entry=entry, subject=subject))

    def of(self, subject: SubjectRef) -> tuple[int, ...]:
        """Return the positions of a person's entries, oldest first."""
        query = select(ledger.c.entry).where(ledger.c.subject == subject).order_by(ledger.c.entry)
        return tuple(self._pending.direct().execute(query).scalars())

    def remove(self, subject: SubjectRef) -> int:
        """Forget which entries are a person's and say how many; the log keeps them."""
        gone = self._pending.direct().execute(delete(ledger).where(ledger.c.subject == subject))
        self._pending.link.deleted()
        return int(gone.rowcount)


class SqlKept:
    """rights.ports.Kept."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def shorten(self, subject: SubjectRef, period: timedelta) -> int:
        """Bring every deadline to at most `period` after its beginning; say how many moved."""
        ends = record.c.made_at + period // _TICK
        longer = and_(_kept_of(subject), record.c.delete_at > ends)
        moved = self._pending.direct().execute(update(record).where(longer).values(delete_at=ends))
        return int(moved.rowcount)

    def withdraw(self, subject: SubjectRef, *, train: bool, review: bool) -> int:
        """Take the leave to train with records, to read samples, or both; say of how many."""
        leaves = [
            column
            for column, taken in ((record.c.train, train), (record.c.review, review))
            if taken
        ]
        if not leaves:
            return 0
        given = and_(record.c.subject == subject, or_(*(leave == 1 for leave in leaves)))
        nothing = {leave.name: 0 for leave in leaves}
        taken = self._pending.direct().execute(update(record).where(given).values(nothing))
        return int(taken.rowcount)


class SqlBeside:
    """vault.ports.Beside, over a transaction of its own kind."""

    def __init__(self, tx: ChoosingStore) -> None:
        self._tx = tx

    def forget(self, subject: SubjectRef) -> None:
        """Forget what an erased person agreed to; what they refused stays refused."""
        forget(self._tx, subject)

    def again(self, entry: Entry, index: int) -> None:
        """Do again what an entry of the log says that a person chose. Raises LogCorrupt."""
        again(self._tx, entry, index)


class SqlUsedPasses:
    """rights.ports.UsedPasses."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def use(self, nonce: str, ends: datetime, now: datetime) -> bool:
        """Use a link and say whether it was the first time; forget those that have ended."""
        connection = self._pending.direct()
        connection.execute(delete(used_pass).where(used_pass.c.ends < to_ticks(now)))
        there = select(used_pass.c.nonce).where(used_pass.c.nonce == nonce)
        if connection.execute(there).first() is not None:
            return False
        connection.execute(insert(used_pass).values(nonce=nonce, ends=to_ticks(ends)))
        return True


def _kept_of(subject: SubjectRef) -> ColumnElement[bool]:
    """Say of a record that it is a conversation of this person."""
    return and_(record.c.subject == subject, record.c.kind == "transcript")
