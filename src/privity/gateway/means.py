"""What the path of a message works with: the policy's answers, and the ports to the outside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.gateway.ports import Journal, Upstream
from privity.gateway.stages import Keeping
from privity.gateway.wire.endpoint import Provider
from privity.gateway.wire.read import Rules
from privity.minimize.measure import Counters
from privity.model.finding import Finding
from privity.model.policy import Policy
from privity.model.text import Leaf
from privity.model.words import Category, Purpose, Treatment
from privity.policy.decide import (
    accepted_media,
    residence,
    retention,
    treatments,
    unknown_fields,
)
from privity.vault.home_secrets import HomeSecrets
from privity.vault.keep import Vault


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
    """What the policy says about one purpose; asked once, because a policy never changes."""

    rules: Rules
    treatments: Mapping[Category, Treatment]
    keeping: Keeping | None


def charters(policy: Policy, max_depth: int) -> Mapping[Purpose, Charter]:
    """Return what the policy says about every purpose."""
    return {purpose: _charter(policy, purpose, max_depth) for purpose in Purpose}


def _charter(policy: Policy, purpose: Purpose, max_depth: int) -> Charter:
    period = retention(policy, purpose)
    return Charter(
        Rules(accepted_media(policy, purpose), unknown_fields(policy, purpose), max_depth),
        treatments(policy, purpose),
        None if period is None else Keeping(residence(policy, purpose), period),
    )


@dataclass(frozen=True, slots=True)
class Means:
    """Everything the path needs, built once by `app.py`.

    `hosts` are where the settings send each provider's requests; `held` are the providers whose key
    privity holds, so that the client's own does not pass.
    """

    policy: Policy
    charters: Mapping[Purpose, Charter]
    secrets: HomeSecrets
    find: Callable[[Sequence[Leaf]], Awaitable[tuple[tuple[Finding, ...], ...]]]
    journal: Journal
    vault: Vault
    upstream: Upstream
    hosts: Mapping[Provider, str]
    held: frozenset[Provider]
    counters: Counters
    clock: Callable[[], datetime]
    afterwards: Callable[[Callable[[], Awaitable[None]]], None]
