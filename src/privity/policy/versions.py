"""Versions of a policy over time: which one holds when, and what changes between two for people.

Invariants: exactly one version holds at a time; one that allows more than the one before it holds
only after it could be read for as long as was promised; a difference is said in the words of the
notice, and two versions with the same digest have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from privity.errors import NoticeTooShort
from privity.model.policy import Clause, Collect, NeverInfer, Policy
from privity.model.words import Language, PracticeId
from privity.policy.diff import widens
from privity.policy.notice import Topic, say, topic


@dataclass(frozen=True, slots=True)
class Version:
    """A policy and the moment from which it holds; None: since before anyone wrote it down."""

    policy: Policy
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement that is new, gone or changed. `before` and `after`: None where there is none."""

    topic: Topic
    before: str | None
    after: str | None


def in_force(versions: Sequence[Version], now: datetime) -> Version | None:
    """Return the version that holds now, of versions in order of time."""
    held = [each for each in versions if each.since is None or each.since <= now]
    return held[-1] if held else None


def upcoming(versions: Sequence[Version], now: datetime) -> Version | None:
    """Return the next version that will hold, if one was announced."""
    ahead = (each for each in versions if each.since is not None and each.since > now)
    return next(ahead, None)


def check_ahead(old: Policy, new: Policy, since: datetime, now: datetime, ahead: timedelta) -> None:
    """See that a change that matters can be read for long enough before it holds.

    A change matters when it allows anything more (`diff`). Raises NoticeTooShort.
    """
    if widens(old, new) and since < now + ahead:
        days = ahead // timedelta(days=1)
        message = f"the policy allows more, so it may hold {days} days from now at the earliest"
        raise NoticeTooShort(message)


def differences(old: Policy, new: Policy, language: Language) -> tuple[Difference, ...]:
    """Say what changes for people between two policies, statement by statement, by topic."""
    found: list[Difference] = []
    gone = [each for each in old.clauses if each not in new.clauses]
    fresh = [each for each in new.clauses if each not in old.clauses]
    for place in dict.fromkeys(_about(*each) for each in (*gone, *fresh)):
        before = [clause for practice, clause in gone if _about(practice, clause) == place]
        after = [clause for practice, clause in fresh if _about(practice, clause) == place]
        found += (_difference(*pair, language) for pair in zip_longest(before, after))
    order = list(Topic)
    return tuple(sorted(found, key=lambda each: order.index(each.topic)))


def _difference(before: Clause | None, after: Clause | None, language: Language) -> Difference:
    told = [each for each in (before, after) if each is not None]
    return Difference(
        topic(told[0]),
        None if before is None else say(before, language),
        None if after is None else say(after, language),
    )


def _about(practice: PracticeId, clause: Clause) -> tuple[str, ...]:
    """Return what a clause is about, so that its old and its new form stand side by side."""
    parts = [practice, type(clause).__name__]
    purpose = getattr(clause, "purpose", None)
    parts.append("" if purpose is None else purpose.value)
    if isinstance(clause, Collect):
        parts.append(clause.treatment.value)
    if isinstance(clause, NeverInfer):
        parts.append("never")
    recipient = getattr(clause, "recipient", None)
    parts.append("" if recipient is None else recipient.name)
    return tuple(parts)
