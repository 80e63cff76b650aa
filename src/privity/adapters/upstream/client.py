"""A provider over HTTP.

Invariants: requests go to the one address given, over verified TLS 1.3 unless that is on loopback;
no redirect is followed, no proxy or credential is taken from the environment, no cookie is kept.
An error of the connection never carries bytes of the answer, so its cause is not chained.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
from yarl import URL

from privity.adapters.egress import stopped
from privity.adapters.upstream.credentials import Credential
from privity.adapters.upstream.decode import Decoder, decoder
from privity.errors import UpstreamUnavailable
from privity.gateway.headers import inbound_headers
from privity.gateway.ports import Answer, Outbound

_REDIRECTS = range(300, 400)
_FIXED = (
    ("content-type", "application/json"),
    ("accept-encoding", "identity"),
    ("user-agent", "privity"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a provider is, and what opens it; `max_answer_bytes` bounds its answers."""

    base: str
    credential: Credential | None
    proxy: str
    max_answer_bytes: int


class HttpUpstream:
    """One provider; the session is shared by all providers of a worker."""

    __slots__ = ("_session", "_target")

    def __init__(self, session: aiohttp.ClientSession, target: Target) -> None:
        self._session = session
        self._target = target

    async def send(self, request: Outbound) -> Answer:
        """Send a request and return once the answer's head is there."""
        target = self._target
        headers = [*_FIXED, *request.headers]
        headers.append(("accept", "text/event-stream, application/json"))
        if target.credential is not None:
            headers.append(target.credential.header(request.endpoint.provider))
        path = f"{target.base}{request.path}"
        url = URL(f"{path}?{request.query}" if request.query else path, encoded=True)
        try:
            answer = await self._session.request(
                request.endpoint.method,
                url,
                data=request.body.data or None,
                headers=headers,
                allow_redirects=False,
                proxy=target.proxy or None,
            )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            if refusal := stopped(error):
                raise refusal from None
            message = f"the provider could not be reached: {type(error).__name__}"
            raise UpstreamUnavailable(message) from None
        if answer.status in _REDIRECTS:
            answer.close()
            message = "the provider answered with a redirect, which is not followed"
            raise UpstreamUnavailable(message)
        return _reading(answer, target.max_answer_bytes)

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()


def _reading(answer: aiohttp.ClientResponse, limit: int) -> Answer:
    try:
        decode = decoder(answer.headers.get("content-encoding", ""), limit)
    except UpstreamUnavailable:
        answer.close()
        raise
    return HttpAnswer(answer, decode)


class HttpAnswer:
    """An answer that is still arriving."""

    __slots__ = ("_answer", "_decode", "headers", "status")

    def __init__(self, answer: aiohttp.ClientResponse, decode: Decoder) -> None:
        self._answer = answer
        self._decode = decode
        self.status = answer.status
        self.headers = inbound_headers(answer.headers.items())

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives."""
        content = self._answer.content
        try:
            while chunk := await content.readany():
                plain = self._decode.feed(chunk)
                if plain:
                    yield plain
        except (aiohttp.ClientError, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            message = f"the provider's answer broke off: {type(error).__name__}"
            raise UpstreamUnavailable(message) from None

    async def close(self) -> None:
        """Give the connection back if the body was read to its end; else drop it."""
        if self._answer.content.at_eof():
            self._answer.release()
        else:
            self._answer.close()
