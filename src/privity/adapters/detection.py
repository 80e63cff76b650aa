"""Run the detector, and other long work on bodies, without holding up other requests.

Short texts are scanned at once, which is faster than handing them over. Long ones, and all texts
where the large language model reads them, wait in a bounded queue for a thread, which reads what
waits together, so that the model works on full batches. Beyond the bound, requests are refused.

Invariants: what is remembered is touched by the event loop alone; a text that fails fails its own
request only; a request that is given up leaves no trace.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from privity.detect.cache import CachedDetector
from privity.errors import DetectorUnavailable, Overloaded, PrivityError
from privity.model.finding import Finding
from privity.model.text import Leaf

SHORT_CHARACTERS = 4_096
SHORT_BYTES = 65_536
BATCH_CHARACTERS = 65_536
MAX_WAITING_CHARACTERS = 33_554_432
Found: TypeAlias = tuple[Finding, ...]
Read: TypeAlias = Callable[[Sequence[Leaf]], tuple[Found, ...]]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is read at once, and how many characters may wait.

    Texts of up to `short` characters together are read on the event loop.
    """

    short: int = SHORT_CHARACTERS
    threads: int = 1
    max_waiting: int = MAX_WAITING_CHARACTERS


class Scanner:
    """Finds personal data for many requests at once."""

    __slots__ = ("_detector", "_effort", "_queue", "_threads")

    def __init__(self, detector: CachedDetector, effort: Effort | None = None) -> None:
        self._detector = detector
        self._effort = effort or Effort()
        self._threads = ThreadPoolExecutor(self._effort.threads, thread_name_prefix="detect")
        self._queue = Queue(detector.read, self._threads, self._effort)

    async def find(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """Return the findings of each leaf. Raises DetectorUnavailable or Overloaded."""
        detector = self._detector
        size = _size(leaves)
        if size <= self._effort.short:
            return detector.find(leaves)
        long = size > SHORT_CHARACTERS
        places = await self._apart(lambda: detector.places(leaves), long=long)
        recalled = detector.recall(leaves, places)
        if recalled.unread:
            read = await self._queue.read(tuple(recalled.unread.values()))
            detector.keep(recalled, read)
        found = [recalled.known[place] for place in places]
        return await self._apart(lambda: detector.spread(leaves, found), long=long)

    @property
    def waiting(self) -> int:
        """How many characters wait to be read."""
        return self._queue.waiting

    async def apart(self, size: int, work: Callable[[], Answer]) -> Answer:
        """Do work on a body of `size` bytes; on a long one, in a thread. Raises what it raises."""
        return await self._apart(work, long=size > SHORT_BYTES)

    async def _apart(self, work: Callable[[], Answer], *, long: bool) -> Answer:
        if not long:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """End the threads; who still waits is told that the detector is gone."""
        self._queue.close()
        self._threads.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Job:
    leaves: Sequence[Leaf]
    size: int
    answer: asyncio.Future[tuple[Found, ...]]


class Queue:
    """What waits to be read, up to `effort.max_waiting` characters; one event loop uses it."""

    __slots__ = ("_effort", "_jobs", "_read", "_running", "_threads", "_waiting")

    def __init__(self, read: Read, threads: ThreadPoolExecutor, effort: Effort) -> None:
        self._read = read
        self._threads = threads
        self._effort = effort
        self._jobs: deque[_Job] = deque()
        self._waiting = 0
        self._running: set[asyncio.Task[None]] = set()

    async def read(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """Return the findings of each leaf by itself. Raises DetectorUnavailable or Overloaded.

        A request that alone is larger than the bound is read when nothing else waits.
        """
        size = _size(leaves)
        if self._waiting and self._waiting + size > self._effort.max_waiting:
            message = "more text waits to be scanned than the limit"
            raise Overloaded(message, again_in=1)
        job = _Job(leaves, size, asyncio.get_running_loop().create_future())
        self._jobs.append(job)
        self._waiting += size
        if len(self._running) < self._effort.threads:
            self._running.add(asyncio.create_task(self._work()))
        return await job.answer

    @property
    def waiting(self) -> int:
        """How many characters wait."""
        return self._waiting

    def close(self) -> None:
        """Give up what waits."""
        for task in self._running:
            task.cancel()
        for job in self._jobs:
            job.answer.cancel()

    async def _work(self) -> None:
        """Read what waits, batch after batch, until nothing does."""
        batch: list[_Job] = []
        try:
            while self._jobs:
                batch = self._next()
                if batch:
                    await self._answer(batch)
                self._waiting -= sum(job.size for job in batch)
        finally:
            for job in batch:
                job.answer.cancel()  # at a stop; an answer that was given stays
            # Here and not in a callback: a job that comes next must find that nobody works.
            self._running -= {task for task in (asyncio.current_task(),) if task}

    def _next(self) -> list[_Job]:
        """Take the first jobs, as many as make a batch; those given up are left out."""
        batch: list[_Job] = []
        size = 0
        while self._jobs and (not batch or size + self._jobs[0].size <= BATCH_CHARACTERS):
            job = self._jobs.popleft()
            if job.answer.done():
                self._waiting -= job.size
                continue
            batch.append(job)
            size += job.size
        return batch

    async def _answer(self, batch: Sequence[_Job]) -> None:
        """Read jobs together; if that fails, each by itself."""
        leaves = [leaf for job in batch for leaf in job.leaves]
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, self._read, leaves)
        except Exception as error:  # noqa: BLE001 (who waits must hear of any failure)
            if len(batch) == 1:
                _tell(batch[0].answer, error)
                return
            for job in batch:
                await self._answer([job])
            return
        start = 0
        for job in batch:
            end = start + len(job.leaves)
            if not job.answer.done():
                job.answer.set_result(found[start:end])
            start = end


def _tell(answer: asyncio.Future[tuple[Found, ...]], error: Exception) -> None:
    """Pass on our own errors; the message of any other could hold the text."""
    if answer.done():
        return
    if isinstance(error, PrivityError):
        answer.set_exception(error)
        return
    message = f"the detector failed: {type(error).__name__}"
    answer.set_exception(DetectorUnavailable(message))


def _size(leaves: Sequence[Leaf]) -> int:
    return sum(len(leaf.raw) for leaf in leaves)
