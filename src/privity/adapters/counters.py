"""Counts of what all processes of this server did: minimize.measure.Counters.

Invariants: kinds, treatments, codes, lengths and times only, each at a place that was declared
(`measures`); counting is one addition in memory, without a lock or a system call; each number is
counted on by one thread of a process.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from privity.adapters.board import Board
from privity.adapters.measures import (
    CHARACTERS,
    COMMIT,
    DETECTION,
    ENDED,
    EXCHANGE,
    FINDINGS,
    HELD,
    HERE,
    LINES,
    OTHER,
    REFUSED,
    WRITES,
    Labels,
    Measure,
    layout,
)
from privity.gateway.report import Facts, Line, Report
from privity.minimize.measure import Seen, Weight
from privity.model.finding import Tally
from privity.model.words import Category, Treatment

_CATEGORIES = {category.value: category for category in Category}


class SharedCounters:
    """Everything that was counted since the server started, by this process and the others."""

    __slots__ = (
        "_came",
        "_detection",
        "_exchange",
        "_held",
        "_left",
        "_levels",
        "_mine",
        "_places",
        "board",
    )

    def __init__(self, board: Callable[[int], Board] = Board) -> None:
        """`board` makes the board for a number of places; by default this process is alone."""
        self._places, count = layout()
        self.board = board(count)
        self._mine = self.board.mine
        self._came = self._places[CHARACTERS.name, ("came",)]
        self._left = self._places[CHARACTERS.name, ("left",)]
        self._held = self._places[HELD.name, ()]
        self._exchange = self._places[EXCHANGE.name, ()]
        self._detection = self._places[DETECTION.name, ()]
        self._levels: dict[int, Callable[[], float]] = {}

    def minimized(self, tally: Tally) -> None:
        """Count what was found in a request, by kind, and how it was treated."""
        for (category, treatment), count in tally.items():
            self._mine[self._places[FINDINGS.name, (category.value, treatment.value)]] += count

    def weighed(self, weight: Weight) -> None:
        """Count characters of personal data that came in, and that left unchanged."""
        self._mine[self._came] += weight.came
        self._mine[self._left] += weight.left

    def refused(self, code: str) -> None:
        """Count an exchange that did not begin, by the code of the error."""
        self._count(REFUSED, code)

    def ended(self, code: str) -> None:
        """Count an exchange that ended, by its code."""
        self._count(ENDED, code)

    def added(self, seconds: float) -> None:
        """Note how long a request was held here before it left, in seconds."""
        self._note(self._held, HELD, seconds)

    def lasted(self, seconds: float) -> None:
        """Note how long an exchange took until its last byte, in seconds."""
        self._note(self._exchange, EXCHANGE, seconds)

    def scanned(self, seconds: float) -> None:
        """Note how long finding personal data took once, in seconds."""
        self._note(self._detection, DETECTION, seconds)

    def committing(self, store: str = HERE) -> Callable[[float, int], None]:
        """Return what notes a commit of a store: its seconds, and how many writes it had."""
        commit, writes = self._places[COMMIT.name, (store,)], self._places[WRITES.name, (store,)]

        def committed(seconds: float, count: int) -> None:
            self._note(commit, COMMIT, seconds)
            self._mine[writes] += count

        return committed

    def told(self, report: Report) -> Report:
        """Return a report whose lines are counted."""
        places = {line: self._places[LINES.name, (line.value,)] for line in Line}

        def say(line: Line, facts: Facts) -> None:
            self._mine[places[line]] += 1
            report(line, facts)

        return say

    def watch(self, measure: Measure, level: Callable[[], float]) -> None:
        """Remember where it is seen how much of something is under way in this process."""
        self._levels[self._places[measure.name, ()]] = level

    def show(self) -> None:
        """Show what is under way in this process now."""
        for place, level in self._levels.items():
            self._mine[place] = level()

    def seen(self) -> Seen:
        """Return everything that was counted, by all processes."""
        sums = self.board.sums()

        def of(measure: Measure) -> dict[Labels, int]:
            found = {each: sums[self._places[measure.name, each]] for each in _series(measure)}
            return {labels: round(count) for labels, count in found.items() if count}

        tally = {
            (_CATEGORIES[category], Treatment(treatment)): count
            for (category, treatment), count in of(FINDINGS).items()
        }
        weight = Weight(round(sums[self._came]), round(sums[self._left]))
        refused = {code: count for (code,), count in of(REFUSED).items()}
        ended = {code: count for (code,), count in of(ENDED).items()}
        return Seen(tally, weight, refused, ended)

    def numbers(self, measure: Measure, labels: Labels, among: list[float]) -> list[float]:
        """Return the numbers of one series among all."""
        start = self._places[measure.name, labels]
        return among[start : start + measure.width]

    def _count(self, measure: Measure, code: str) -> None:
        place = self._places.get((measure.name, (code,)))
        self._mine[self._places[measure.name, (OTHER,)] if place is None else place] += 1

    def _note(self, start: int, measure: Measure, seconds: float) -> None:
        self._mine[start + bisect_left(measure.bounds, seconds)] += 1
        self._mine[start + len(measure.bounds) + 1] += seconds


def _series(measure: Measure) -> list[Labels]:
    return [tuple(map(str, labels)) for labels in measure.series()]
