"""A made-up person goes through access and erasure every night, on the stores that people are in.

Planted when a home is made, and again after each rehearsal. 1. What was planted is there and opens
to what it was. 2. A request for access is opened and completed. 3. A request for erasure is opened
and completed, with every place read back. 4. What was sealed before opens no more and is listed no
more. 5. The entry of the log says how it went, and the next one is planted.

Invariants: nothing here knows how the stores work, so a store that loses, keeps or mixes up
anything makes the rehearsal fail; a failure is an entry of the log as a success is, and says at
which step and with which code; whatever happens, the next rehearsal is planted.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from privity.audit.entry import Entry, Event
from privity.errors import PrivityError, RehearsalFailed, Tampered
from privity.governance.clocks import regime_of
from privity.governance.completing import Doing, complete
from privity.governance.contact import Contact
from privity.governance.desk import Desk
from privity.governance.ports import DeskStore
from privity.governance.readback import Step
from privity.governance.requests import Asked, Channel, Proof, Request, RequestKind, State
from privity.model.words import AppId, ConversationRef, Language, Purpose, Region, SubjectRef
from privity.vault.keep import Lifetime
from privity.vault.ports import Place, Sealed

EVERY = timedelta(hours=24)
RUNNING = timedelta(hours=1)
"""For how long a rehearsal that was begun may still be under way in another process."""
LIFE = timedelta(days=30)
RECORD = "rehearsal"
NAME = "privity rehearsal"
"""How the made-up person is called, in no application."""
APP = AppId("rehearsal")
COUNT = 3


class Part(StrEnum):
    """A step of a rehearsal."""

    PLANTED = "planted"
    ACCESS = "access"
    ERASURE = "erasure"
    SHREDDED = "shredded"
    WHOLE = "whole"  # all of it


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the made-up person lives. `purpose`: the one under whose keys people's text lies."""

    subject: SubjectRef
    region: Region
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """How a rehearsal went: up to which part, and with which code; `ok` when all of it held."""

    part: Part
    code: str
    requests: int

    @property
    def held(self) -> bool:
        """Whether everything held."""
        return self.code == OK


OK = "ok"


def plant(tx: DeskStore, desk: Desk, stage: Stage, now: datetime) -> None:
    """Keep what the next rehearsal is about. Raises KeyStoreUnavailable, DatabaseUnavailable."""
    for number in range(COUNT):
        name = desk.new_id()
        place = Place(stage.region, stage.purpose, stage.subject, name, RECORD)
        body = _text(name, number)
        desk.vault.seal(tx, place, ConversationRef(""), body, Lifetime(now, LIFE))


def is_due(tx: DeskStore, stage: Stage, now: datetime) -> bool:
    """Say whether it is time, and no other process is at it."""
    begun = [each for each in tx.requests.of(stage.subject) if now - each.received < RUNNING]
    if any(not each.state.closed for each in begun):
        return False
    planted = [each.made_at for each in _planted(tx, stage)]
    last = max((each.received for each in tx.requests.of(stage.subject)), default=None)
    since = max(planted, default=last)
    return since is None or now - since >= EVERY


def rehearse(desk: Desk, stage: Stage, doing: Doing) -> Generator[Step, Any, Rehearsed]:
    """Go through it step by step; each step is run in a transaction. Never raises PrivityError.

    Whoever runs it throws what a step raises into it.
    """
    clock = doing.clock
    done = 0
    part = Part.PLANTED
    try:
        kept: tuple[Sealed, ...] = yield lambda tx: _begin(tx, desk, stage, clock())
        part = Part.ACCESS
        yield from _through(desk, stage, RequestKind.ACCESS, doing)
        part, done = Part.ERASURE, 1
        yield from _through(desk, stage, RequestKind.ERASURE, doing)
        part, done = Part.SHREDDED, 2
        yield lambda tx: _check_gone(tx, desk, stage, kept, clock())
        result = Rehearsed(Part.WHOLE, OK, done)
    except PrivityError as error:
        result = Rehearsed(part, error.code, done)
    yield lambda tx: _end(tx, desk, stage, result, clock())
    return result


def _through(
    desk: Desk, stage: Stage, kind: RequestKind, doing: Doing
) -> Generator[Step, Any, None]:
    """Open a request and complete it."""
    asked: Request = yield lambda tx: _ask(tx, desk, stage, kind, doing.clock())
    closed: Request = yield from complete(desk, asked.id, doing)
    _require(closed.state is State.DONE, "the request was not done")


def _begin(tx: DeskStore, desk: Desk, stage: Stage, now: datetime) -> tuple[Sealed, ...]:
    """Withdraw what a rehearsal that broke off left, and look at what was planted."""
    for request in tx.requests.of(stage.subject):
        if not request.state.closed:
            desk.withdraw(tx, request, now)
    kept = _planted(tx, stage)
    _require(len(kept) >= COUNT, "what was planted is not there")
    opened = {record.place.record: desk.vault.open(tx, record, now) for record in kept}
    texts = {_text(name, number) for name in opened for number in range(COUNT)}
    _require(set(opened.values()) <= texts, "what was planted opens to something else")
    return kept


def _ask(tx: DeskStore, desk: Desk, stage: Stage, kind: RequestKind, now: datetime) -> Request:
    law = regime_of(stage.region)
    asked = Asked(kind, law, Channel.REHEARSAL, stage.region, stage.subject, APP)
    return desk.open(tx, asked, Proof.SESSION, Contact(None, Language.EN), now).request


def _check_gone(
    tx: DeskStore, desk: Desk, stage: Stage, kept: tuple[Sealed, ...], now: datetime
) -> None:
    """Raise RehearsalFailed if anything of what was erased is listed or opens."""
    _require(not tx.records.of(stage.subject), "records are listed after the erasure")
    for record in kept:
        try:
            desk.vault.open(tx, record, now)
        except Tampered:
            continue
        _require(held=False, message="a record opens after the erasure")


def _end(tx: DeskStore, desk: Desk, stage: Stage, result: Rehearsed, now: datetime) -> None:
    """Write how it went, and plant the next one in the place of what is left."""
    facts: dict[str, str | int] = {
        "part": result.part.value,
        "code": result.code,
        "requests": result.requests,
    }
    tx.log.append(
        Entry(Event.REHEARSAL_ENDED, now, desk.policy, subject=stage.subject, facts=facts)
    )
    left = tuple(record.place.record for record in tx.records.of(stage.subject))
    tx.records.take(stage.subject, left)
    plant(tx, desk, stage, now)


def _planted(tx: DeskStore, stage: Stage) -> tuple[Sealed, ...]:
    mine = tx.records.of(stage.subject)
    return tuple(each for each in mine if each.place.kind == RECORD)


def _text(name: str, number: int) -> bytes:
    """Return what is planted under a name: 32 bytes that only it has."""
    return sha256(f"{NAME} {name} {number}".encode()).digest()


def _require(held: bool, message: str) -> None:  # noqa: FBT001 - what must hold
    if not held:
        raise RehearsalFailed(message)
