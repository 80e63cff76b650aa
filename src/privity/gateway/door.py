"""At the door: from which address a request comes, and how often one may come.

Invariants: an address is the one that connects, unless that is a proxy which the settings trust:
then it is the last one in `X-Forwarded-For` that no such proxy has, and nothing that a client can
add before it counts; an address of IPv6 is its /64 network, which one subscriber has; the bucket of
an address is shared by all processes and known by a keyed reference; who comes too often is refused
before anything of the request is read, mostly without asking the database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, TypeAlias

from privity.gateway.rates import Holder, Rate
from privity.model.network import subscriber
from privity.vault.home_secrets import derive

Network: TypeAlias = IPv4Network | IPv6Network
MOST_ADDRESSES = 65_536
"""How many addresses a process remembers by itself; the database remembers all."""
_FORWARDED = b"x-forwarded-for"
_DIGITS = 32
_MOST_HOPS = 32


def came_from(scope: Mapping[str, Any], trusted: tuple[Network, ...]) -> str:
    """Return the address that a request comes from; empty where the server knows none."""
    client = scope.get("client")
    direct = str(client[0]) if client else ""
    if not trusted or not _within(direct, trusted):
        return direct
    headers = [value for name, value in scope["headers"] if name == _FORWARDED]
    hops = b",".join(headers).decode("latin-1").split(",")[-_MOST_HOPS:]
    for hop in reversed([each.strip() for each in hops]):
        if not _is_address(hop):
            return direct
        if not _within(hop, trusted):
            return hop
    return direct


Write: TypeAlias = Callable[[Callable[[Holder], None]], Awaitable[None]]
"""Runs work in a transaction; returns once it is durable."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Where buckets are shared: how to write, and the key of references to addresses."""

    write: Write
    secret: bytes


class Door:
    """Lets requests in, or not. Used by one event loop."""

    __slots__ = ("_clock", "_paid", "_rate", "_shared", "_trusted")

    def __init__(
        self,
        rate: Rate | None,
        trusted: tuple[Network, ...],
        shared: Shared,
        clock: Callable[[], datetime],
    ) -> None:
        self._rate = rate
        self._trusted = trusted
        self._shared = shared
        self._clock = clock
        self._paid: dict[str, datetime] = {}

    async def admit(self, scope: Any) -> None:
        """Note in a request from where it comes, and let it in.

        Raises RateLimited, and DatabaseUnavailable where buckets cannot be asked.
        """
        address = came_from(scope, self._trusted)
        if self._trusted and address:
            scope["client"] = (address, 0)
        rate = self._rate
        if rate is None or not address:
            return
        who, now = subscriber(address), self._clock()
        if len(self._paid) >= MOST_ADDRESSES:
            self._paid.clear()
        self._paid[who] = rate.taken(self._paid.get(who), now)
        bucket = f"address {derive(self._shared.secret, 'address', who).hex()[:_DIGITS]}"

        def take(tx: Holder) -> None:
            tx.buckets.put(bucket, rate.taken(tx.buckets.get(bucket), now))

        await self._shared.write(take)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _within(text: str, networks: tuple[Network, ...]) -> bool:
    if not _is_address(text):
        return False
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address.version == each.version and address in each for each in networks)
