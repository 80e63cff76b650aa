"""What is offered to do with a request is what its moves allow."""

from datetime import UTC, datetime, timedelta

import pytest

from privity.errors import BadInput, RequestState
from privity.governance import requests as move
from privity.governance.clocks import Regime
from privity.governance.handling import Act, possible, reason_for
from privity.governance.requests import (
    Asked,
    Channel,
    Proof,
    Reason,
    Request,
    RequestKind,
    RequestRef,
)
from privity.model.words import AppId, Region, SubjectRef

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def request(kind: RequestKind, proof: Proof, regime: Regime = Regime.GDPR) -> Request:
    asked = Asked(kind, regime, Channel.STAFF, Region.EU, SubjectRef("s"), AppId("local"))
    return move.opened(RequestRef("r"), asked, proof, NOW)


def test_what_is_not_proved_is_not_completed() -> None:
    offered = possible(request(RequestKind.ERASURE, Proof.NONE), NOW)
    assert Act.PROVE in offered
    assert Act.COMPLETE not in offered


def test_what_is_proved_is_not_proved_again() -> None:
    offered = possible(request(RequestKind.ERASURE, Proof.STAFF), NOW)
    assert Act.COMPLETE in offered
    assert Act.PROVE not in offered


def test_a_request_is_extended_once_and_in_time() -> None:
    asked = request(RequestKind.ACCESS, Proof.STAFF)
    assert Act.EXTEND in possible(asked, NOW)
    assert Act.EXTEND not in possible(move.extended(asked, Reason.COMPLEX, NOW), NOW)
    assert Act.EXTEND not in possible(asked, NOW + timedelta(days=40))


def test_whom_the_law_gives_no_longer_time_is_offered_none() -> None:
    asked = request(RequestKind.OPT_OUT, Proof.NONE, Regime.CCPA)
    assert Act.EXTEND not in possible(asked, NOW)


def test_what_waits_goes_on() -> None:
    waiting = move.paused(request(RequestKind.ACCESS, Proof.STAFF), Reason.CLARIFICATION, NOW)
    assert Act.RESUME in possible(waiting, NOW)
    assert Act.PAUSE not in possible(waiting, NOW)


def test_nothing_is_offered_for_what_is_closed() -> None:
    closed = move.completed(request(RequestKind.ACCESS, Proof.STAFF), NOW)
    assert possible(closed, NOW) == ()


@pytest.mark.parametrize("act", [act for act in Act if act.reasons])
def test_an_act_takes_a_reason_of_its_own_only(act: Act) -> None:
    assert all(reason_for(act, reason) is reason for reason in act.reasons)
    for other in {*Reason} - set(act.reasons):
        with pytest.raises(BadInput):
            reason_for(act, other)
    with pytest.raises(BadInput):
        reason_for(act, None)


def test_every_act_has_words() -> None:
    assert len({act.label for act in Act}) == len(Act)
    assert all(act.says.endswith(".") for act in Act)


def test_moves_that_are_not_offered_are_refused() -> None:
    with pytest.raises(RequestState):
        move.completed(request(RequestKind.ERASURE, Proof.NONE), NOW)
