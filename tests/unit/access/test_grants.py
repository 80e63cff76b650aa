"""Break-glass: two people, one conversation, minutes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.access.grants import (
    WAITS,
    Request,
    Stage,
    Standing,
    approve,
    checked,
    end,
    granted,
    refuse,
    standing,
)
from privity.access.staff import GrantId, StaffId
from privity.errors import AccessDenied, BadInput
from privity.model.words import ConversationRef, Purpose, Region

NOW = datetime(2026, 1, 1, tzinfo=UTC)
READER, APPROVER = StaffId("reader"), StaffId("approver")
ASKED = Request(
    GrantId("g"),
    READER,
    "session-1",
    ConversationRef("talk"),
    Region.EU,
    Purpose.REVIEW,
    "T-1",
    "a report of stalking",
    timedelta(minutes=15),
    NOW,
)
APPROVED = approve(ASKED, APPROVER, "session-2", NOW)


def test_an_approved_request_opens_one_conversation_for_its_reader() -> None:
    grant = granted(APPROVED, NOW)
    assert grant is not None
    assert (grant.reader, grant.approver, grant.conversation) == (READER, APPROVER, "talk")
    assert grant.seconds_left == 900


@pytest.mark.parametrize(("by", "session"), [(READER, "session-2"), (APPROVER, "session-1")])
def test_approving_takes_another_person_in_another_session(by, session) -> None:
    with pytest.raises(AccessDenied):
        approve(ASKED, by, session, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "  "},
        {"reason": "x" * 501},
        {"ticket": " "},
        {"ticket": "Ann Lee wrote"},
        {"lasts": timedelta(minutes=14)},
        {"lasts": timedelta(minutes=61)},
        {"purpose": Purpose.SALES},
    ],
)
def test_a_request_without_a_reason_a_ticket_or_a_sane_time_is_refused(change) -> None:
    with pytest.raises(BadInput):
        checked(replace(ASKED, **change))


def test_a_sane_request_is_taken_as_it_is() -> None:
    assert checked(ASKED) == ASKED


def test_a_request_that_waited_too_long_is_not_approved() -> None:
    with pytest.raises(BadInput):
        approve(ASKED, APPROVER, "session-2", NOW + WAITS)


@pytest.mark.parametrize("decided", [APPROVED, refuse(ASKED, APPROVER, NOW), end(APPROVED)])
def test_what_is_decided_is_not_decided_again(decided) -> None:
    with pytest.raises(BadInput):
        approve(decided, APPROVER, "session-3", NOW)
    with pytest.raises(BadInput):
        refuse(decided, APPROVER, NOW)


@given(
    st.lists(st.sampled_from(["approve", "refuse", "end"]), max_size=6),
    st.integers(min_value=-3600, max_value=7200),
)
def test_only_an_approval_that_nothing_ended_is_a_grant_and_only_in_its_time(acts, later) -> None:
    request = ASKED
    for act in acts:
        try:
            if act == "approve":
                request = approve(request, APPROVER, "session-2", NOW)
            elif act == "refuse":
                request = refuse(request, APPROVER, NOW)
            else:
                request = end(request)
        except BadInput:
            continue
    decisive = acts[:1]
    in_time = 0 <= later < 900
    open_ = decisive == ["approve"] and "end" not in acts and in_time
    assert (granted(request, NOW + timedelta(seconds=later)) is not None) is open_
    assert request.stage is not Stage.APPROVED or request.approver == APPROVER


@pytest.mark.parametrize(
    ("request_", "after", "said"),
    [
        (ASKED, timedelta(0), Standing.WAITING),
        (ASKED, WAITS, Standing.LAPSED),
        (ASKED, -timedelta(seconds=1), Standing.LAPSED),
        (APPROVED, timedelta(minutes=14), Standing.OPEN),
        (APPROVED, timedelta(minutes=15), Standing.OVER),
        (refuse(ASKED, APPROVER, NOW), timedelta(0), Standing.REFUSED),
        (end(APPROVED), timedelta(0), Standing.ENDED),
    ],
)
def test_a_request_stands_as_its_clock_and_its_people_say(request_, after, said) -> None:
    assert standing(request_, NOW + after)[0] is said


@given(st.timedeltas(timedelta(days=-2), timedelta(days=2)))
def test_a_request_is_open_exactly_while_it_grants_something(after) -> None:
    opens = granted(APPROVED, NOW + after) is not None
    assert (standing(APPROVED, NOW + after)[0] is Standing.OPEN) is opens
