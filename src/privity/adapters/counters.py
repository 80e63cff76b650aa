"""Counts of what this process did, in memory: minimize.measure.Counters.

Invariants: kinds, treatments, codes, lengths and times only; used by one event loop, so it needs no
lock; the number of different codes is that of the program, so it cannot grow without end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

from privity.minimize.measure import Seen, Weight
from privity.model.finding import Tally
from privity.model.words import Category, Treatment

BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Upper bounds of the times that requests are held, in seconds."""


class MemoryCounters:
    """Everything that was counted since the process started."""

    __slots__ = ("_came", "_ended", "_found", "_left", "_refused", "held", "held_seconds")

    def __init__(self) -> None:
        self._found: Counter[tuple[Category, Treatment]] = Counter()
        self._refused: Counter[str] = Counter()
        self._ended: Counter[str] = Counter()
        self._came = 0
        self._left = 0
        self.held = [0] * (len(BUCKETS) + 1)
        self.held_seconds = 0.0

    def minimized(self, tally: Tally) -> None:
        """Count what was found in a request, by kind, and how it was treated."""
        self._found.update(tally)

    def weighed(self, weight: Weight) -> None:
        """Count characters of personal data that came in, and that left unchanged."""
        self._came += weight.came
        self._left += weight.left

    def refused(self, code: str) -> None:
        """Count an exchange that did not begin, by the code of the error."""
        self._refused[code] += 1

    def ended(self, code: str) -> None:
        """Count an exchange that ended, by its code."""
        self._ended[code] += 1

    def added(self, seconds: float) -> None:
        """Note how long a request was held here before it left, in seconds."""
        self.held[bisect_left(BUCKETS, seconds)] += 1
        self.held_seconds += seconds

    def seen(self) -> Seen:
        """Return everything that was counted."""
        weight = Weight(self._came, self._left)
        return Seen(dict(self._found), weight, dict(self._refused), dict(self._ended))
