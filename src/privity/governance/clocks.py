"""Deadlines of requests, as days. Never later than the law's, wherever the person is.

Days off are Saturdays, Sundays, 1 January and 25 December: what is a holiday in every country whose
law is meant. A national calendar would only ever move a deadline later.

Invariants: the day of receipt is not counted; a deadline is never before it; an extension and a
pause never bring a deadline forward; whoever receives a day later never has to answer earlier.

Sources: Regulation (EEC, Euratom) 1182/71, article 3, with GDPR article 12(3) (one month, two
further months) and EDPB Guidelines 01/2022, part 5.3 (the month ends on the same date; a pause
while identity is awaited). California: 11 CCR 7021 (confirm in 10 business days, answer in 45
calendar days whatever verification takes, at most 90 in all), 7026(f) and 7027(g) (opt-out and
limit: 15 business days).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from privity.model.words import Region

_DAY = timedelta(days=1)
_FRIDAY = 4
_OFF = frozenset({(1, 1), (12, 25)})
_MONTHS = 12


class Regime(StrEnum):
    """Whose law sets the clock."""

    GDPR = "gdpr"
    CCPA = "ccpa"


class Speed(StrEnum):
    """How fast a kind of request must be answered."""

    NORMAL = "normal"
    PROMPT = "prompt"  # an opt-out, which needs no search and no proof


@dataclass(frozen=True, slots=True)
class Clock:
    """The days by which a request must be confirmed (None: the law names no such day) and answered.

    `longest` is the last day of an extended request; None where the law knows no extension.
    `pausable`: whether waiting for proof of identity stops the clock.
    """

    confirm: date | None
    answer: date
    longest: date | None
    pausable: bool


def regime_of(region: Region) -> Regime:
    """Return whose law applies to people of a region; where it is not known, the stricter one."""
    return Regime.CCPA if region is Region.US else Regime.GDPR


def clock(regime: Regime, speed: Speed, received: date, paused: int = 0) -> Clock:
    """Return the days of a request received on a day. `paused`: for how many days it stood still.

    Raises ValueError if `paused` is below 0.
    """
    if paused < 0:
        message = "a clock cannot have stood still for less than no time"
        raise ValueError(message)
    if regime is Regime.GDPR:
        month = months_later(received, 1)
        still = timedelta(days=paused)
        return Clock(
            None,
            working_day(month + still),
            working_day(months_later(month, 2) + still),
            pausable=True,
        )
    if speed is Speed.PROMPT:
        day = business_days_later(received, 15)
        return Clock(day, day, None, pausable=False)
    confirm = business_days_later(received, 10)
    return Clock(confirm, received + 45 * _DAY, received + 90 * _DAY, pausable=False)


def today(regime: Regime, now: datetime) -> date:
    """Return the day of a moment, for what has to be done by then: over where it ends first.

    The day of the Union ends first three hours east of Greenwich, in summer; California's days end
    long after those of UTC, which are taken instead.
    """
    return (now.astimezone(UTC) + timedelta(hours=3 if regime is Regime.GDPR else 0)).date()


def received_on(now: datetime) -> date:
    """Return the day on which a request that arrives now is received: that of UTC.

    Where it is a day later already, the clock starts a day early, and nowhere late.
    """
    return now.astimezone(UTC).date()


def months_later(day: date, months: int) -> date:
    """Return the same date so many months later, or that month's last day (article 3(2)(c))."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_day(day: date) -> date:
    """Return the day, or the next one that is no day off (article 3(4))."""
    while _is_off(day):
        day += _DAY
    return day


def business_days_later(day: date, count: int) -> date:
    """Return the day so many business days later; the first is the one after `day`."""
    while count:
        day += _DAY
        count -= not _is_off(day)
    return day


def _is_off(day: date) -> bool:
    return day.weekday() > _FRIDAY or (day.month, day.day) in _OFF
