"""A person looks at what they may decide, and decides it: the use cases behind pages and API.

Invariants: what is offered is what the policy leaves to decide; a choice is written with the notice
it was made under and takes effect in the same transaction; objecting to everything is the same act
as objecting to each; an agreement that no longer counts is shown as not given.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from privity.console.people.ports import PeopleStore, Shelf
from privity.console.people.visitor import Person
from privity.model.policy import Policy
from privity.rights import ledger
from privity.rights.choices import SIGNALLED, Choice, Choices, Method
from privity.rights.controls import (
    Control,
    Offer,
    Value,
    offer_of,
    offered,
    read_setting,
    read_value,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Something to decide, what holds now, and since when the person has said so.

    `signalled`: what holds is the objection that their browser sends.
    """

    offer: Offer
    value: Value
    since: datetime | None
    signalled: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants a setting to be, as a form or the API names it, when and how."""

    setting: str
    value: str
    at: datetime
    method: Method


def decisions(
    policy: Policy, who: Person, choices: Choices, counting: AbstractSet[str] | None = None
) -> tuple[Decision, ...]:
    """Return everything that a person can decide, with what holds now.

    `counting`: digests of notices under which an agreement still counts; None: the policy's alone.
    """
    counts = {policy.digest} if counting is None else counting
    return tuple(_decision(offer, choices, counts) for offer in offered(policy, who.purpose))


async def choose(shelf: Shelf, policy: Policy, who: Person, wish: Wish) -> None:
    """Make a choice. Raises ChoiceNotOffered; then nothing changed."""
    offer = offer_of(policy, who.purpose, read_setting(wish.setting))
    choice = Choice(
        offer.setting, read_value(offer, wish.value), wish.at, wish.method, policy.digest
    )
    await shelf.change(lambda tx: ledger.choose(tx, _owner(who), offer, choice))


async def object_to_all(
    shelf: Shelf, policy: Policy, who: Person, at: datetime, method: Method
) -> int:
    """Stop every use that a person can stop, at once (GDPR articles 18 and 21); say how many.

    What is kept stays as it is, and is used for nothing that was optional.
    """
    stopped = [offer for offer in offered(policy, who.purpose) if offer.asked is not None]

    def stop(tx: PeopleStore) -> None:
        for offer in stopped:
            choice = Choice(offer.setting, value=False, at=at, method=method, notice=policy.digest)
            ledger.choose(tx, _owner(who), offer, choice)

    await shelf.change(stop)
    return len(stopped)


def _owner(who: Person) -> ledger.Person:
    return ledger.Person(who.subject, who.app, who.purpose)


def _decision(offer: Offer, choices: Choices, counting: AbstractSet[str]) -> Decision:
    made = choices.of(offer.setting)
    since = None if made is None else made.at
    if offer.setting.control is Control.KEEP:
        chosen = choices.keeps()
        value = offer.default if chosen is None else _shorter(chosen, offer.default)
        return Decision(offer, value, since, signalled=False)
    says = choices.says(offer.setting, counting)
    signal = choices.signalled if offer.setting.control in SIGNALLED else None
    signalled = signal is not None and (since is None or since < signal)
    if says is None:
        return Decision(offer, offer.default, None, signalled=False)
    return Decision(offer, says, signal if signalled else since, signalled)


def _shorter(chosen: timedelta, longest: Value) -> Value:
    return min(chosen, longest) if isinstance(longest, timedelta) else chosen
