"""HTTP in, over plain ASGI: the bytes, the limits and the client's leaving.

Invariants: nothing is read of a caller that is not known; size, time and number of requests are
bounded; a client that leaves ends its exchange at the provider; whatever goes wrong is answered in
the shape the client's library expects, and said in the process log by code and place only.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from privity.errors import (
    BadBody,
    Overloaded,
    PrivityError,
    TooLarge,
    TooSlow,
    UnknownEndpoint,
)
from privity.gateway.afterwards import Afterwards
from privity.gateway.answering import Answering, Receive, Send
from privity.gateway.headers import (
    Headers,
    check_encoding,
    check_path,
    check_query,
    read_headers,
)
from privity.gateway.identify import AppKeys, caller
from privity.gateway.means import Client, Means
from privity.gateway.path import carry, write_refused
from privity.gateway.receipts import PATH as RECEIPTS
from privity.gateway.receipts import asked
from privity.gateway.report import Line, Report, where
from privity.gateway.stages import Received
from privity.gateway.wire.endpoint import Endpoint, Provider, match_endpoint
from privity.model.request import RANDOM_BYTES, request_id
from privity.model.text import RawBody
from privity.model.words import RequestId

Scope: TypeAlias = MutableMapping[str, Any]
Carry: TypeAlias = Callable[[Received, Means, Client], Awaitable[None]]
_DRAWN = 256
_DRAINED = 67_108_864
_BODY = "a request of this method has no body"
_LEFT = "the client left before its request was complete"
_LATE = "the body did not arrive in time"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is allowed at once; `local`: callers need no key.

    `exchange_seconds` also ends exchanges whose client neither reads nor leaves.
    """

    max_body_bytes: int
    body_seconds: float
    exchange_seconds: float
    max_concurrency: int
    local: bool


class RequestIds:
    """Names of exchanges: a time and 64 random bits. Randomness is drawn for many at once."""

    __slots__ = ("_at", "_drawn", "_random")

    def __init__(self, random: Callable[[int], bytes]) -> None:
        self._random = random
        self._drawn = b""
        self._at = 0

    def new(self, at: datetime) -> RequestId:
        """Return a name that was never used, for an exchange that begins now."""
        if self._at == len(self._drawn):
            self._drawn, self._at = self._random(RANDOM_BYTES * _DRAWN), 0
        start, self._at = self._at, self._at + RANDOM_BYTES
        return request_id(at, self._drawn[start : self._at])


class Exchanges:
    """The ASGI application for the providers' endpoints."""

    __slots__ = (
        "_afterwards",
        "_apps",
        "_bounds",
        "_ids",
        "_means",
        "_report",
        "_running",
        "carry",
    )

    def __init__(
        self, means: Means, apps: AppKeys, bounds: Bounds, afterwards: Afterwards, report: Report
    ) -> None:
        self._means = means
        self._apps = apps
        self._bounds = bounds
        self._afterwards = afterwards
        self._report = report
        self._running = 0
        self._ids = RequestIds(os.urandom)
        self.carry: Carry = carry
        """How a message is carried; somebody who traces it takes the place."""

    @property
    def bounds(self) -> Bounds:
        """How much is allowed at once."""
        return self._bounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        request = self._ids.new(self._means.clock())
        answering = Answering(send, request)
        self._running += 1
        received: Received | None = None
        try:
            self._admit()
            received = await self._receive(request, scope, receive)
            if asked(received.headers):
                answering.receipt = f"{RECEIPTS}{request}"
            await self._carry(received, receive, answering)
        except PrivityError as error:
            if received is None:
                self._means.counters.refused(error.code)
                self._means.strangers.refused(error.code)
            await self._refuse(scope, error, answering)
        except Exception as error:  # noqa: BLE001 - answered as a defect; its message is not said
            self._report(Line.DEFECT, {"request": request, "where": where(error)})
            message = "an internal error occurred"
            await answering.refuse(_provider(scope), PrivityError(message))
        finally:
            self._running -= 1

    @property
    def running(self) -> int:
        """How many exchanges are under way."""
        return self._running

    def _admit(self) -> None:
        if self._running > self._bounds.max_concurrency or self._afterwards.full:
            message = "too many requests are under way"
            raise Overloaded(message, again_in=1)

    async def _receive(self, request: RequestId, scope: Scope, receive: Receive) -> Received:
        """Step 1: the whole request, from a known caller to a known endpoint."""
        headers = read_headers(scope["headers"])
        who = caller(headers, self._apps, local=self._bounds.local)
        if not who.local and scope.get("client"):
            self._means.strangers.came(who.app, scope["client"][0])
        path: str = scope["path"]
        endpoint = match_endpoint(scope["method"], path, headers)
        if endpoint is None:
            message = "privity does not minimize this endpoint, so nothing passes"
            raise UnknownEndpoint(message)
        query, body = "", None
        refused: PrivityError | None = None
        try:
            check_path(path)
            query = check_query(scope["query_string"])
            if endpoint.method == "POST":
                check_encoding(headers)
                body = RawBody(await self._body(headers, receive))
            elif await self._body(headers, receive):
                raise BadBody(_BODY)
        except PrivityError as error:
            refused = error
        received = Received(request, self._means.clock(), who, endpoint, path, query, headers, body)
        if refused is not None:
            await write_refused(received, refused, self._means)
            raise refused
        return received

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        """Read the body. Raises TooLarge or TooSlow.

        What is too large is read for a while and dropped, because a client that is still sending
        would not see the refusal.
        """
        most = self._bounds.max_body_bytes
        announced = headers.get("content-length", "0")
        too_large = announced.isdecimal() and int(announced) > most
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._bounds.body_seconds):
                more = True
                while more and size <= most + _DRAINED:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise TooSlow(_LEFT)
                    more, part = message["more_body"], message["body"]
                    size += len(part)
                    too_large = too_large or size > most
                    if not too_large:
                        parts.append(part)
        except TimeoutError as error:
            raise TooSlow(_LATE) from error
        if too_large:
            detail = f"the body is larger than {most} bytes"
            raise TooLarge(detail)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def _carry(self, received: Received, receive: Receive, answering: Answering) -> None:
        """Run the path, and stop it when the client leaves."""
        task = asyncio.current_task()
        # After the body the next message can only be that the client left.
        watch = asyncio.ensure_future(receive())

        def end() -> None:
            if task is not None:
                answering.left = True
                task.cancel()

        def leave(_: object) -> None:
            if not answering.done:
                end()

        watch.add_done_callback(leave)
        deadline = asyncio.get_running_loop().call_later(self._bounds.exchange_seconds, end)
        try:
            await self.carry(received, self._means, answering)
        except asyncio.CancelledError:
            if not answering.left or task is None:
                raise
            task.uncancel()
            self._report(Line.BROKEN_OFF, {"request": received.request, "code": "client_left"})
        finally:
            deadline.cancel()
            watch.remove_done_callback(leave)
            watch.cancel()

    async def _refuse(self, scope: Scope, error: PrivityError, answering: Answering) -> None:
        self._report(Line.REFUSED, {"request": answering.request, "code": error.code})
        await answering.refuse(_provider(scope), error)


def _provider(scope: Scope) -> Provider:
    """Return whose error shape the client understands, as far as the request shows it."""
    path: str = scope["path"]
    for endpoint in Endpoint:
        if path == endpoint.path and not path.startswith("/v1/models"):
            return endpoint.provider
    names = {name for name, _ in scope["headers"]}
    if path.startswith("/v1/messages") or b"anthropic-version" in names or b"x-api-key" in names:
        return Provider.ANTHROPIC
    return Provider.OPENAI
