"""The moves of a request: none that is not drawn, and none that loses its clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import RequestState
from privity.governance import requests as act
from privity.governance.clocks import Regime, Speed
from privity.governance.requests import (
    LONGER,
    REJECTING,
    WAITING,
    Asked,
    Channel,
    Proof,
    Reason,
    Request,
    RequestKind,
    RequestRef,
    State,
)
from privity.model.words import AppId, Region, SubjectRef

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ALLOWED = {
    State.UNPROVEN: {"proved", "extended", "told", "rejected", "withdrawn", "merged"},
    State.OPEN: {"paused", "extended", "told", "completed", "rejected", "withdrawn", "merged"},
    State.PAUSED: {"resumed", "extended", "told", "rejected", "withdrawn"},
    State.DONE: set(),
    State.REJECTED: set(),
    State.WITHDRAWN: set(),
    State.MERGED: set(),
}
MOVES = sorted(set().union(*ALLOWED.values()))


def asked(kind=RequestKind.ACCESS, regime=Regime.GDPR) -> Asked:
    return Asked(kind, regime, Channel.STAFF, Region.EU, SubjectRef("a" * 32), AppId("shop"))


def earlier(request: Request) -> Request:
    return act.opened(RequestRef("0"), request.asked, Proof.STAFF, request.received)


def move(request: Request, name: str, reason: Reason, now: datetime) -> Request:
    match name:
        case "proved":
            return act.proved(request, Proof.ADDRESS, now)
        case "paused" | "extended" | "rejected":
            return getattr(act, name)(request, reason, now)
        case "merged":
            return act.merged(request, earlier(request), now)
        case _:
            return getattr(act, name)(request, now)


KINDS = st.sampled_from(RequestKind)
STEPS = st.lists(
    st.tuples(st.sampled_from(MOVES), st.sampled_from(Reason), st.integers(0, 20)), max_size=12
)


@given(KINDS, st.sampled_from(Regime), st.sampled_from(Proof), STEPS)
def test_any_moves_keep_the_machine_and_its_clock(kind, regime, proof, steps) -> None:
    now = NOON
    request = act.opened(RequestRef("1"), asked(kind, regime), proof, now)
    assert (request.state is State.OPEN) == (proof >= kind.needs)
    for name, reason, days in steps:
        now += days * DAY
        before = request
        try:
            request = move(before, name, reason, now)
        except RequestState:
            continue
        assert name in ALLOWED[before.state]
        assert request.received == before.received
        assert request.due >= before.due  # no move brings the day forward
        assert request.still >= before.still
        if regime is Regime.CCPA and not request.extended:
            assert request.due == act.opened(RequestRef("1"), asked(kind, regime), proof, NOON).due
        assert (request.closed is not None) == request.state.closed
        assert (request.paused is not None) <= (request.state in {State.PAUSED, State.UNPROVEN})
        if request.state is State.DONE:
            assert request.proof >= kind.needs


@given(st.sampled_from(State), st.sampled_from(MOVES))
def test_what_is_not_drawn_is_refused(state: State, name: str) -> None:
    start = act.opened(RequestRef("1"), asked(), Proof.STAFF, NOON)
    ways = {
        State.UNPROVEN: lambda: act.opened(RequestRef("1"), asked(), Proof.NONE, NOON),
        State.OPEN: lambda: start,
        State.PAUSED: lambda: act.paused(start, Reason.IDENTITY, NOON),
        State.DONE: lambda: act.completed(start, NOON),
        State.REJECTED: lambda: act.rejected(start, Reason.NO_DATA, NOON),
        State.WITHDRAWN: lambda: act.withdrawn(start, NOON),
        State.MERGED: lambda: act.merged(start, earlier(start), NOON),
    }
    reasons = {"paused": Reason.IDENTITY, "extended": Reason.COMPLEX, "rejected": Reason.NO_DATA}
    reason = reasons.get(name, Reason.IDENTITY)
    if name in ALLOWED[state]:
        assert move(ways[state](), name, reason, NOON)
    else:
        with pytest.raises(RequestState):
            move(ways[state](), name, reason, NOON)


@pytest.mark.parametrize("reason", Reason)
def test_each_move_has_its_own_reasons(reason: Reason) -> None:
    request = act.opened(RequestRef("1"), asked(), Proof.STAFF, NOON)
    for name, allowed in (("paused", WAITING), ("extended", LONGER), ("rejected", REJECTING)):
        if reason not in allowed:
            with pytest.raises(RequestState):
                move(request, name, reason, NOON)


def test_a_pause_stops_the_clock_of_the_gdpr_for_its_days() -> None:
    request = act.opened(RequestRef("1"), asked(), Proof.STAFF, NOON)
    halted = act.paused(request, Reason.CLARIFICATION, NOON + DAY)
    assert not act.is_overdue(halted, NOON + 300 * DAY)
    assert act.resumed(halted, NOON + 8 * DAY).due == request.due + 7 * DAY


def test_waiting_for_proof_does_not_stop_californias_clock() -> None:
    request = act.opened(RequestRef("1"), asked(regime=Regime.CCPA), Proof.NONE, NOON)
    assert act.proved(request, Proof.ADDRESS, NOON + 30 * DAY).due == request.due
    assert act.is_overdue(request, NOON + 46 * DAY)


def test_a_request_is_extended_once_and_only_before_its_day_is_over() -> None:
    request = act.opened(RequestRef("1"), asked(), Proof.STAFF, NOON)
    longer = act.extended(request, Reason.COMPLEX, NOON)
    assert longer.due > request.due
    with pytest.raises(RequestState):
        act.extended(longer, Reason.COMPLEX, NOON)
    with pytest.raises(RequestState):
        act.extended(request, Reason.COMPLEX, NOON + 40 * DAY)


def test_an_opt_out_needs_no_proof_and_is_never_extended() -> None:
    request = act.opened(RequestRef("1"), asked(RequestKind.OPT_OUT, Regime.CCPA), Proof.NONE, NOON)
    assert request.state is State.OPEN
    with pytest.raises(RequestState):
        act.extended(request, Reason.COMPLEX, NOON)


@pytest.mark.parametrize("kind", [k for k in RequestKind if k.speed is Speed.NORMAL])
def test_an_agents_word_alone_opens_nothing_that_could_do_harm(kind: RequestKind) -> None:
    request = act.opened(RequestRef("1"), asked(kind), Proof.AGENT, NOON)
    harmless = kind in {RequestKind.OBJECTION, RequestKind.RESTRICTION}
    assert (request.state is State.OPEN) == harmless


def test_california_wants_to_be_told_in_ten_business_days() -> None:
    request = act.opened(RequestRef("1"), asked(regime=Regime.CCPA), Proof.STAFF, NOON)
    later = NOON + 15 * DAY
    assert act.is_overdue(request, later)
    assert not act.is_overdue(act.told(request, NOON), later)


def test_a_closed_request_is_never_overdue() -> None:
    request = act.opened(RequestRef("1"), asked(), Proof.STAFF, NOON)
    late = NOON + 400 * DAY
    assert act.is_overdue(request, late)
    assert not act.is_overdue(act.completed(request, late), late)


def test_only_the_same_persons_same_request_makes_a_duplicate() -> None:
    request = act.opened(RequestRef("1"), asked(), Proof.STAFF, NOON)
    other = act.opened(RequestRef("2"), asked(RequestKind.ERASURE), Proof.STAFF, NOON)
    with pytest.raises(RequestState):
        act.merged(request, other, NOON)
    with pytest.raises(RequestState):
        act.merged(request, request, NOON)
