"""Bands of ages: how they are told, how they end."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import BadAge
from privity.rights.ages import (
    AgeBand,
    KnownAge,
    KnownAges,
    Source,
    Standing,
    age_now,
    at_present,
    band_of,
    full_years,
    known_by_age,
    known_by_band,
    known_by_birth,
    read_band,
    read_stated,
    standing,
    told,
    years_later,
)

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
MOMENTS = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    max_value=datetime(2060, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
SAID = st.builds(known_by_age, st.integers(0, 90), MOMENTS, st.sampled_from(Source))
POLICY_AGES = st.sampled_from((13, 16, 18))


def told_all(said: list[KnownAge]) -> KnownAges:
    ages = KnownAges()
    for each in said:
        ages = told(ages, each, NOW)
    return ages


@given(st.integers(0, 120))
def test_every_age_is_in_its_band(age: int) -> None:
    band = band_of(age)
    assert band.begins <= age
    assert band.ends is None or age < band.ends


@given(st.integers(0, 17), MOMENTS)
def test_a_band_ends_when_the_youngest_leaves_it(age: int, at: datetime) -> None:
    known = known_by_age(age, at, Source.WORDS)
    assert known.band.ends is not None
    assert known.until == years_later(at, known.band.ends - age)


@given(st.integers(1960, 2025), st.integers(1, 12), MOMENTS)
def test_nobody_counts_as_older_than_their_month_of_birth_says(
    year: int, month: int, at: datetime
) -> None:
    at = max(at, NOW)
    latest = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    known = known_by_birth(year, month, at, Source.SCREEN)
    assert known.band is band_of(max(0, full_years(latest, at)))


@given(SAID, MOMENTS, MOMENTS)
def test_time_moves_a_band_up_and_never_down(
    said: KnownAge, one: datetime, other: datetime
) -> None:
    early, late = sorted((one, other))
    before, after = at_present(said, early), at_present(said, late)
    assert after.band.begins >= before.band.begins
    assert at_present(before, late) == after


@given(SAID)
def test_everybody_is_an_adult_in_the_end(said: KnownAge) -> None:
    assert at_present(said, datetime(2090, 1, 1, tzinfo=UTC)).band is AgeBand.ADULT


@given(st.lists(SAID, max_size=6), SAID.filter(lambda s: s.source in {Source.SCREEN, Source.WORDS}))
def test_no_answer_and_no_words_make_anybody_older(said: list[KnownAge], more: KnownAge) -> None:
    ages = told_all(said)
    before, after = age_now(ages, NOW), age_now(told(ages, more, NOW), NOW)
    assert after is not None
    assert before is None or after.band.begins <= before.band.begins


@given(st.lists(SAID, max_size=6), st.integers(0, 90))
def test_a_checked_age_ends_what_was_said_before(said: list[KnownAge], age: int) -> None:
    checked = known_by_age(age, NOW, Source.CHECKED)
    assert age_now(told(told_all(said), checked, NOW), NOW) == checked


def test_an_application_corrects_itself() -> None:
    ages = told_all([known_by_band(band, Source.APPLICATION, NOW) for band in AgeBand])
    assert age_now(ages, NOW) == KnownAge(AgeBand.ADULT, None, Source.APPLICATION)


def test_the_same_band_again_does_not_end_later() -> None:
    first = known_by_band(AgeBand.FROM_13, Source.APPLICATION, NOW)
    later = years_later(NOW, 2)
    again = known_by_band(AgeBand.FROM_13, Source.APPLICATION, later)
    assert age_now(told(told(KnownAges(), first, NOW), again, later), later) == first


@given(st.lists(SAID, max_size=4), POLICY_AGES, st.booleans())
def test_who_is_known_to_be_too_young_is_never_an_adult(
    said: list[KnownAge], age: int, consent: bool
) -> None:
    ages = told_all(said)
    known = age_now(ages, NOW)
    found = standing(ages, age, consent=consent, now=NOW)  # type: ignore[arg-type]
    if known is None:
        assert found is Standing.UNKNOWN
    elif known.band.begins >= age:
        assert found is Standing.ADULT
    else:
        expected = Standing.MINOR_WITH_CONSENT if consent else Standing.MINOR_WITHOUT_CONSENT
        assert found is expected


def test_a_month_ahead_is_no_month_of_birth() -> None:
    with pytest.raises(BadAge):
        known_by_birth(2026, 7, NOW, Source.SCREEN)


def test_a_band_is_read_as_it_is_written() -> None:
    assert [read_band(f" {band.value.upper()} ") for band in AgeBand] == list(AgeBand)


def test_what_is_no_band_is_refused_without_quoting_it() -> None:
    with pytest.raises(BadAge) as refused:
        read_band("born 1 May 2014")
    assert "2014" not in str(refused.value)


def test_an_application_says_whether_it_has_checked_an_age() -> None:
    assert read_stated("adult") == (AgeBand.ADULT, Source.APPLICATION)
    assert read_stated("13-15 ; Checked") == (AgeBand.FROM_13, Source.CHECKED)
    with pytest.raises(BadAge):
        read_stated("adult; trust me")
