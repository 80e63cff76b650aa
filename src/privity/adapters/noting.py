"""Write down every minute what this process counted, so that it can be seen over time.

Invariants: what was counted is written once, or again after a failure, and by its process alone;
names are those that were declared (`measures`); a failure is told by its code and ends nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from privity.adapters.counters import SharedCounters
from privity.adapters.gauging import stored
from privity.adapters.home import Home
from privity.adapters.measures import (
    CHARACTERS,
    ENDED,
    FINDINGS,
    HELD,
    OVERDUE,
    REFUSED,
    REQUESTS_OVERDUE,
)
from privity.console.series import LEVEL, note
from privity.errors import PrivityError
from privity.gateway.report import Line, Report

SECONDS = 60.0
_NAMED = ((CHARACTERS, "characters"), (REFUSED, "refused"), (ENDED, "ended"))
_LEVELS = ((OVERDUE, "records_overdue"), (REQUESTS_OVERDUE, "requests_overdue"))


class Noting:
    """What was counted since it was last written."""

    __slots__ = ("_clock", "_counters", "_every", "_known", "_turn")

    def __init__(
        self, every: Sequence[Home], counters: SharedCounters, clock: Callable[[], datetime]
    ) -> None:
        """`every`: the stores of a home, its own first; that one keeps the counts."""
        self._every = every
        self._counters = counters
        self._clock = clock
        self._known = counted(counters)
        self._turn = asyncio.Lock()

    async def note(self) -> None:
        """Write what is new. Raises DatabaseUnavailable, LogUnavailable, Overloaded."""
        async with self._turn:
            at, seen = self._clock(), counted(self._counters)
            new = {name: seen[name] - self._known.get(name, 0.0) for name in seen}
            counts = {name: number for name, number in new.items() if number > 0}
            counts |= await asyncio.to_thread(self._levels, at)
            await self._every[0].journal.write(lambda tx: note(tx, at, counts))
            self._known = seen

    async def keep_noting(self, report: Report) -> None:
        """Write every minute, and once more at the end."""
        try:
            while True:
                await asyncio.sleep(SECONDS)
                await self._tried(report)
        finally:
            await self._tried(report)

    async def _tried(self, report: Report) -> None:
        try:
            await self.note()
        except PrivityError as error:
            report(Line.COUNTING_FAILED, {"code": error.code})

    def _levels(self, at: datetime) -> dict[str, float]:
        levels = stored(self._every, at)
        return {
            LEVEL + name: levels[measure.name, ()]
            for measure, name in _LEVELS
            if (measure.name, ()) in levels
        }


def counted(counters: SharedCounters) -> Mapping[str, float]:
    """Return everything that this process counted, by the names of `console.staff.figures`."""
    return dict(_counted(counters, list(counters.board.mine)))


def _counted(counters: SharedCounters, mine: list[float]) -> Iterator[tuple[str, float]]:
    for category, by_treatment in _by_kind(counters, mine).items():
        yield f"found.{category}", by_treatment
    for measure, name in _NAMED:
        for labels in measure.series():
            (number,) = counters.numbers(measure, tuple(map(str, labels)), mine)
            yield f"{name}.{labels[0]}", number
    bounds = (0.0, *(1000 * bound for bound in HELD.bounds), float("inf"))
    times = counters.numbers(HELD, (), mine)
    for (lower, upper), number in zip(pairwise(bounds), times, strict=False):
        yield f"held.{lower:g}:{upper:g}", number


def _by_kind(counters: SharedCounters, mine: list[float]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for category, treatment in FINDINGS.series():
        (number,) = counters.numbers(FINDINGS, (str(category), str(treatment)), mine)
        found[str(category)] = found.get(str(category), 0.0) + number
    return found
