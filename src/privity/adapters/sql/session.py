"""Run many works in one transaction: all that succeed become durable together, or none.

Invariants: a work that raises fails alone and leaves nothing; if the transaction fails before its
commit, each work is tried again by itself, so that one bad work cannot stop the others; once the
commit was sent nothing is tried again, because it may have happened. A broken connection is
replaced before the next transaction.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Engine, inspect

from privity.adapters.sql.link import Link, Row, guarded, storage_errors, unavailable
from privity.adapters.sql.pending import Memory, Pending
from privity.adapters.sql.schema import REVISION, oldest_program
from privity.adapters.sql.sequence import Sequencer
from privity.adapters.sql.stores import SqlTransaction
from privity.audit.signing import Signer
from privity.errors import (
    DatabaseUnavailable,
    PrivityError,
    RestoreUnfinished,
    SchemaOutdated,
)

_REVISION = re.compile(r"[0-9]{4}")
Work: TypeAlias = Callable[[SqlTransaction], Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a work returned, or why it did not happen."""

    value: Any
    error: Exception | None


class Session:
    """One connection and what is remembered with it. Used by one thread at a time."""

    def __init__(self, engine: Engine, signer: Signer, *, restoring: bool = False) -> None:
        """`restoring`: open a database that is being put back from a backup, too."""
        self._engine = engine
        self._restoring = restoring
        self._sequencer = Sequencer(signer)
        self._memory = Memory()
        self._link: Link | None = None
        self._committing = False
        self._storage_errors = storage_errors(engine)

    def open(self) -> None:
        """Connect and check schema and log.

        Raises DatabaseUnavailable, SchemaOutdated, LogCorrupt.
        """
        with self._transaction():
            pass

    def run(self, works: Sequence[Work]) -> list[Outcome]:
        """Run works in one transaction, or one by one if that fails; never raises PrivityError."""
        try:
            with self._transaction() as pending:
                tx = SqlTransaction(pending)
                return [self._attempt(pending, tx, work) for work in works]
        except PrivityError as error:
            failed = Outcome(None, error)
            retry = isinstance(error, DatabaseUnavailable) and not self._committing
            if len(works) == 1 or not retry or self._link is None:
                return [failed] * len(works)
        return [outcome for work in works for outcome in self.run([work])]

    @contextlib.contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Give a transaction that commits at the end of the block, or rolls back if it raises."""
        with self._transaction() as pending:
            pending.begin_work()
            yield SqlTransaction(pending)

    def close(self) -> None:
        """Close the connection."""
        if self._link is not None:
            self._link.close()
            self._link = None

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Pending]:
        self._committing = False
        pending = self._begin()
        try:
            with guarded(self._engine):
                yield pending
                self._commit(pending)
        except BaseException:
            self._give_up(pending.link)
            raise

    def _attempt(self, pending: Pending, tx: SqlTransaction, work: Work) -> Outcome:
        pending.begin_work()
        try:
            value = work(tx)
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to this work alone
            pending.undo_work()
            return Outcome(None, self._said(error))
        pending.end_work()
        return Outcome(value, None)

    def _said(self, error: Exception) -> Exception:
        """Return what the work's owner is told: never what a database quotes."""
        return unavailable(error) if isinstance(error, self._storage_errors) else error

    def _begin(self) -> Pending:
        fresh = self._link is None
        if self._link is None:
            self._link = self._connect()
        link = self._link
        try:
            with guarded(self._engine):
                link.begin()
                size = self._sequencer.lock(link)
        except PrivityError:
            if self._give_up(link) or fresh:
                raise
            return self._begin()  # the connection had died while it was idle
        self._memory.at(self._sequencer.keys_epoch)
        return Pending(link, self._memory, size)

    def _connect(self) -> Link:
        link = Link(self._engine)
        try:
            with guarded(self._engine):
                check_schema(link)
                if not self._restoring:
                    check_restored(link)
        except PrivityError:
            link.close()
            raise
        return link

    def _commit(self, pending: Pending) -> None:
        new_keys = pending.write()
        pending.write_mentions()
        edge = self._sequencer.store(pending.link, pending.entries, pending.keys_epoch)
        self._committing = True
        pending.link.commit()
        self._committing = False
        self._sequencer.committed(edge)
        self._memory.epoch = pending.keys_epoch
        for key in new_keys:
            self._memory.add(key)
        pending.link.cut_wal()

    def _give_up(self, link: Link) -> bool:
        """Roll back, and say whether the connection still works; if not, it is closed."""
        self._sequencer.forget()
        self._memory.forget()
        try:
            with guarded(self._engine):
                link.rollback()
        except DatabaseUnavailable:
            self.close()
            return False
        return True


def check_restored(link: Link) -> None:
    """Raise RestoreUnfinished while later erasures are not made again in a restored database."""
    found = link.one("SELECT size FROM restoring")
    link.rollback()
    if found is not None:
        msg = "the database was put back from a backup, and later erasures are missing in it"
        raise RestoreUnfinished(msg)


def check_schema(link: Link) -> None:
    """Raise SchemaOutdated unless this version may work on the database.

    It may on its own tables, and on those that later migrations only added to.
    """
    here, oldest = _revisions(link)
    later = bool(_REVISION.fullmatch(here)) and here > REVISION >= oldest
    if here != REVISION and not later:
        msg = "the database does not have the tables of this version"
        raise SchemaOutdated(msg)


def _revisions(link: Link) -> tuple[str, str]:
    """Return the database's own revision, and the oldest that a program here may know."""
    tables = inspect(link.connection)
    found: Row = (None, None)
    if tables.has_table("alembic_version") and tables.has_table(oldest_program.name):
        query = "SELECT version_num, (SELECT revision FROM oldest_program) FROM alembic_version"
        found = link.one(query) or found
    link.rollback()
    return str(found[0]), str(found[1] or "none")
