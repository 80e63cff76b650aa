"""Counts over time as figures: how many requests, what was found, how long it took, what failed.

Invariants: what was not counted is a gap and not a zero, where zero would be a claim; times of the
figures are those of the counts, in UTC; nothing here knows anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from itertools import accumulate
from math import isinf

import orjson

from privity.console.series import LEVEL, Bucket, Counts, Span, start_of, together

ANSWERED = "ended.ok"
FOUND, REFUSED, ENDED, HELD = "found.", "refused.", "ended.", "held."
"""How the names of counts begin. After HELD: two bounds of a time, in milliseconds."""
CAME, LEFT = "characters.came", "characters.left"
RECORDS_LATE, REQUESTS_LATE = f"{LEVEL}records_overdue", f"{LEVEL}requests_overdue"
_MOST_LINES = 5
_WELL = frozenset({"ok", "client_left"})


class Range(StrEnum):
    """How far back figures go; `span`: of which counts, `step`: how many of them are one point."""

    label: str
    span: Span
    length: timedelta
    step: timedelta

    def __new__(  # noqa: PYI034 - as in StrEnum
        cls, value: str, label: str, span: Span, times: tuple[timedelta, timedelta]
    ) -> Range:
        """Make a member with its length and its step."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.span = label, span
        member.length, member.step = times
        return member

    HOUR = "hour", "Last hour", Span.MINUTE, (timedelta(hours=1), timedelta(minutes=1))
    DAY = "day", "Last day", Span.MINUTE, (timedelta(days=1), timedelta(minutes=15))
    MONTH = "month", "Last 30 days", Span.HOUR, (timedelta(days=30), timedelta(hours=12))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a figure; None where there is nothing to show."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: `says` explains it, `none` is said instead of it where there is nothing to show.

    `unit` stands behind its numbers.
    """

    title: str
    says: str
    none: str
    at: tuple[datetime, ...]
    lines: tuple[Line, ...]
    unit: str = ""

    def heads(self) -> tuple[tuple[str, str], ...]:
        """Return the heads of its table's columns of numbers."""
        return tuple((line.label, "count") for line in self.lines)

    def data(self) -> str:
        """Return it as the script that draws it reads it."""
        lines = [{"label": line.label, "values": line.values} for line in self.lines]
        at = [round(each.timestamp()) for each in self.at]
        return orjson.dumps({"at": at, "unit": self.unit, "lines": lines}).decode()

    def rows(self) -> tuple[tuple[datetime, tuple[float | None, ...]], ...]:
        """Return it as the rows of a table, the newest first, without those that say nothing."""
        rows = (
            (at, tuple(line.values[place] for line in self.lines))
            for place, at in enumerate(self.at)
        )
        return tuple(reversed([(at, row) for at, row in rows if any(row)]))


def laid(asked: Range, buckets: Iterable[Bucket], now: datetime) -> tuple[Bucket, ...]:
    """Return counts point by point, without a gap; the last point ends with this minute or hour.

    So that the last point is as long as the others, and does not look like a fall.
    """
    count = asked.length // asked.step
    end = start_of(now, asked.span.length) + asked.span.length
    points: list[Counts] = [{} for _ in range(count)]
    for bucket in buckets:
        place = count - 1 - (end - bucket.start - asked.span.length) // asked.step
        if 0 <= place < count:
            points[place] = together(points[place], bucket.counts)
    first = end - count * asked.step
    return tuple(Bucket(first + k * asked.step, counts) for k, counts in enumerate(points))


def whole(buckets: Iterable[Bucket]) -> Counts:
    """Return everything that was counted, as one."""
    nothing: Counts = {}
    return reduce(together, (bucket.counts for bucket in buckets), nothing)


def figures(points: Sequence[Bucket], words: Callable[[str], str]) -> tuple[Figure, ...]:
    """Return all figures. `words` says a kind of personal data."""
    at, counts = tuple(each.start for each in points), [each.counts for each in points]

    def line(label: str, of: Callable[[Counts], float | None]) -> Line:
        return Line(label, tuple(of(each) for each in counts))

    everything = whole(points)
    kinds = [line(words(name), _named(FOUND + name)) for name in _most(everything, FOUND)]
    failed = [
        name for name in _most(everything, REFUSED, ENDED) if name not in {"ok", "client_left"}
    ]
    codes = [line(name, _either(REFUSED + name, ENDED + name)) for name in failed[:_MOST_LINES]]
    requests = (
        line("answered", _named(ANSWERED)),
        line("refused", lambda each: total(each, REFUSED)),
        line("ended otherwise", lambda each: total(each, ENDED) - each.get(ANSWERED, 0.0)),
    )
    held = (
        line("half are faster", lambda each: quantile(each, 0.5)),
        line("95 of 100 are faster", lambda each: quantile(each, 0.95)),
    )
    late = (line("records", _named(RECORDS_LATE)), line("requests", _named(REQUESTS_LATE)))
    return (
        Figure("Requests", "Messages of people that came here.", _NOTHING, at, requests),
        Figure("Found", "Personal data found, by kind.", "Nothing was found.", at, tuple(kinds)),
        Figure("Minimized", _SHARE, _NOTHING, at, (line("minimized", minimized),), "%"),
        Figure("Time added", _HELD, _NOTHING, at, held, "ms"),
        Figure("Errors", _ERRORS, "Nothing went wrong.", at, tuple(codes)),
        Figure("Overdue", _LATE, "Nothing is overdue.", at, late),
    )


_NOTHING = "No message came in this time."
_SHARE = "Characters of what was found that did not leave as they came."
_HELD = "How long messages were held before they left."
_ERRORS = "Messages that were refused or did not end well, by code."
_LATE = "What should be deleted or answered by now."


def minimized(counts: Counts) -> float | None:
    """Return the share, in per cent, of personal data that did not leave as it came."""
    came = counts.get(CAME, 0.0)
    return None if not came else round(100 * (1 - counts.get(LEFT, 0.0) / came), 1)


def quantile(counts: Counts, share: float) -> float | None:
    """Return the time in milliseconds below which a share of messages was held, about.

    Between two bounds of the histogram it is a straight line; above the last one, that one.
    """
    found = sorted(
        (*map(float, name.removeprefix(HELD).split(":")), number)
        for name, number in counts.items()
        if name.startswith(HELD)
    )
    sums = list(accumulate(number for _, _, number in found))
    if not sums or not sums[-1]:
        return None
    wanted = share * sums[-1]
    place = next(k for k, upto in enumerate(sums) if upto >= wanted)
    lower, upper, number = found[place]
    inside = 0.0 if isinf(upper) else (upper - lower) * (wanted - sums[place] + number) / number
    return round(lower + inside, 2)


def _named(name: str) -> Callable[[Counts], float | None]:
    return lambda counts: counts.get(name, 0.0)


def _either(one: str, other: str) -> Callable[[Counts], float | None]:
    return lambda counts: counts.get(one, 0.0) + counts.get(other, 0.0)


def total(counts: Counts, beginning: str) -> float:
    """Return the sum of all counts whose name begins so."""
    return sum(number for name, number in counts.items() if name.startswith(beginning))


def _most(counts: Counts, *beginnings: str) -> list[str]:
    """Return what comes after these beginnings, the most frequent first."""
    found: dict[str, float] = {}
    for name, number in counts.items():
        for beginning in beginnings:
            if name.startswith(beginning):
                rest = name.removeprefix(beginning)
                found[rest] = found.get(rest, 0.0) + number
    most = sorted(found, key=lambda name: (-found[name], name))
    return most if len(beginnings) > 1 else most[:_MOST_LINES]
