"""What staff can do with a request: each act once, with its words, reasons and move.

Invariants: an act is offered exactly where its move (`requests`) would be made now; what needs a
reason is not done without one of its own; each act tells the desk one thing to do.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import StrEnum
from typing import Self, assert_never

from privity.errors import BadInput, RequestState
from privity.governance import requests as move
from privity.governance.desk import Desk
from privity.governance.ports import DeskStore
from privity.governance.requests import LONGER, REJECTING, WAITING, Proof, Reason, Request

_NONE: AbstractSet[Reason] = frozenset()


class Act(StrEnum):
    """Something that staff do with a request. `says`: what it does; `reasons`: one is needed."""

    label: str
    says: str
    reasons: AbstractSet[Reason]

    def __new__(cls, value: str, label: str, says: str, reasons: AbstractSet[Reason]) -> Self:
        """Make a member whose value names it in addresses and in the log."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label, member.says, member.reasons = label, says, reasons
        return member

    PROVE = "prove", "They showed who they are", "You have seen proof yourself.", _NONE
    COMPLETE = (
        "complete",
        "Do it and close",
        "What is asked is done and read back, and the person is told.",
        _NONE,
    )
    RESUME = "resume", "Go on", "What the person had to give has come.", _NONE
    TELL = "tell", "They know that it arrived", "You told them yourself.", _NONE
    PAUSE = "pause", "Wait for the person", "They are asked for what is missing.", WAITING
    EXTEND = "extend", "Take longer", "Once, as the law allows; they are told why.", LONGER
    REJECT = "reject", "Close it undone", "They are told why, and where to complain.", REJECTING
    WITHDRAW = "withdraw", "They do not want it any more", "It is closed.", _NONE


def possible(request: Request, now: datetime) -> tuple[Act, ...]:
    """Return what can be done with a request now."""
    return tuple(act for act in Act if _moves(request, act, now))


def handle(  # noqa: PLR0911 - one each
    desk: Desk, tx: DeskStore, request: Request, how: tuple[Act, Reason | None], now: datetime
) -> Request:
    """Do one thing with a request, but complete it. Raises RequestState, BadInput."""
    act, given = how
    match act:
        case Act.PROVE:
            return desk.prove(tx, request, Proof.STAFF, now)
        case Act.RESUME:
            return desk.resume(tx, request, now)
        case Act.TELL:
            return desk.tell(tx, request, now)
        case Act.PAUSE:
            return desk.pause(tx, request, reason_for(act, given), now)
        case Act.EXTEND:
            return desk.extend(tx, request, reason_for(act, given), now)
        case Act.REJECT:
            return desk.reject(tx, request, reason_for(act, given), now)
        case Act.WITHDRAW:
            return desk.withdraw(tx, request, now)
        case Act.COMPLETE:
            message = "what is asked is done step by step"
            raise BadInput(message)
        case _:
            assert_never(act)


def reason_for(act: Act, given: Reason | None) -> Reason:
    """Return the reason of an act. Raises BadInput."""
    if given is None or given not in act.reasons:
        message = f"give a reason: {', '.join(sorted(act.reasons))}"
        raise BadInput(message)
    return given


def _moves(request: Request, act: Act, now: datetime) -> bool:
    try:
        return _after(request, act, now) != request
    except RequestState:
        return False


def _after(request: Request, act: Act, now: datetime) -> Request:  # noqa: PLR0911 - one each
    match act:
        case Act.PROVE:
            return move.proved(request, Proof.STAFF, now)
        case Act.COMPLETE:
            return move.completed(request, now)
        case Act.RESUME:
            return move.resumed(request, now)
        case Act.TELL:
            return move.told(request, now)
        case Act.PAUSE:
            return move.paused(request, Reason.IDENTITY, now)
        case Act.EXTEND:
            return move.extended(request, Reason.COMPLEX, now)
        case Act.REJECT:
            return move.rejected(request, Reason.NOT_COVERED, now)
        case Act.WITHDRAW:
            return move.withdrawn(request, now)
        case _:
            assert_never(act)
