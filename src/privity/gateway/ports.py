"""What the path of a message needs from the outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from privity.gateway.rates import Holder
from privity.gateway.state import StateStore
from privity.gateway.wire.endpoint import Endpoint
from privity.model.text import MinimizedBody

T = TypeVar("T")


class Transaction(StateStore, Holder, Protocol):
    """One transaction over everything that is stored: all of it happens, or none."""


class Journal(Protocol):
    """Durable writing with group commit: many requests, one commit."""

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run work in a transaction; return once it is durable.

        Raises DatabaseUnavailable, LogUnavailable or Overloaded; then nothing was written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outbound:
    """A request as it leaves: minimized bytes, and the headers that may pass."""

    endpoint: Endpoint
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: MinimizedBody


class Answer(Protocol):
    """A provider's answer, read as it arrives. Closing it early ends the exchange upstream."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that may pass back, names in lower case."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives. Raises UpstreamUnavailable when it breaks off."""
        ...

    async def close(self) -> None:
        """Give the connection back, or drop it if the body was not read to its end."""
        ...


class Upstream(Protocol):
    """The providers. They take minimized bytes and nothing else."""

    async def send(self, request: Outbound) -> Answer:
        """Send a request and return once the answer's head is there.

        Raises UpstreamUnavailable.
        """
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
