"""The client's side of an exchange, over ASGI.

Invariants: a stream's bytes leave in the moment they come; an answer that is not a stream is sent
with its length, unless it is long; an answer that breaks off ends in the error its client library
expects, or in a cut connection, never in something that looks complete.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from privity.errors import PrivityError
from privity.gateway.wire.endpoint import Provider
from privity.gateway.wire.refusal import refusal

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
HeaderList: TypeAlias = list[tuple[bytes, bytes]]

GUARDS: HeaderList = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
"""What stands on every answer for programs, should a browser ever be led to it."""
HELD_BYTES = 262_144
"""How much of an answer is held to be sent with its length."""


class Answering:
    """One answer. `done`: its last byte was given away; `left`: the client is gone."""

    __slots__ = (
        "_events",
        "_head",
        "_held",
        "_held_bytes",
        "_send",
        "_started",
        "done",
        "left",
        "receipt",
        "request",
    )

    def __init__(self, send: Send, request: str) -> None:
        self._send = send
        self.request = request
        self.receipt = ""  # its address, if the client asked for it
        self._head: tuple[int, HeaderList] = (200, [])
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._started = False
        self._events = False
        self.done = False
        self.left = False

    async def begin(self, status: int, headers: tuple[tuple[str, str], ...]) -> None:
        """Take the head of the answer; a stream's is sent at once."""
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        pairs += self._names()
        self._head = (status, pairs)
        kind = dict(headers).get("content-type", "")
        self._events = kind.startswith("text/event-stream")
        if self._events:
            pairs.append((b"x-accel-buffering", b"no"))
            await self._start()

    async def send(self, chunk: bytes) -> None:
        """Send a part of a stream, or hold a part of a short answer."""
        if self._started:
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
            return
        self._held.append(chunk)
        self._held_bytes += len(chunk)
        if self._held_bytes > HELD_BYTES:
            await self._start()
            body = b"".join(self._held)
            await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def finish(self) -> None:
        """Send what is held and the end."""
        self.done = True
        if self._started:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        status, headers = self._head
        await self.whole(status, headers, b"".join(self._held))

    async def refuse(self, provider: Provider, error: PrivityError) -> None:
        """Answer with an error in the shape of a provider; return with a cut answer if need be."""
        # In Anthropic's shape the code already stands in front of the message.
        code = "" if provider is Provider.ANTHROPIC else f" ({error.code})"
        message = f"{error.detail}{code}. {error.remedy}"
        self.done = True
        if not self._started:
            body = refusal(provider, error.status, error.code, message, stream=False)
            headers = [
                (b"content-type", b"application/json"),
                (b"x-privity-code", error.code.encode("ascii")),
                *self._names(),
            ]
            if error.again_in:
                headers.append((b"retry-after", b"%d" % error.again_in))
            await self.whole(error.status, headers, body)
        elif self._events:
            event = refusal(provider, error.status, error.code, message, stream=True)
            await self._send({"type": "http.response.body", "body": event, "more_body": False})
        # Otherwise half an answer is out: the server cuts the connection when we return.

    async def whole(self, status: int, headers: HeaderList, body: bytes) -> None:
        """Send an answer at once, with its length."""
        self.done = True
        headers.append((b"content-length", b"%d" % len(body)))
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})

    def _names(self) -> HeaderList:
        """Return the headers that name the exchange and, if it was asked for, its receipt."""
        names = [*GUARDS, (b"x-privity-request", self.request.encode("ascii"))]
        if self.receipt:
            names.append((b"x-privity-receipt", self.receipt.encode("ascii")))
        return names

    async def _start(self) -> None:
        self._started = True
        status, headers = self._head
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
