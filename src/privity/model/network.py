"""Who has an address of the network.

Invariants: whoever has one address of IPv6 has its /64 network, and all of it is one subscriber
(RFC 6177); an IPv4 address in an IPv6 one is that IPv4 address; what is no address stands for
itself.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

_SUBSCRIBER = 64


def subscriber(address: str) -> str:
    """Return what stands for whoever has an address: of IPv6, the /64 network."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv6Address) and read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    if isinstance(read, IPv6Address):
        return str(ip_network((int(read), _SUBSCRIBER), strict=False))
    return str(read)
