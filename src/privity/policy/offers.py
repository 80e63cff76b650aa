"""What people decide for themselves under a policy: whom each act reaches, by whose word.

Invariant: everything here follows from the answers of `decide`, so it cannot say another thing than
what is enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import IntEnum

from privity.model.policy import Announce, Keep, Minors, Policy, Rotate
from privity.model.words import Consent, KeyLevel, Purpose, Region, UnknownAge
from privity.policy.decide import (
    Act,
    Allowed,
    Disclose,
    Improve,
    Notify,
    Review,
    decide,
    recipients,
    retention,
)


class Reach(IntEnum):
    """Whose text an act may touch; a greater one reaches everyone whom a smaller one reaches."""

    NOBODY = 0
    WHO_AGREED = 1
    WHO_DID_NOT_OBJECT = 2
    EVERYONE = 3

    @property
    def asked(self) -> Consent | None:
        """What a person is asked; None where nothing is left to decide."""
        return _ASKED.get(self)


_ASKED = {Reach.WHO_AGREED: Consent.OPT_IN, Reach.WHO_DID_NOT_OBJECT: Consent.OPT_OUT}


def training(policy: Policy, purpose: Purpose) -> Reach:
    """Say whose conversations may make the assistant better."""
    return _reach(policy, lambda chosen: Improve(purpose, chosen))


def sampling(policy: Policy, purpose: Purpose) -> Reach:
    """Say whose conversations staff may read samples of."""
    return _reach(policy, lambda chosen: Review(purpose, chosen))


def announcing(policy: Policy) -> Reach:
    """Say who may be told of changes by mail."""
    return _reach(policy, Notify)


def telling_of_reading(policy: Policy) -> bool:
    """Say whether people are told by mail when staff read a conversation of theirs."""
    return any(clause.reading for _, clause in policy.clauses if isinstance(clause, Announce))


def rotation(policy: Policy) -> Mapping[KeyLevel, timedelta]:
    """Return the ages at which keys are replaced; nothing where no clause says any."""
    said = [clause for _, clause in policy.clauses if isinstance(clause, Rotate)]
    return (
        {}
        if not said
        else {
            KeyLevel.ROOT: min(each.root for each in said),
            KeyLevel.PARTITION: min(each.partition for each in said),
            KeyLevel.PERSON: min(each.person for each in said),
        }
    )


def sharing(policy: Policy, purpose: Purpose, name: str, region: Region | None = None) -> Reach:
    """Say whose text a processor may receive, of people of a region."""
    return _reach(policy, lambda chosen: Disclose(purpose, name, region, chosen))


def optional(policy: Policy, purpose: Purpose) -> Mapping[str, Consent]:
    """Return the processors that a person may leave out, by name, and what they are asked."""
    found: dict[str, Consent] = {}
    for to in recipients(policy, purpose):
        reached = max(sharing(policy, purpose, to.name, at) for at in (to.serves or {None}))
        if reached.asked is not None:
            found[to.name] = reached.asked
    return found


def shorter(policy: Policy, purpose: Purpose) -> tuple[timedelta, ...]:
    """Return the times, shorter than the policy's own, that a person may choose, in order.

    Empty where nothing is kept; elsewhere the first is zero: keep nothing.
    """
    longest = retention(policy, purpose)
    if longest is None:
        return ()
    said = [
        clause.offered
        for _, clause in policy.clauses
        if isinstance(clause, Keep) and clause.purpose is purpose
    ]
    times = {time for offered in said for time in offered if timedelta(0) < time < longest}
    return (timedelta(0), *sorted(times))


def minors(policy: Policy) -> Minors | None:
    """Return the rule for minors, of several the strictest of each part, or None."""
    rules = [clause for _, clause in policy.clauses if isinstance(clause, Minors)]
    if not rules:
        return None
    strict = any(rule.unknown is UnknownAge.MINOR for rule in rules)
    return Minors(
        max(rule.age for rule in rules),
        UnknownAge.MINOR if strict else UnknownAge.ADULT,
        any(rule.refuse for rule in rules),
    )


def _reach(policy: Policy, act: Callable[[bool | None], Act]) -> Reach:
    """Ask with every word that a person can have given; each reaches more than the one before."""
    for reach, chosen in (
        (Reach.EVERYONE, False),
        (Reach.WHO_DID_NOT_OBJECT, None),
        (Reach.WHO_AGREED, True),
    ):
        if isinstance(decide(policy, act(chosen)), Allowed):
            return reach
    return Reach.NOBODY
