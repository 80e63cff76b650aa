"""Deadlines as the law counts them, and never later."""

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.governance.clocks import (
    Regime,
    Speed,
    business_days_later,
    clock,
    months_later,
    received_on,
    regime_of,
    today,
    working_day,
)
from privity.model.words import Region

_CODES = "AT,BE,BG,HR,CY,CZ,DK,EE,FI,FR,DE,GR,HU,IE,IT,LV,LT,LU,MT,NL,PL,PT,RO,SK,SI,ES,SE"
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
REGIMES, SPEEDS = st.sampled_from(Regime), st.sampled_from(Speed)
UNION = sorted(_CODES.split(","))


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        ("2026-03-05", "2026-04-06"),  # a Sunday; Easter Monday is not a holiday everywhere
        ("2026-08-31", "2026-09-30"),  # no 31st: the last day of the month
        ("2026-01-31", "2026-03-02"),  # 28 February 2026 is a Saturday
        ("2024-01-30", "2024-02-29"),
        ("2026-05-04", "2026-06-04"),
        ("2026-11-25", "2026-12-28"),  # Christmas Day is a Friday
        ("2026-12-01", "2027-01-04"),  # New Year's Day is a Friday
    ],
)
def test_one_month_as_regulation_1182_counts_it(received: str, answer: str) -> None:
    found = clock(Regime.GDPR, Speed.NORMAL, date.fromisoformat(received))
    assert found.answer == date.fromisoformat(answer)


def test_two_further_months_are_added() -> None:
    assert clock(Regime.GDPR, Speed.NORMAL, date(2026, 5, 4)).longest == date(2026, 8, 4)


def test_california_confirms_in_ten_business_days_and_answers_in_45() -> None:
    found = clock(Regime.CCPA, Speed.NORMAL, date(2026, 3, 2))  # a Monday
    assert found.confirm == date(2026, 3, 16)
    assert found.answer == date(2026, 4, 16)
    assert found.longest == date(2026, 5, 31)


def test_an_opt_out_is_done_in_fifteen_business_days() -> None:
    found = clock(Regime.CCPA, Speed.PROMPT, date(2026, 3, 2))
    assert (found.answer, found.longest) == (date(2026, 3, 23), None)


@given(REGIMES, SPEEDS, DAYS, st.integers(0, 400))
def test_no_deadline_is_before_the_request(regime, speed, received, paused) -> None:
    found = clock(regime, speed, received, paused)
    assert found.answer > received
    assert found.longest is None or found.longest > found.answer
    assert found.confirm is None or received < found.confirm <= found.answer


@given(REGIMES, SPEEDS, DAYS, st.integers(0, 60))
def test_who_receives_later_never_answers_earlier(regime, speed, received, paused) -> None:
    one = clock(regime, speed, received, paused)
    next_day = clock(regime, speed, received + timedelta(days=1), paused)
    assert one.answer <= next_day.answer
    if one.longest is not None and next_day.longest is not None:
        assert one.longest <= next_day.longest


@given(SPEEDS, DAYS, st.integers(0, 60), st.integers(0, 60))
def test_a_pause_moves_a_deadline_by_its_days_and_only_under_the_gdpr(
    speed, received, paused, more
) -> None:
    for regime in Regime:
        short, long = (clock(regime, speed, received, days) for days in (paused, paused + more))
        assert long.answer >= short.answer
        if not short.pausable:
            assert long == short
        else:
            moved = (long.answer - short.answer).days
            assert more - 4 <= moved <= more + 4  # days off at both ends


@given(DAYS)
def test_an_answer_in_the_union_is_never_due_on_a_day_off(received: date) -> None:
    found = clock(Regime.GDPR, Speed.NORMAL, received)
    assert all(day is None or working_day(day) == day for day in (found.answer, found.longest))


@given(DAYS, st.integers(0, 24))
def test_months_later_is_the_same_date_or_the_last_of_the_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    last = (later.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    assert later.day == min(day.day, last.day)


@given(DAYS, st.integers(1, 30))
def test_business_days_are_counted_from_the_next_day(day: date, count: int) -> None:
    end = business_days_later(day, count)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(working_day(each) == each for each in between) == count
    assert working_day(end) == end


@pytest.mark.parametrize("country", UNION)
def test_no_calendar_of_the_union_would_make_a_deadline_earlier(country: str) -> None:
    """What is off for us is off there, too; so ours is never the later deadline."""
    off = holidays.country_holidays(country, years=range(2024, 2035))
    for year in range(2024, 2035):
        for day in (date(year, 1, 1), date(year, 12, 25)):
            assert day in off or day.weekday() > 4


def test_a_day_is_over_where_it_ends_first() -> None:
    late = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)
    assert today(Regime.GDPR, late) == date(2026, 3, 2)
    assert today(Regime.CCPA, late) == date(2026, 3, 1)
    assert received_on(late) == date(2026, 3, 1)


def test_every_region_has_a_regime() -> None:
    assert {regime_of(region) for region in Region} == set(Regime)
    assert regime_of(Region.US) is Regime.CCPA


def test_a_pause_below_nothing_is_no_pause() -> None:
    with pytest.raises(ValueError, match="less than no time"):
        clock(Regime.GDPR, Speed.NORMAL, date(2026, 1, 1), -1)
