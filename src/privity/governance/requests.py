"""What a person asks, as a state machine: values and moves, pure.

Invariants: a request is opened once and closed once; every move but closing keeps its clock, and no
move loses it; it is extended at most once, with a reason, before its day is over; it is worked on
only when whoever asks is proved, as far as its kind needs it; what staff enter for a person proves
nothing where it could do harm, and an address that they typed and that the person did not leave is
doubtful until staff confirm it; a closed one never moves again. Moves
that are not drawn here raise RequestState.

    unproven: proved -> open
    open: paused -> paused; completed -> done
    paused: resumed -> open
    unproven, open: merged -> merged
    all three: rejected -> rejected; withdrawn -> withdrawn; extended and told: as it was
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import NewType, Self

from privity.errors import RequestState
from privity.governance.clocks import Clock, Regime, Speed, clock, received_on, today
from privity.model.words import AppId, Region, SubjectRef

RequestRef = NewType("RequestRef", str)
"""A random id of one request: what to quote."""


class Proof(IntEnum):
    """How whoever asks has shown who they are, the weakest first."""

    NONE = 0
    AGENT = 1  # an agent on the list vouches, with its signature
    ADDRESS = 2  # the link in a letter to the address by which we know the person
    SESSION = 3  # signed in to the person's pages
    STAFF = 4  # shown to staff, who say so by name


class RequestKind(StrEnum):
    """What is asked. `needs`: the proof without which nothing is done.

    A wrong answer to the first four would give away, destroy or falsify somebody's data; an
    objection only ever protects; an opt-out needs no proof at all (11 CCR 7060(b)).
    """

    needs: Proof
    speed: Speed

    def __new__(cls, value: str, needs: Proof, speed: Speed = Speed.NORMAL) -> Self:
        """Make a member whose value names it in tables, letters and the log."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.needs = needs
        member.speed = speed
        return member

    ACCESS = ("access", Proof.ADDRESS)  # GDPR 15; Cal. Civ. Code 1798.110
    PORTABILITY = ("portability", Proof.ADDRESS)  # GDPR 20
    ERASURE = ("erasure", Proof.ADDRESS)  # GDPR 17; 1798.105
    RECTIFICATION = ("rectification", Proof.ADDRESS)  # GDPR 16; 1798.106
    RESTRICTION = ("restriction", Proof.AGENT)  # GDPR 18
    OBJECTION = ("objection", Proof.AGENT)  # GDPR 21
    OPT_OUT = ("opt_out", Proof.NONE, Speed.PROMPT)  # 1798.120
    LIMIT = ("limit", Proof.NONE, Speed.PROMPT)  # 1798.121


HARMLESS = frozenset(kind for kind in RequestKind if kind.needs <= Proof.AGENT)
"""What an agent's word, or nobody's, is enough for."""
KINDS: Mapping[str, RequestKind] = {kind.value: kind for kind in RequestKind}
"""The kinds by their names."""


class Channel(StrEnum):
    """How it reached us."""

    STAFF = "staff"  # by letter, mail or telephone, entered by staff
    PAGE = "page"  # on the person's page
    AGENT = "agent"  # through the Data Rights Protocol
    REHEARSAL = "rehearsal"  # nobody: the synthetic person's


class State(StrEnum):
    """Where it stands."""

    UNPROVEN = "unproven"
    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"

    @property
    def closed(self) -> bool:
        """Whether nothing moves it any more."""
        return self not in _MOVING


_MOVING = frozenset({State.UNPROVEN, State.OPEN, State.PAUSED})


class Reason(StrEnum):
    """Why a request stands still, takes longer or is rejected. Letters have words for each."""

    IDENTITY = "identity"
    CLARIFICATION = "clarification"
    COMPLEX = "complex"
    MANY_REQUESTS = "many_requests"
    NOT_PROVEN = "not_proven"
    NO_DATA = "no_data"
    NOT_COVERED = "not_covered"
    UNFOUNDED = "unfounded"
    EXCESSIVE = "excessive"
    WITHDRAWN = "withdrawn"


