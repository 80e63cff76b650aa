"""How old a person is, as far as anyone needs to know: a band, and when it ends.

A birthday is never held. Of an answer, a header or a sentence only the band remains that a law
speaks of, with the moment at which the person has certainly left it.

Invariants: what leaves open how old somebody is counts as the youngest it can mean, and the band
ends at the latest moment it can mean; time moves a band up and never down; of what several sources
say the youngest holds, so that no claim makes anybody older, except an age that was checked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Self, assert_never

from privity.errors import BadAge
from privity.model.policy import PolicyAge

_MONTHS = 12
_OLDEST = 120


class AgeBand(StrEnum):
    """A span of ages, from the first up to, and without, the second, in whole years.

    The youngest first. The borders are the ages a policy can name.
    """

    begins: int
    ends: int | None

    def __new__(cls, value: str, begins: int, ends: int | None) -> Self:
        """Make a member whose value is its name in headers and tables."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.begins = begins
        member.ends = ends
        return member

    UNDER_13 = ("under-13", 0, 13)
    FROM_13 = ("13-15", 13, 16)
    FROM_16 = ("16-17", 16, 18)
    ADULT = ("adult", 18, None)


class Source(StrEnum):
    """How an age became known."""

    CHECKED = "checked"  # the application has verified it
    APPLICATION = "application"  # it says so, as it was told
    SCREEN = "screen"  # the person's answer to the age screen
    WORDS = "words"  # what the person wrote


@dataclass(frozen=True, slots=True)
class KnownAge:
    """A band, and the moment from which the person is certainly older (None: an adult)."""

    band: AgeBand
    until: datetime | None
    source: Source


@dataclass(frozen=True, slots=True)
class KnownAges:
    """What each source has said of one person; nothing, where all are None."""

    checked: KnownAge | None = None
    application: KnownAge | None = None
    screen: KnownAge | None = None
    words: KnownAge | None = None


class Standing(Enum):
    """How a person stands to the policy's rule for minors."""

    ADULT = "adult"
    MINOR_WITHOUT_CONSENT = "minor_without_consent"
    MINOR_WITH_CONSENT = "minor_with_consent"
    UNKNOWN = "unknown"


def band_of(age: int) -> AgeBand:
    """Return the band of an age in whole years. Raises BadAge below 0."""
    if age < 0:
        message = "an age is below zero"
        raise BadAge(message)
    return next(band for band in reversed(AgeBand) if age >= band.begins)


def known_by_age(youngest: int, at: datetime, source: Source) -> KnownAge:
    """Return what is known of someone who is at least `youngest` years old at a moment.

    Nobody knows when they turn a year older, so the band ends when the youngest would leave it.
    """
    band = band_of(youngest)
    until = None if band.ends is None else years_later(at, band.ends - youngest)
    return KnownAge(band, until, source)


def known_by_band(band: AgeBand, source: Source, at: datetime) -> KnownAge:
    """Return what is known of someone who is in a band at a moment, and nothing else."""
    return known_by_age(band.begins, at, source)


def known_by_birth(year: int, month: int, at: datetime, source: Source) -> KnownAge:
    """Return what is known of someone born in this month, which counts as born at its very end.

    Raises BadAge for a month that is none, lies ahead, or more than 120 years back.
    """
    if not 1 <= month <= _MONTHS or not at.year - _OLDEST <= year <= at.year:
        message = "the year or month of birth is out of range"
        raise BadAge(message)
    born = _month_after(year, month)
    if _month_start(year, month) > at:
        message = "the month of birth lies ahead"
        raise BadAge(message)
    age = max(0, full_years(born, at))
    band = band_of(age)
    return KnownAge(band, None if band.ends is None else years_later(born, band.ends), source)


def at_present(known: KnownAge, now: datetime) -> KnownAge:
    """Return what is known now: somebody whose band has ended is in the next one by themselves."""
    present = known
    while present.until is not None and now >= present.until:
        band = band_of(present.band.ends or 0)
        width = None if band.ends is None else band.ends - band.begins
        until = None if width is None else years_later(present.until, width)
        present = KnownAge(band, until, present.source)
    return present


def told(ages: KnownAges, told: KnownAge, now: datetime) -> KnownAges:
    """Return what is known after a source has said an age.

    An application may correct itself. An answer to the screen and the person's own words only ever
    make younger, so that going back and answering again helps nobody. An age that was checked ends
    what was said before it.
    """
    match told.source:
        case Source.CHECKED:
            return KnownAges(checked=told)
        case Source.APPLICATION:
            return replace(ages, application=_again(ages.application, told, now))
        case Source.SCREEN:
            return replace(ages, screen=_youngest((ages.screen, told), now))
        case Source.WORDS:
            return replace(ages, words=_youngest((ages.words, told), now))
        case _:
            assert_never(told.source)


def age_now(ages: KnownAges, now: datetime) -> KnownAge | None:
    """Return what holds now: the checked age, or the youngest that anyone said, or None."""
    if ages.checked is not None:
        return at_present(ages.checked, now)
    return _youngest((ages.application, ages.screen, ages.words), now)


def standing(ages: KnownAges, age: PolicyAge, *, consent: bool, now: datetime) -> Standing:
    """Return how a person stands to a rule for people under an age.

    `consent`: a parent's consent is proven and has not ended.
    """
    present = age_now(ages, now)
    if present is None:
        return Standing.UNKNOWN
    if present.band.begins >= age:
        return Standing.ADULT
    return Standing.MINOR_WITH_CONSENT if consent else Standing.MINOR_WITHOUT_CONSENT


def read_band(text: str) -> AgeBand:
    """Read a band as an application writes it in a header. Raises BadAge."""
    written = text.strip().lower()
    for band in AgeBand:
        if band.value == written:
            return band
    message = f"an age band is one of {', '.join(AgeBand)}"
    raise BadAge(message)


def read_stated(text: str) -> tuple[AgeBand, Source]:
    """Read what an application states in a header: a band, and `; checked` if it verified it.

    Raises BadAge.
    """
    band, _, how = text.partition(";")
    if how.strip().lower() not in {"", Source.CHECKED.value}:
        message = "behind an age band only `; checked` may stand"
        raise BadAge(message)
    return read_band(band), Source.CHECKED if how.strip() else Source.APPLICATION


def full_years(since: datetime, at: datetime) -> int:
    """Return how many whole years lie between two moments."""
    passed = at.year - since.year
    return passed if years_later(since, passed) <= at else passed - 1


def years_later(moment: datetime, years: int) -> datetime:
    """Return the same day so many years later; the first of March for a 29 February without one."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # 29 February
        return moment.replace(year=moment.year + years, month=3, day=1)


def _again(before: KnownAge | None, told: KnownAge, now: datetime) -> KnownAge:
    """Return what holds when an application repeats or corrects what it said.

    The same band again ends when it was to end: nobody gets younger by being asked twice.
    """
    if before is None:
        return told
    was = at_present(before, now)
    return was if was.band is told.band and _late(was) >= _late(told) else told


def _youngest(said: tuple[KnownAge | None, ...], now: datetime) -> KnownAge | None:
    present = [at_present(known, now) for known in said if known is not None]
    return min(present, key=lambda known: (known.band.begins, _late(known)), default=None)


def _late(known: KnownAge) -> float:
    """Order by the end of a band, the latest first: who leaves it later is younger."""
    return 0.0 if known.until is None else -known.until.timestamp()


def _month_start(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def _month_after(year: int, month: int) -> datetime:
    return _month_start(year + month // _MONTHS, month % _MONTHS + 1)
