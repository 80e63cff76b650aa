"""What is done with tokens of machines: handing out, taking back, and using them.

Invariants: a token has scopes from the closed list and an end within a year, and opens nothing
while who made it is out; it is kept as a keyed digest, so that what is stored lets nobody in, and
is shown once; the rules let a machine see nothing that is about a person; every use, also one that
is refused, is written in the transaction that notes it, before anything is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from privity.access.authorize import Authorizer
from privity.access.desk import Acting, Facts, Occasion, Refusal, Store, Wish, write
from privity.access.staff import (
    Action,
    Asked,
    Kind,
    MachineId,
    Situation,
    StaffId,
    Thing,
)
from privity.access.tokens import OPERATOR, Machines, Token, checked
from privity.audit.entry import Event
from privity.errors import AccessDenied, BadInput, NotSignedIn
from privity.model.words import Purpose

_SYSTEM = Thing(Kind.SYSTEM, "privity")
SEE = Wish(Action.SEE_MACHINES, _SYSTEM, Purpose.SECURITY)
CHANGE = Wish(Action.CHANGE_MACHINES, _SYSTEM, Purpose.SECURITY)


class MachineStore(Store, Protocol):
    """One transaction, with the tokens."""

    @property
    def machines(self) -> Machines:
        """Tokens of machines."""
        ...


def issue(tx: MachineStore, token: Token, at: Occasion) -> Token:
    """Store a token that is handed out now. Raises BadInput."""
    tx.machines.put(checked(token))
    scopes = ",".join(sorted(token.scopes))
    ends = int(token.ends_at.timestamp())
    facts: Facts = {"by": token.made_by, "machine": token.id, "scopes": scopes, "ends": ends}
    write(tx, Event.MACHINE_ADDED, at, facts)
    return token


def add(acting: Acting, tx: MachineStore, token: Token) -> Token | Refusal:
    """Make a token. Raises BadInput."""
    if refusal := acting.refused(CHANGE):
        return refusal
    return issue(tx, replace(token, made_by=acting.by.staff.id), acting.at)


def revoke(acting: Acting, tx: MachineStore, name: MachineId) -> Token | Refusal:
    """End a token at once; again changes nothing. Raises BadInput."""
    if refusal := acting.refused(CHANGE):
        return refusal
    return withdraw(tx, name, acting.by.staff.id, acting.at)


def withdraw(tx: MachineStore, name: MachineId, by: StaffId, at: Occasion) -> Token:
    """End a token at once, whoever asks for it. Raises BadInput."""
    token = tx.machines.get(name)
    if token is None:
        message = "there is no token of this id"
        raise BadInput(message)
    if token.revoked_at is not None:
        return token
    ended = replace(token, revoked_at=at.now)
    tx.machines.put(ended)
    write(tx, Event.MACHINE_REVOKED, at, {"by": by, "machine": name})
    return ended


@dataclass(frozen=True, slots=True)
class Shown:
    """A token as it came: its digest, and a keyed reference to the address that it came from."""

    digest: str
    source: str = ""


def stands(tx: MachineStore, token: Token, now: datetime) -> bool:
    """Say whether a token is good for anything: it holds, and who made it is not out.

    They have seen it: who is suspended or off-boarded comes back by no token of theirs.
    """
    maker = None if token.made_by == OPERATOR else tx.accounts.get(token.made_by)
    made_well = token.made_by == OPERATOR or (maker is not None and maker.staff.active)
    return made_well and token.holds(now)


def use(
    tx: MachineStore, rules: Authorizer, shown: Shown, wish: Wish, at: Occasion
) -> Token | Refusal:
    """Let a machine do something. Raises NotSignedIn for a token that is none, or none any more."""
    token = tx.machines.by_digest(shown.digest)
    if token is None or not stands(tx, token, at.now):
        raise NotSignedIn(_NONE)
    alone = Situation(
        wish.purpose, second_factor=False, session_seconds=0, step_up_seconds=0, trained=False
    )
    answer = rules.decide(Asked(token.machine(at.now), wish.action, wish.thing, alone))
    facts = {"machine": token.id, "action": wish.action.value}
    if not answer.allowed:
        rule = {"thing": wish.thing.kind.value, "rule": answer.because[0]}
        write(tx, Event.ACCESS_DENIED, at, {**facts, **rule})
        return Refusal(AccessDenied(f"the rules refuse it: {', '.join(answer.because)}"))
    used = replace(token, used_at=at.now)
    tx.machines.put(used)
    write(tx, Event.MACHINE_ACTED, at, facts | ({"source": shown.source} if shown.source else {}))
    return used


_NONE = "the token is none, or not any more"
