"""What the log alone says of the training of staff."""

from datetime import UTC, datetime, timedelta

import pytest

from privity.audit.entry import Entry, Event
from privity.governance.duties import Duties, Duty
from privity.policy.evidence import Broken, Held, Result

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def said(event: Event, days: int, **facts: str | int) -> Entry:
    return Entry(event, NOON + days * DAY, "policy", facts=facts)


def took(days: int, until: int) -> Entry:
    """Ada takes a course and is trained until so many days after noon; 0: something is owed."""
    end = int((NOON + until * DAY).timestamp()) if until else 0
    return said(Event.TRAINING_TAKEN, days, by="ada", course="basics", until=end)


JOINED = said(Event.STAFF_JOINED, 0, by="ada")
READ = said(Event.CONVERSATION_READ, 20, by="ada", grant="g")


def result(duty: Duty, days: int, *entries: Entry) -> Result:
    duties = Duties()
    duties.see(entries)
    return dict(duties.results(NOON + days * DAY))[duty]


def test_a_newcomer_has_thirty_days() -> None:
    assert result(Duty.TRAIN, 29, JOINED) == Held(1)
    assert result(Duty.TRAIN, 30, JOINED) == Broken(1)


def test_who_is_trained_is_so_until_it_lapses() -> None:
    assert result(Duty.TRAIN, 364, JOINED, took(1, 365)) == Held(1)
    assert result(Duty.TRAIN, 365, JOINED, took(1, 365)) == Broken(1)


def test_who_still_owes_a_course_is_not_trained() -> None:
    assert result(Duty.TRAIN, 40, JOINED, took(1, 0)) == Broken(1)


def given(days: int, until: int) -> Entry:
    """Bob gives Ada other roles, for which she is trained until so many days after noon."""
    end = int((NOON + until * DAY).timestamp()) if until else 0
    return said(Event.STAFF_CHANGED, days, by="bob", account="ada", trained_until=end)


def test_a_role_that_asks_for_more_makes_who_has_it_untrained_until_they_take_it() -> None:
    assert result(Duty.TRAIN, 90, JOINED, took(1, 365), given(2, 0)) == Broken(1)
    assert result(Duty.GUARD, 90, JOINED, took(1, 365), given(2, 0), READ) == Broken(1)
    assert result(Duty.TRAIN, 90, JOINED, took(1, 365), given(2, 0), took(3, 366)) == Held(1)


def test_a_role_that_asks_for_less_lets_who_has_it_be_trained() -> None:
    assert result(Duty.TRAIN, 90, JOINED, took(1, 0), given(2, 365)) == Held(1)


def test_who_is_suspended_or_gone_does_not_count() -> None:
    out = said(Event.STAFF_SUSPENDED, 5, by="bob", account="ada")
    back = said(Event.STAFF_RESUMED, 6, by="bob", account="ada")
    assert result(Duty.TRAIN, 40, JOINED, out) == Held(0)
    assert result(Duty.TRAIN, 40, JOINED, out, back) == Broken(1)


def test_a_reading_needs_training_at_its_time() -> None:
    assert result(Duty.GUARD, 400, JOINED, took(1, 365), READ) == Held(1)
    assert result(Duty.GUARD, 400, JOINED, took(1, 19), READ) == Broken(1)
    assert result(Duty.GUARD, 400, JOINED, READ, took(21, 365)) == Broken(1)


@pytest.mark.parametrize("event", [Event.PERSON_SEEN, Event.REQUEST_HANDLED])
def test_looking_somebody_up_and_handling_what_they_ask_need_it_too(event: Event) -> None:
    assert result(Duty.GUARD, 1, JOINED, said(event, 1, by="ada")) == Broken(1)


def test_a_reading_by_somebody_unknown_counts_as_one_without() -> None:
    assert result(Duty.GUARD, 20, said(Event.CONVERSATION_READ, 1)) == Broken(1)
