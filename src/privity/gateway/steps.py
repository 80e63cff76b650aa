"""The steps of the path of a message, by name, so that somebody can watch each of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from privity.gateway.means import Client, Means
from privity.gateway.ports import Answer
from privity.gateway.stages import Exchange, Identified, Permitted, Ready, Received


@dataclass(frozen=True, slots=True)
class Steps:
    """What each step is given, and what it makes."""

    identify: Callable[[Received, Means], Awaitable[Identified]]
    permit: Callable[[Identified, Means], Awaitable[Permitted]]
    minimize: Callable[[Permitted, Means], Awaitable[Ready]]
    write: Callable[[Exchange, Means], Awaitable[None]]
    ask: Callable[[Exchange, Means], Awaitable[Answer]]
    restore: Callable[[Answer, Exchange, Means, Client], Awaitable[None]]
    keep: Callable[[Exchange, Means], Awaitable[None]]
