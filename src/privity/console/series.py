"""What was counted, over time: counts of a minute or an hour, shared by every process.

Invariants: a count has a name of the program and a number, and nothing of anybody; what several
processes counted in the same minute is added up; a level (how much of something there was) is the
highest of them; minutes are kept for a day and hours for a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

LEVEL = "="
"""How the name of a level begins."""


class Span(StrEnum):
    """How long what is counted together took. `length` of it, and for how long it is `kept`."""

    length: timedelta
    kept: timedelta

    def __new__(cls, value: str, length: timedelta, kept: timedelta) -> Span:  # noqa: PYI034
        """Make a member with its lengths."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.length = length
        member.kept = kept
        return member

    MINUTE = "minute", timedelta(minutes=1), timedelta(hours=25)
    HOUR = "hour", timedelta(hours=1), timedelta(days=32)


Counts = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was counted from `start` on, for the length of its span."""

    start: datetime
    counts: Counts


class Series(Protocol):
    """The counts over time, inside one transaction."""

    def add(self, span: Span, start: datetime, counts: Counts) -> None:
        """Add to what was counted from this time on."""
        ...

    def sweep(self, span: Span, before: datetime) -> int:
        """Remove what began before this time; say how many."""
        ...


class SeriesStore(Protocol):
    """A transaction with the counts."""

    @property
    def series(self) -> Series:
        """The counts over time."""
        ...


def together(first: Counts, second: Counts) -> Counts:
    """Return two counts as one."""
    found = dict(first)
    for name, number in second.items():
        known = found.get(name, 0.0)
        found[name] = max(known, number) if name.startswith(LEVEL) else known + number
    return found


def start_of(at: datetime, length: timedelta) -> datetime:
    """Return when the stretch of this length that holds a time began, in UTC."""
    begin = datetime.fromtimestamp(0, at.tzinfo)
    return begin + (at - begin) // length * length


def note(tx: SeriesStore, at: datetime, counts: Counts) -> None:
    """Add what was counted by now to its minute and its hour; what is old goes."""
    for span in Span:
        start = start_of(at, span.length)
        tx.series.add(span, start, counts)
        tx.series.sweep(span, start - span.kept)
