"""How often somebody may ask: the law of the bucket, and that all processes share it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import RateLimited
from privity.gateway.rates import MINUTE, Rate, Rates, take
from privity.model.words import AppId, SubjectRef
from tests.conftest import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
APP, ANN, BOB = AppId("app"), SubjectRef("ann"), SubjectRef("bob")
PAUSES = st.lists(st.integers(min_value=0, max_value=20_000), max_size=120)


@given(st.integers(min_value=1, max_value=30), PAUSES)
def test_no_window_of_a_minute_lets_more_through_than_twice_the_rate(per_minute, pauses) -> None:
    rate, paid, now, passed = Rate(per_minute), None, NOW, []
    for pause in pauses:
        now += timedelta(milliseconds=pause)
        try:
            paid = rate.taken(paid, now)
        except RateLimited:
            continue
        passed.append(now)
    for start in passed:
        inside = [each for each in passed if start <= each < start + MINUTE]
        assert len(inside) <= 2 * per_minute
    total = (now - NOW) / MINUTE * per_minute + per_minute
    assert len(passed) <= total + 1


@given(st.integers(min_value=1, max_value=30))
def test_a_full_bucket_lets_a_whole_minute_through_at_once_and_no_more(per_minute) -> None:
    rate, paid = Rate(per_minute), None
    for _ in range(per_minute):
        paid = rate.taken(paid, NOW)
    with pytest.raises(RateLimited):
        rate.taken(paid, NOW)


@given(st.integers(min_value=1, max_value=30))
def test_after_the_time_that_a_refusal_names_it_passes(per_minute) -> None:
    rate, paid = Rate(per_minute), None
    for _ in range(per_minute):
        paid = rate.taken(paid, NOW)
    with pytest.raises(RateLimited) as caught:
        rate.taken(paid, NOW)
    assert caught.value.again_in >= 1
    rate.taken(paid, NOW + timedelta(seconds=caught.value.again_in))


def test_two_processes_take_from_one_bucket(database: Database) -> None:
    rates = Rates(person=Rate(2))
    for _ in range(2):
        with database.journal().transaction() as tx:
            take(tx, APP, ANN, rates, NOW)
    with database.journal().transaction() as tx, pytest.raises(RateLimited):
        take(tx, APP, ANN, rates, NOW)


def test_one_persons_limit_is_not_anothers(database: Database) -> None:
    rates = Rates(person=Rate(1))
    with database.journal().transaction() as tx:
        take(tx, APP, ANN, rates, NOW)
        take(tx, APP, BOB, rates, NOW)


def test_what_the_application_has_used_up_nobody_of_it_gets(database: Database) -> None:
    rates = Rates(app=Rate(1), person=Rate(5))
    with database.journal().transaction() as tx:
        take(tx, APP, ANN, rates, NOW)
        with pytest.raises(RateLimited):
            take(tx, APP, BOB, rates, NOW)
        assert tx.buckets.get(f"person {BOB}") is None


def test_full_buckets_are_forgotten(database: Database) -> None:
    with database.journal().transaction() as tx:
        take(tx, APP, ANN, Rates(person=Rate(1)), NOW)
        assert tx.buckets.sweep(NOW) == 0
        assert tx.buckets.sweep(NOW + 2 * MINUTE) == 1
