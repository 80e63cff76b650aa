"""What the path of a message works with: the policy's answers, and the ports to the outside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from privity.detect.ages_said import AgesSaid
from privity.gateway.identify import Proofs
from privity.gateway.ports import Journal, Upstream
from privity.gateway.rates import Rates
from privity.gateway.residence import Quarters, Regions, Served
from privity.gateway.stages import Keeping
from privity.gateway.state import Effects, States
from privity.gateway.strangers import Strangers
from privity.gateway.upcoming import Upcoming
from privity.gateway.wire.endpoint import Provider
from privity.gateway.wire.read import Rules
from privity.minimize.measure import Counters
from privity.model.finding import Finding
from privity.model.policy import Policy
from privity.model.text import Leaf
from privity.model.words import Category, Purpose, Recipient, Region, Treatment
from privity.oversight.honey import Marks
from privity.policy.decide import (
    Act,
    Decision,
    accepted_media,
    decide,
    recipient,
    residences,
    retention,
    treatments,
    unknown_fields,
)
from privity.vault.home_secrets import HomeSecrets
from privity.vault.keep import Vault
from privity.vault.retain import shortest

Done = TypeVar("Done")
NO_PROOFS = Proofs()


class Apart(Protocol):
    """Where work on a body is done so that a long one does not hold up other requests."""

    async def __call__(self, size: int, work: Callable[[], Done]) -> Done:
        """Do work on a body of `size` bytes. Raises what the work raises."""
        ...


class Client(Protocol):
    """The client's side of an exchange."""

    async def begin(self, status: int, headers: tuple[tuple[str, str], ...]) -> None:
        """Send the head of the answer."""
        ...

    async def send(self, chunk: bytes) -> None:
        """Send bytes of the answer at once; wait while the client is slower than the provider."""
        ...

    async def finish(self) -> None:
        """Send the last byte."""
        ...


@dataclass(frozen=True, slots=True)
class Charter:
    """What the policy says about one purpose; asked once, because a policy never changes.

    `recipients` has the processor at the address of each provider, or None if it names none there;
    `keepings` says for each region that the purpose serves how what is kept there is kept.
    """

    rules: Rules
    treatments: Mapping[Category, Treatment]
    keepings: Mapping[Region, Keeping]
    recipients: Mapping[Provider, Recipient | None]
    served: Served


def charters(
    policy: Policy,
    hosts: Mapping[Provider, str],
    max_depth: int,
    max_period: timedelta | None = None,
) -> Mapping[Purpose, Charter]:
    """Return what the policy says about every purpose; `hosts`: where requests would be sent.

    `max_period`: the longest time for which anything is kept, whatever the policy says.
    """
    found = {purpose: _charter(policy, purpose, hosts, max_depth) for purpose in Purpose}
    return {purpose: _shortened(each, max_period) for purpose, each in found.items()}


def _shortened(charter: Charter, law: timedelta | None) -> Charter:
    keepings = {
        region: replace(keeping, period=shortest(keeping.period, law=law))
        for region, keeping in charter.keepings.items()
    }
    return replace(charter, keepings=keepings)


def _charter(
    policy: Policy, purpose: Purpose, hosts: Mapping[Provider, str], max_depth: int
) -> Charter:
    period = retention(policy, purpose)
    regions = residences(policy, purpose)
    every = residences(policy)
    default = next(iter(regions), every[0] if len(every) == 1 else None)
    kept = {} if period is None else {region: Keeping(region, period) for region in regions}
    return Charter(
        Rules(accepted_media(policy, purpose), unknown_fields(policy, purpose), max_depth),
        treatments(policy, purpose),
        kept,
        {provider: recipient(policy, purpose, host) for provider, host in hosts.items()},
        Served(default, regions),
    )


class Decisions:
    """The policy's answers, each asked once: they depend on the policy and the act alone."""

    __slots__ = ("_decided", "_policy")

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._decided: dict[Act, Decision] = {}

    def decide(self, act: Act) -> Decision:
        """Return what the policy says about an act; there are few different ones."""
        decision = self._decided.get(act)
        if decision is None:
            decision = self._decided[act] = decide(self._policy, act)
        return decision


@dataclass(frozen=True, slots=True)
class Means:
    """Everything the path needs, built once by `app.py`.

    `held` are the providers whose key privity holds, so that the client's own does not pass;
    `regions` is None where the home has one region; `effects` says what holds for a person,
    `states` remembers what was seen of them, `proofs` is how they are proven; `marks` know the
    canaries of every region.
    """

    policy: Policy
    charters: Mapping[Purpose, Charter]
    decisions: Decisions
    secrets: HomeSecrets
    find: Callable[[Sequence[Leaf]], Awaitable[tuple[tuple[Finding, ...], ...]]]
    ages: AgesSaid
    apart: Apart
    journal: Journal
    vault: Vault
    upstream: Upstream
    held: frozenset[Provider]
    counters: Counters
    clock: Callable[[], datetime]
    afterwards: Callable[[Callable[[], Awaitable[None]]], None]
    effects: Effects
    states: States = field(default_factory=States)
    upcoming: Upcoming = field(default_factory=Upcoming)
    proofs: Proofs = NO_PROOFS
    regions: Regions | None = None
    rates: Rates = field(default_factory=Rates)
    strangers: Strangers = field(default_factory=Strangers)
    marks: tuple[Marks, ...] = ()

    def at(self, region: Region | None) -> Quarters:
        """Return where people of a region are kept: here, if the home has one region."""
        return self if self.regions is None else self.regions.at(region)
