"""Alerts: one while it goes on, decided by somebody with a reason, and an incident if it is one."""

from datetime import UTC, datetime, timedelta

import pytest

from privity.access.staff import StaffId
from privity.errors import BadInput
from privity.oversight.alerts import (
    MOST_ENTRIES,
    Incident,
    Reason,
    State,
    acknowledged,
    closed,
    declared,
    extended,
    is_told_again,
    raised,
)
from privity.oversight.incident import draft
from privity.oversight.rule import Hit, Level, Rule

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
SUE = StaffId("sue")
RULE = Rule("1", "bulk", "Many", "Many people.", Level.HIGH, "fewer", ("a review",), ("x",), "")
HIT = Hit("bulk", "ann", (4, 5), 100.0, 200.0, 12, (("purpose", "review"),))
ALERT = raised("a1", RULE, HIT)


def test_an_alert_grows_and_keeps_the_first_and_latest_places() -> None:
    alert = ALERT
    for number in range(100):
        alert = extended(alert, Hit("bulk", "ann", (number + 6,), 300.0 + number, 400.0, 5, ()))
    assert (alert.hits, alert.count, len(alert.entries)) == (101, 12, MOST_ENTRIES)
    assert alert.entries[:2] == (4, 5)
    assert alert.entries[-1] == 105


def test_an_alert_is_told_again_at_each_ten_times_its_size() -> None:
    alert, told = ALERT, []
    for _ in range(120):
        alert = extended(alert, HIT)
        told += [alert.hits] if is_told_again(alert) else []
    assert told == [10, 100]


def test_what_is_bad_begins_as_the_draft_of_an_incident() -> None:
    assert ALERT.incident is Incident.DRAFT
    low = Rule("1", "x", "x", "x", Level.LOW, "x", (), (), "")
    assert raised("a2", low, HIT).incident is Incident.NONE


def test_nobody_ends_an_alert_by_looking_into_it() -> None:
    with pytest.raises(BadInput):
        closed(ALERT, SUE, Reason.LOOKING, NOW)


def test_an_alert_is_taken_on_once_and_ends_once() -> None:
    taken = acknowledged(ALERT, SUE, Reason.LOOKING, NOW)
    with pytest.raises(BadInput):
        acknowledged(taken, SUE, Reason.LOOKING, NOW)
    ended = closed(taken, SUE, Reason.FALSE, NOW)
    assert (ended.state, ended.incident, ended.by) == (State.CLOSED, Incident.DISMISSED, SUE)
    with pytest.raises(BadInput):
        closed(ended, SUE, Reason.FALSE, NOW)


def test_an_incident_that_was_declared_stays_one() -> None:
    ended = closed(declared(ALERT, SUE, NOW), SUE, Reason.MENDED, NOW)
    assert ended.incident is Incident.DECLARED
    assert closed(ALERT, SUE, Reason.INCIDENT, NOW).incident is Incident.DECLARED
    with pytest.raises(BadInput):
        declared(ended, SUE, NOW)


def test_a_draft_says_what_is_known_and_until_when_the_authority_hears() -> None:
    text = draft(ALERT)
    assert "fewer" in text
    assert "4, 5" in text
    until = ALERT.first + timedelta(hours=72)
    assert f"{until:%Y-%m-%d %H:%M}" in text
