"""The way out: a connection goes to the host it was meant for, at an address that may be one of it.

Invariants: a name is resolved only if it was declared; every address is judged when a connection to
it begins, so a name that points elsewhere later (DNS rebinding) is refused as well; an address that
is not public is reached only if its range was declared, or the host itself was named on this
machine. An address inside another (IPv4 in IPv6) is judged, too. What is
refused ends with `egress_refused`, in the log and the metrics of whatever was under way.

Source: OWASP Server-Side Request Forgery Prevention; RFC 6890 (special-purpose addresses).
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from privity.adapters.tls import client_context
from privity.errors import EgressRefused

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
_WHY = "the address was not declared"
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Closed(OSError):
    """A connection that may not be made; a kind of error that HTTP clients pass on."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where connections may go: to these hosts, at public addresses or in these ranges."""

    hosts: frozenset[str]
    ranges: tuple[Network, ...] = ()

    def leads_to(self, host: str) -> bool:
        """Say whether this host was declared."""
        return host.lower().rstrip(".") in self.hosts

    def ends_at(self, address: Address) -> bool:
        """Say whether a connection to this address may be made."""
        judged = (address, *_inside(address))
        return all(self._may(each) for each in judged)

    def _may(self, address: Address) -> bool:
        if address.is_loopback and not self.hosts.isdisjoint(_LOCAL | {str(address)}):
            return True
        if any(address in network for network in self.ranges):
            return True
        return address.is_global and not address.is_multicast


class Firewall(AbstractResolver):
    """Resolves declared names and opens sockets to addresses that may be reached."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a declared host that may be reached. Raises Closed."""
        if not self._way.leads_to(host):
            raise Closed(_WHY)
        found = await self._resolver.resolve(host, port, family)
        allowed = [each for each in found if self._way.ends_at(ip_address(each["host"]))]
        if not allowed:
            raise Closed(_WHY)
        return allowed

    def open(self, where: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
        """Return a socket for a connection to this address, not yet connected. Raises Closed."""
        family, kind, protocol, _, address = where
        if not self._way.ends_at(ip_address(str(address[0]).partition("%")[0])):
            raise Closed(_WHY)
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Release the resolver."""
        await self._resolver.close()


def way_to(url: str, ranges: tuple[Network, ...] = ()) -> Way:
    """Return the way to the host of an URL, and to no other."""
    return Way(frozenset({(urlsplit(url).hostname or "").lower()}), ranges)


def guarded(url: str, ranges: tuple[Network, ...] = ()) -> aiohttp.TCPConnector:
    """Return a connector of a client for the host of one URL; https in TLS 1.3 with AES-256."""
    firewall = Firewall(way_to(url, ranges))
    return aiohttp.TCPConnector(
        ssl=client_context(None) if url.startswith("https:") else True,
        resolver=firewall,
        socket_factory=firewall.open,
    )


def stopped(error: BaseException) -> EgressRefused | None:
    """Return the refusal that a client's error came from, or None when it is about something else.

    The answer holds nothing of the error, which may quote an address.
    """
    seen: BaseException | None = error
    while seen is not None:
        inner = getattr(seen, "os_error", None)
        if isinstance(seen, Closed) or isinstance(inner, Closed):
            return EgressRefused("a connection to an address that was not declared")
        seen = seen.__cause__ or seen.__context__
    return None


def _inside(address: Address) -> Iterable[Address]:
    """Yield the IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield address.teredo[1]
    if address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
