"""Who may do what with a request of a person, and who has to act next: never one colleague alone.

Invariants: every act is asked of the rules as an action of its own, with who entered the request;
what is offered on a page is what the rules allow whoever looks, if need be after a fresh factor.
"""

from __future__ import annotations

from datetime import datetime

from privity.access.desk import Acting, Wish
from privity.access.staff import Action, Kind, StaffId, Thing
from privity.console.staff.navigation import may
from privity.governance.handling import Act, possible
from privity.governance.requests import HARMLESS, Request, State
from privity.model.words import Purpose

_ACTIONS = {Act.PROVE: Action.PROVE_REQUEST, Act.COMPLETE: Action.COMPLETE_REQUEST}
_CLOSED = "Nobody: it is closed."
_PAUSED = "The person gives what is missing; then anybody who answers people lets it go on."
_LINK = (
    "The person follows the link in the letter that was sent, or whoever has seen proof confirms "
    "who they are."
)


def wish_to(request: Request, act: Act | None = None) -> Wish:
    """Return the wish to do something with a request; without an act, to see it."""
    asked = request.asked
    thing = Thing(
        Kind.PERSON_REQUEST,
        request.id,
        asked.region,
        asked_by=StaffId(asked.by) if asked.by else None,
        could_harm=asked.kind not in HARMLESS,
    )
    action = Action.HANDLE_REQUEST if act is None else _ACTIONS.get(act, Action.HANDLE_REQUEST)
    return Wish(action, thing, Purpose.RIGHTS)


def offered(acting: Acting, request: Request, now: datetime) -> tuple[Act, ...]:
    """Return what whoever looks can do with a request now."""
    return tuple(act for act in possible(request, now) if may(acting, wish_to(request, act)))


def next_turn(request: Request, looks: StaffId) -> str:
    """Say who has to act next, to whoever looks."""
    if request.state.closed:
        return _CLOSED
    if request.state is State.PAUSED:
        return _PAUSED
    if request.asked.answered_by_two:
        return _of_two(request, mine=request.asked.by == looks)
    return _LINK if request.state is State.UNPROVEN else "You, or anybody who answers people."


def _of_two(request: Request, *, mine: bool) -> str:
    """Say it of what one colleague entered and another has to prove and complete."""
    who = "A colleague, as you entered it" if mine else "You, or anybody but who entered it"
    if request.state is State.OPEN:
        return f"{who}: what was asked can be done and closed now."
    if request.doubtful:
        return (
            f"{who}: who has seen proof confirms who the person is, and their address. The one "
            "that was entered is not one that they left, and no letter goes there before."
        )
    return (
        f"{who}: who has seen proof confirms who the person is. If the address is one that they "
        "left, the link in the letter that went there does so, too."
    )
