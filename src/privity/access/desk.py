"""What every act of staff needs: the transaction, the rules, and an entry that says who did what.

Invariants: an act that the rules refuse is written as refused, and nothing else happens; one that
they allow is written in the transaction that does it. Entries name staff by their random ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from privity.access.authorize import Answer, Authorizer
from privity.access.notices import Notes
from privity.access.ports import Accounts, Grants, Sessions
from privity.access.sessions import Session
from privity.access.staff import Action, Asked, Granted, Situation, Staff, Thing
from privity.audit.entry import Entry, Event
from privity.audit.ports import Log
from privity.errors import AccessDenied, NotSignedIn, SecondFactorNeeded
from privity.model.words import ConversationRef, Purpose, SubjectRef

FRESH_RULE = "fresh-second-factor"
"""The rule whose no is answered by asking for the second factor, not by a refusal."""
TRAINED_RULE = "trained-staff-only"
TRAINING_OWED = "take the courses that you owe; until then data of people are closed to you"
"""The rule whose no has a remedy of its own."""


_TOO_LONG = 2**31
Facts: TypeAlias = Mapping[str, str | int]


class Store(Protocol):
    """One transaction, as far as staff are concerned."""

    @property
    def accounts(self) -> Accounts:
        """Accounts and factors."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Sessions and guesses."""
        ...

    @property
    def grants(self) -> Grants:
        """Requests for access."""
        ...

    @property
    def notes(self) -> Notes:
        """Letters to staff."""
        ...

    @property
    def log(self) -> Log:
        """The audit log."""
        ...


@dataclass(frozen=True, slots=True)
class Occasion:
    """When something happens and under which policy."""

    now: datetime
    policy: str


@dataclass(frozen=True, slots=True)
class About:
    """Whose data an act of staff touches, so that the person can see it in the log."""

    subject: SubjectRef | None = None
    conversation: ConversationRef | None = None


NOBODY = About()


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is signed in, as they were when the transaction began.

    `trained`: their training has not lapsed.
    """

    staff: Staff
    session: Session
    trained: bool

    def situation(self, purpose: Purpose, now: datetime, grant: Granted | None = None) -> Situation:
        """Return in what circumstances they ask. A session proves two factors: none is without."""
        return Situation(
            purpose,
            second_factor=True,
            session_seconds=_seconds(now - self.session.began),
            step_up_seconds=_seconds(now - self.session.proved),
            trained=self.trained,
            grant=grant,
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do, with what, what for, and by which grant."""

    action: Action
    thing: Thing
    purpose: Purpose
    grant: Granted | None = None


def actor(tx: Store, session: Session, *, trained: bool) -> Actor:
    """Return who is signed in, with the roles they have now. Raises NotSignedIn."""
    account = tx.accounts.get(session.account)
    if account is None or not account.staff.active:
        message = "the account is not active any more"
        raise NotSignedIn(message)
    return Actor(account.staff, session, trained)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is raised once the transaction that wrote it is durable.

    A transaction that raises leaves no entry, so refusals are returned, not raised.
    """

    error: AccessDenied | SecondFactorNeeded


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody of the staff at work, in one transaction."""

    tx: Store
    rules: Authorizer
    by: Actor
    at: Occasion

    def refused(self, wish: Wish) -> Refusal | None:
        """Return None if the rules allow a wish; a refusal is written, with the rule."""
        answer = self.judge(wish)
        if answer.allowed:
            return None
        if answer.because == (FRESH_RULE,):
            message = "this needs a second factor shown in the last five minutes"
            return Refusal(SecondFactorNeeded(message))
        facts = {"action": wish.action.value, "thing": wish.thing.kind.value}
        rule = next(each for each in answer.because if each != FRESH_RULE)
        self.write(Event.ACCESS_DENIED, {**facts, "rule": rule})
        if TRAINED_RULE in answer.because:
            return Refusal(AccessDenied(TRAINING_OWED))
        return Refusal(AccessDenied(f"the rules refuse it: {', '.join(answer.because)}"))

    def judge(self, wish: Wish) -> Answer:
        """Return what the rules say; nothing is written."""
        situation = self.by.situation(wish.purpose, self.at.now, wish.grant)
        return self.rules.decide(Asked(self.by.staff, wish.action, wish.thing, situation))

    def write(self, event: Event, facts: Facts, about: About = NOBODY) -> int:
        """Append an entry about what they do and return its place in the log."""
        return write(self.tx, event, self.at, {"by": self.by.staff.id, **facts}, about)


def write(tx: Store, event: Event, at: Occasion, facts: Facts, about: About = NOBODY) -> int:
    """Append an entry about staff and return its place in the log."""
    entry = Entry(event, at.now, at.policy, facts=facts)
    return tx.log.append(replace(entry, subject=about.subject, conversation=about.conversation))


def _seconds(length: timedelta) -> int:
    """Return whole seconds; after a clock went back, longer than anything may be."""
    seconds = int(length.total_seconds())
    return seconds if seconds >= 0 else _TOO_LONG
