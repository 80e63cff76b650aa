"""Sessions of staff: how long they hold, and how guessing is slowed down."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.access.sessions import (
    FREE_GUESSES,
    IDLE,
    LONGEST,
    LONGEST_LOCK,
    NEVER,
    SKEW,
    Guesses,
    began,
    elsewhere,
    holds,
    is_fresh,
    is_locked,
    living,
    locked_until,
    proved,
    wrong,
)
from privity.access.staff import StaffId
from privity.errors import NotSignedIn

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NEW = began("d", StaffId("a"), "c", NOW)
MINUTES = st.lists(st.integers(min_value=0, max_value=29), max_size=60)


@given(MINUTES)
def test_no_way_of_using_a_session_makes_it_longer_than_12_hours(pauses) -> None:
    session, now = NEW, NOW
    for pause in pauses:
        now += timedelta(minutes=pause)
        if now - NOW >= LONGEST:
            assert not holds(session, now)
            return
        session = proved(living(session, now), now)
    assert not holds(session, NOW + LONGEST)


def test_a_session_that_rests_ends() -> None:
    assert holds(NEW, NOW + IDLE - timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        living(NEW, NOW + IDLE)


def test_a_session_from_the_future_does_not_hold() -> None:
    assert not holds(NEW, NOW - timedelta(seconds=1))


def test_without_a_session_nobody_is_signed_in() -> None:
    with pytest.raises(NotSignedIn):
        living(None, NOW)


def test_a_second_factor_is_fresh_for_five_minutes() -> None:
    assert is_fresh(NEW, NOW + timedelta(minutes=4, seconds=59))
    assert not is_fresh(NEW, NOW + timedelta(minutes=5))
    assert not is_fresh(NEW, NOW - timedelta(seconds=1))


@given(st.integers(min_value=0, max_value=200))
def test_every_wrong_guess_locks_at_least_as_long_as_the_one_before(count) -> None:
    before, after = Guesses(count, NOW), wrong(Guesses(count, NOW), NOW)
    assert (locked_until(before) or NOW) <= (locked_until(after) or NOW) <= NOW + LONGEST_LOCK


def test_a_few_guesses_are_free_and_then_nothing_is_looked_at() -> None:
    guesses = Guesses()
    for _ in range(FREE_GUESSES):
        assert not is_locked(guesses, NOW)
        guesses = wrong(guesses, NOW)
    assert is_locked(guesses, NOW)
    assert not is_locked(guesses, NOW + timedelta(minutes=1))


@given(st.none() | st.timedeltas(timedelta(days=-1), timedelta(days=1)))
def test_a_factor_shown_elsewhere_is_never_fresher_than_is_said_of_it(ahead) -> None:
    said = None if ahead is None else NOW + ahead
    counts = elsewhere(said, NOW)
    assert counts <= NOW
    assert counts == NEVER if said is None or ahead > SKEW else counts == min(said, NOW)
    assert is_fresh(proved(NEW, NOW, counts), NOW) is (NOW - counts < timedelta(minutes=5))
