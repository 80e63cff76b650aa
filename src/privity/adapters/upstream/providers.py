"""All providers of a worker, each for its own wire format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import aiohttp

from privity.adapters.egress import Firewall, way_to
from privity.adapters.tls import client_context
from privity.adapters.upstream.client import HttpUpstream, Target
from privity.adapters.upstream.credentials import Credential, read_credential
from privity.adapters.upstream.echo import EchoModel
from privity.errors import CredentialMissing
from privity.gateway.ports import Answer, Outbound, Upstream
from privity.gateway.wire.endpoint import Provider
from privity.settings import ECHO, Settings

_ECHO_HOST = ECHO.partition(":")[0]


def url(settings: Settings, provider: Provider) -> str:
    """Return the address of a provider, or `builtin:echo`."""
    match provider:
        case Provider.OPENAI:
            return settings.upstream.openai
        case Provider.ANTHROPIC:
            return settings.upstream.anthropic


def host(settings: Settings, provider: Provider) -> str:
    """Return the host (with its port, if one is given) that the policy must name."""
    address = url(settings, provider)
    return _ECHO_HOST if address == ECHO else urlsplit(address).netloc.lower()


def credentials(settings: Settings) -> Mapping[Provider, Credential]:
    """Return the keys that privity holds. Raises CredentialMissing or KeyExposed."""
    return dict(_credentials(settings))


def _credentials(settings: Settings) -> Iterator[tuple[Provider, Credential]]:
    clients_bring_theirs = settings.loopback and settings.listen.local
    for provider in Provider:
        source = getattr(settings.upstream, f"{provider.value}_credential")
        credential = read_credential(source, settings.home)
        if credential is not None:
            yield provider, credential
        elif url(settings, provider) != ECHO and not clients_bring_theirs:
            message = f"upstream.{provider.value}_credential names no credential"
            raise CredentialMissing(message)


class Providers:
    """Sends each request to the provider whose format it speaks."""

    __slots__ = ("_by_format",)

    def __init__(self, by_format: Mapping[Provider, Upstream]) -> None:
        self._by_format = by_format

    async def send(self, request: Outbound) -> Answer:
        """Send a request and return once the answer's head is there."""
        return await self._by_format[request.endpoint.provider].send(request)

    async def close(self) -> None:
        """Close all connections."""
        for upstream in self._by_format.values():
            await upstream.close()


async def open_providers(settings: Settings, keys: Mapping[Provider, Credential]) -> Providers:
    """Open the providers of a worker. Must run in the worker's event loop."""
    opened: dict[Provider, Upstream] = {}
    for provider in Provider:
        address = url(settings, provider)
        if address == ECHO:
            opened[provider] = EchoModel()
            continue
        # A base URL may end in /v1, as it does in clients; the endpoint's path begins with it.
        base = address.rstrip("/").removesuffix("/v1")
        target = Target(
            base, keys.get(provider), settings.upstream.proxy, settings.limits.max_answer_bytes
        )
        opened[provider] = HttpUpstream(_session(settings, address), target)
    return Providers(opened)


def _session(settings: Settings, address: str) -> aiohttp.ClientSession:
    upstream = settings.upstream
    firewall = Firewall(way_to(upstream.proxy or address, settings.egress.networks))
    secure = address.startswith("https:")
    authorities = settings.path(upstream.authorities) if upstream.authorities else None
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=upstream.connections,
            ssl=client_context(authorities) if secure else True,
            keepalive_timeout=30,
            ttl_dns_cache=60,
            resolver=firewall,
            socket_factory=firewall.open,
        ),
        timeout=aiohttp.ClientTimeout(
            total=upstream.total_seconds,
            connect=upstream.connect_seconds,
            sock_read=upstream.read_seconds,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
    )