WAITING = frozenset({Reason.IDENTITY, Reason.CLARIFICATION})
LONGER = frozenset({Reason.COMPLEX, Reason.MANY_REQUESTS})
"""GDPR article 12(3): the complexity and number of the requests."""
REJECTING = frozenset(Reason) - WAITING - LONGER - {Reason.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, of whom, and how it came.

    `agent`: the id of the agent; `by`: the account of the staff who entered it in the console for
    the person; "" for anyone else.
    """

    kind: RequestKind
    regime: Regime
    channel: Channel
    region: Region
    subject: SubjectRef
    app: AppId
    agent: str = ""
    by: str = ""

    @property
    def answered_by_two(self) -> bool:
        """Whether somebody else than who entered it has to prove and complete it."""
        return bool(self.by) and self.kind not in HARMLESS


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `still` counts the days for which its clock stood still, but for a running pause.

    `told`: when the person was told that it arrived. `into`: the request it is a duplicate of.
    `doubtful`: staff typed its address, and the person did not leave it: nothing is sent there.
    """

    id: RequestRef
    asked: Asked
    state: State
    proof: Proof
    received: datetime
    told: datetime | None = None
    extended: bool = False
    reason: Reason | None = None
    paused: datetime | None = None
    still: int = 0
    closed: datetime | None = None
    into: RequestRef | None = None
    doubtful: bool = False

    @property
    def clock(self) -> Clock:
        """Its days, as they are now."""
        asked = self.asked
        return clock(asked.regime, asked.kind.speed, received_on(self.received), self.still)

    @property
    def due(self) -> date:
        """The day by which it must be answered. While the clock stands still, it moves on."""
        days = self.clock
        return days.longest if self.extended and days.longest is not None else days.answer

    @property
    def stands_still(self) -> bool:
        """Whether its clock stands still now."""
        return self.paused is not None and self.clock.pausable


def opened(name: RequestRef, asked: Asked, proof: Proof, now: datetime) -> Request:
    """Return a new request; it waits for proof where its kind needs more than there is."""
    given = Proof.NONE if asked.answered_by_two else proof
    if given >= asked.kind.needs:
        return Request(name, asked, State.OPEN, given, now)
    return Request(name, asked, State.UNPROVEN, given, now, reason=Reason.IDENTITY, paused=now)


def proved(request: Request, proof: Proof, now: datetime) -> Request:
    """Return it with a proof; it is open if that is enough. Raises RequestState."""
    _only(request, {State.UNPROVEN}, "proved")
    if request.doubtful and proof is not Proof.STAFF:
        message = "its address is not one that the person left; staff confirm it first"
        raise RequestState(message)
    best = max(request.proof, proof)
    if best < request.asked.kind.needs:
        return replace(request, proof=best)
    return replace(_running(request, now), state=State.OPEN, proof=best, doubtful=False)


def paused(request: Request, reason: Reason, now: datetime) -> Request:
    """Let it wait for something that only the person can give. Raises RequestState."""
    _only(request, {State.OPEN}, "paused")
    _because(reason, WAITING)
    return replace(request, state=State.PAUSED, reason=reason, paused=now)


def resumed(request: Request, now: datetime) -> Request:
    """Let it go on. Raises RequestState."""
    _only(request, {State.PAUSED}, "resumed")
    return replace(_running(request, now), state=State.OPEN)


def extended(request: Request, reason: Reason, now: datetime) -> Request:
    """Take longer, as the law allows once, and only before the day is over. Raises RequestState."""
    _only(request, _MOVING, "extended")
    _because(reason, LONGER)
    if request.extended or request.clock.longest is None:
        message = "the law allows this request no longer time"
        raise RequestState(message)
    if is_overdue(request, now):
        message = "the day to answer is over; it was to be extended before"
        raise RequestState(message)
    return replace(request, extended=True)


def told(request: Request, now: datetime) -> Request:
    """Note that the person was told that it arrived. Raises RequestState."""
    _only(request, _MOVING, "confirmed")
    return request if request.told is not None else replace(request, told=now)


def completed(request: Request, now: datetime) -> Request:
    """Close what was done. Raises RequestState."""
    _only(request, {State.OPEN}, "completed")
    return _closed(request, State.DONE, None, now)


def rejected(request: Request, reason: Reason, now: datetime) -> Request:
    """Close what is not done, for a reason that the person is told. Raises RequestState."""
    _only(request, _MOVING, "rejected")
    _because(reason, REJECTING)
    return _closed(request, State.REJECTED, reason, now)


def withdrawn(request: Request, now: datetime) -> Request:
    """Close what is not wanted any more. Raises RequestState."""
    _only(request, _MOVING, "withdrawn")
    return _closed(request, State.WITHDRAWN, Reason.WITHDRAWN, now)


def merged(request: Request, into: Request, now: datetime) -> Request:
    """Close what is asked already. Raises RequestState."""
    _only(request, {State.OPEN, State.UNPROVEN}, "merged")
    if not same(request, into) or into.state.closed or into.received > request.received:
        message = "only what is asked already, by the same person, makes a duplicate"
        raise RequestState(message)
    return replace(_closed(request, State.MERGED, None, now), into=into.id)


def same(one: Request, other: Request) -> bool:
    """Say whether two requests ask the same for the same person."""
    asked, again = one.asked, other.asked
    return one.id != other.id and (asked.kind, asked.subject) == (again.kind, again.subject)


def is_overdue(request: Request, now: datetime) -> bool:
    """Say whether a day that the law sets is over and what it asks for is not done."""
    if request.state.closed:
        return False
    day, days = today(request.asked.regime, now), request.clock
    late = day > request.due and not request.stands_still
    return late or (request.told is None and days.confirm is not None and day > days.confirm)


def _running(request: Request, now: datetime) -> Request:
    """End a pause: the days on which the clock stood still from begin to end are added."""
    begun = request.paused
    days = 0 if begun is None else max(0, (received_on(now) - received_on(begun)).days)
    return replace(
        request,
        paused=None,
        reason=None,
        still=request.still + (days if request.clock.pausable else 0),
    )


def _closed(request: Request, state: State, reason: Reason | None, now: datetime) -> Request:
    return replace(_running(request, now), state=state, reason=reason, closed=now)


def _only(request: Request, states: AbstractSet[State], what: str) -> None:
    if request.state not in states:
        message = f"a request that is {request.state} cannot be {what}"
        raise RequestState(message)


def _because(reason: Reason, allowed: frozenset[Reason]) -> None:
    if reason not in allowed:
        message = f"the reason must be one of {', '.join(sorted(allowed))}"
        raise RequestState(message)
