"""Durable writing with group commit: many requests, one transaction, one signature, one fsync.

Invariants: a result is told only after its commit; works run in the order in which they came, on
one thread with its own connection; at most `max_waiting` works wait, the next is refused; after
close() nothing is taken. Several processes may write to one database: the lock on the log's head
puts them in a row.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from privity.adapters.sql.link import open_engine
from privity.adapters.sql.read import Reader
from privity.adapters.sql.session import Outcome, Session
from privity.adapters.sql.stores import SqlTransaction
from privity.audit.signing import Signer
from privity.errors import LogUnavailable, Overloaded

T = TypeVar("T")
Committed: TypeAlias = Callable[[float, int], None]
MAX_GROUP = 512
"""The most works in one transaction."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[SqlTransaction], Any]
    future: asyncio.Future[Any]


class SqlJournal:
    """gateway.ports.Journal on SQLite or PostgreSQL."""

    def __init__(self, url: str, signer: Signer, max_waiting: int) -> None:
        """Connect to nothing yet. `url` as in `link.open_engine`. Raises SettingsInvalid."""
        self._engine = open_engine(url)
        self._signer = signer
        self._max_waiting = max_waiting
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self.reader = Reader(self._engine)
        self.committed: Committed = _untold
        """Hears of each transaction: its seconds, and how many works were in it."""

    async def start(self) -> None:
        """Begin to write.

        Raises DatabaseUnavailable, SchemaOutdated, LogCorrupt when the log cannot be extended.
        """
        session = Session(self._engine, self._signer)
        await asyncio.to_thread(session.open)
        self._thread = threading.Thread(target=self._serve, args=(session,), name="journal")
        self._thread.daemon = True  # close() waits for it; a crash must not
        self._thread.start()

    async def close(self) -> None:
        """Write what is waiting, then end."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(thread.join)

    @property
    def waiting(self) -> int:
        """How many works wait to be written."""
        return self._queue.qsize()

    async def write(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run work in a transaction; return once it is durable.

        The work may be run twice, so it must change nothing but the transaction. Raises what the
        work raises, or DatabaseUnavailable, LogUnavailable, LogCorrupt, Overloaded; then nothing
        was written, unless the connection broke during the commit itself.
        """
        if self._thread is None:
            msg = "the journal is not open"
            raise LogUnavailable(msg)
        if self._queue.qsize() >= self._max_waiting:
            msg = "too many writes are waiting"
            raise Overloaded(msg, again_in=1)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queue.put(_Job(work, future))
        return await future

    @contextlib.contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Give a transaction on a connection of its own, for commands; commits at the end.

        Raises as write() does.
        """
        with self.session() as session, session.transaction() as tx:
            yield tx

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Give a connection of its own, for several transactions one after the other."""
        session = Session(self._engine, self._signer)
        try:
            yield session
        finally:
            session.close()

    def _serve(self, session: Session) -> None:
        """Take whatever waits and commit it together, until told to end."""
        open_ = True
        while open_:
            jobs: list[_Job] = []
            job = self._queue.get()
            while job is not None:
                jobs.append(job)
                if len(jobs) == MAX_GROUP:
                    break
                try:
                    job = self._queue.get_nowait()
                except queue.Empty:
                    break
            open_ = job is not None
            if jobs:
                begun = time.perf_counter()
                outcomes = _run(session, jobs)
                self.committed(time.perf_counter() - begun, len(jobs))
                _deliver(jobs, outcomes)
        session.close()


def _untold(seconds: float, works: int) -> None:
    """Nobody asked to hear of commits."""


def _run(session: Session, jobs: list[_Job]) -> list[Outcome]:
    try:
        return session.run([job.work for job in jobs])
    except Exception as error:  # noqa: BLE001 - nobody may wait for ever
        unavailable = LogUnavailable(f"the journal failed ({type(error).__name__})")
        return [Outcome(None, unavailable)] * len(jobs)


def _deliver(jobs: list[_Job], outcomes: list[Outcome]) -> None:
    """Tell each event loop once about all its results."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Outcome]]] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        loops.setdefault(job.future.get_loop(), []).append((job.future, outcome))
    for loop, results in loops.items():
        with contextlib.suppress(RuntimeError):  # the loop has ended; nobody waits any more
            loop.call_soon_threadsafe(_settle, results)


def _settle(results: list[tuple[asyncio.Future[Any], Outcome]]) -> None:
    for future, outcome in results:
        if future.done():
            continue  # whoever waited has left
        if outcome.error is None:
            future.set_result(outcome.value)
        else:
            future.set_exception(outcome.error)
