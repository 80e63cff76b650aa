"""The log says of itself whether requests are overdue and whether the last rehearsals held."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from privity.audit.entry import Entry, Event
from privity.governance.duties import Duties, Duty
from privity.model.words import SubjectRef
from privity.policy.controls import Framework
from privity.policy.evidence import Broken, Held, Result

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OPENED = Entry(
    Event.REQUEST_OPENED,
    NOON,
    "an earlier policy",
    subject=SubjectRef("zoe"),
    facts={
        "id": "1",
        "kind": "access",
        "regime": "gdpr",
        "channel": "page",
        "state": "open",
        "proof": "session",
        "due": "2026-04-02",
    },
)
REHEARSED = Entry(
    Event.REHEARSAL_ENDED, NOON, "p", subject=SubjectRef("made-up"), facts={"code": "ok"}
)


def later(event: Event, days: int, **facts: str) -> Entry:
    return replace(OPENED, event=event, at=NOON + days * DAY, facts={**OPENED.facts, **facts})


def result(duty: Duty, now: datetime, *entries: Entry) -> Result:
    duties = Duties()
    duties.see(entries)
    return dict(duties.results(now))[duty]


def answered(days: int, *entries: Entry) -> Result:
    return result(Duty.ANSWER, NOON + days * DAY, *entries)


def test_a_request_is_overdue_the_day_after_its_day() -> None:
    assert answered(31, OPENED) == Held(1)
    assert answered(32, OPENED) == Broken(1)


@pytest.mark.parametrize("state", ["done", "rejected", "withdrawn", "merged"])
def test_a_request_that_is_closed_is_not_overdue(state: str) -> None:
    assert answered(60, OPENED, later(Event.REQUEST_CLOSED, 9, state=state)) == Held(1)


def test_a_clock_that_stands_still_makes_nothing_overdue_where_the_law_lets_it() -> None:
    assert answered(60, OPENED, later(Event.REQUEST_MOVED, 9, state="paused")) == Held(1)
    here = later(Event.REQUEST_MOVED, 9, state="paused", regime="ccpa")
    assert answered(60, OPENED, here) == Broken(1)


def test_an_extension_moves_the_day() -> None:
    longer = later(Event.REQUEST_MOVED, 9, due="2026-06-02")
    assert answered(60, OPENED, longer) == Held(1)
    assert answered(93, OPENED, longer) == Broken(1)


def test_a_request_goes_on_in_the_log_of_another_region_whichever_is_read_first() -> None:
    closed = later(Event.REQUEST_CLOSED, 9, state="done")
    assert answered(60, closed, OPENED) == Held(1)


@pytest.mark.parametrize("wrong", [{"due": "soon"}, {"state": ""}, {"regime": "none"}])
def test_an_entry_that_lacks_its_day_counts_as_broken(wrong: dict[str, str]) -> None:
    assert answered(0, later(Event.REQUEST_OPENED, 0, **wrong)) == Broken(1)


def test_requests_of_the_rehearsal_are_left_to_its_own_entry() -> None:
    assert answered(60, later(Event.REQUEST_OPENED, 0, channel="rehearsal")) == Held(0)


def test_the_latest_rehearsal_of_each_store_counts() -> None:
    failed = replace(REHEARSED, facts={"code": "tampered"})
    elsewhere = replace(failed, subject=SubjectRef("made-up in another region"))
    assert result(Duty.REHEARSE, NOON, failed, REHEARSED) == Held(1)
    assert result(Duty.REHEARSE, NOON, REHEARSED, failed) == Broken(1)
    assert result(Duty.REHEARSE, NOON, REHEARSED, elsewhere) == Broken(1)
    assert result(Duty.REHEARSE, NOON, replace(REHEARSED, facts={})) == Broken(1)


def test_an_old_rehearsal_proves_nothing() -> None:
    assert result(Duty.REHEARSE, NOON + 2 * DAY, REHEARSED) == Held(1)
    assert result(Duty.REHEARSE, NOON + 3 * DAY, REHEARSED) == Held(0)


@pytest.mark.parametrize("duty", Duty)
def test_each_duty_serves_every_framework(duty: Duty) -> None:
    assert {control.framework for control in duty.served} == set(Framework)
