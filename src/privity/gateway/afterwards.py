"""Work that follows an answer: it delays no client, and it is not lost.

Invariants: the number of works waiting is bounded, because a gateway with too many accepts no new
request; a stop waits for them; one that fails because the installation is at fault is tried again,
and in the end reported by its code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from privity.errors import OperatorError, PrivityError
from privity.gateway.report import Line, Report, where

PAUSES = (0.1, 1.0, 5.0)
"""Seconds between the attempts."""


class Afterwards:
    """The works that have not ended yet."""

    __slots__ = ("_limit", "_report", "_tasks")

    def __init__(self, limit: int, report: Report) -> None:
        self._limit = limit
        self._report = report
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, work: Callable[[], Awaitable[None]]) -> None:
        """Start a work; it runs while the caller goes on."""
        task = asyncio.get_running_loop().create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def waiting(self) -> int:
        """How many works have not ended."""
        return len(self._tasks)

    @property
    def full(self) -> bool:
        """Whether so much is waiting that nothing new should begin."""
        return len(self._tasks) >= self._limit

    async def drain(self, seconds: float) -> int:
        """Wait for everything that was started; return how much did not end in time."""
        if not self._tasks:
            return 0
        _, waiting = await asyncio.wait(self._tasks, timeout=seconds)
        for task in waiting:
            task.cancel()
        return len(waiting)

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        for pause in (*PAUSES, None):
            try:
                await work()
            except OperatorError as error:
                if pause is None:
                    self._report(Line.KEEP_FAILED, {"code": error.code})
                    return
                self._report(Line.KEEP_RETRIED, {"code": error.code})
                await asyncio.sleep(pause)
            except Exception as error:  # noqa: BLE001 - reported, and the process goes on
                self._report(Line.KEEP_FAILED, {"code": PrivityError.code, "where": where(error)})
                return
            else:
                return
