"""One connection of a client: uvicorn's own, with bounds on what comes before a request is known.

The server below bounds neither the size of a request's headers nor the time they may take, and the
application is asked only once they are complete. Without bounds here, anyone who can connect could
fill the memory or hold connections for ever, without a key.

What a proxy in front of us could have read differently is refused, so that nobody can hide one
request in another (request smuggling): the parser refuses two lengths, a length beside a coding,
and lines that end oddly; here, more than one host, any coding but `chunked`, and other versions
than 1.0 and 1.1 are refused, and a zero byte in an address, which no database takes.

Source: RFC 9112, 2.3, 3.2 and 6.1.

Invariants: at most `MOST_BYTES` arrive between two things that mean something, which are complete
headers and a part of a body; a client that owes us headers, or the rest of a body that was
answered already, is cut off after `header_seconds`; a running answer is cut off only where the
client takes nothing of it for `stall_seconds`; fields after a body (RFC 9110, 6.5) are not read.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

MOST_BYTES = 65_536
"""The longest request line and headers, together."""
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\n"
    b"connection: close\r\n\r\n%b"
)
_CODINGS: tuple[list[bytes], ...] = ([], [b"chunked"])
_MESSAGE = b"the request line and headers are larger than %d bytes" % MOST_BYTES


class Ambiguous(ValueError):
    """Another program could read this request differently."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client may take to send headers, and take nothing of an answer, in seconds."""

    header_seconds: float
    stall_seconds: float


class Connection(HttpToolsProtocol):
    """A connection that bounds the bytes and seconds before a request's headers are complete.

    uvicorn takes a class here, and only a class of this kind; so this one inherits.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        patience: Patience,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._patience = patience
        self._stalled: asyncio.TimerHandle | None = None
        self._owed: asyncio.TimerHandle | None = None
        self._in_body = False
        self._meaningless = 0  # bytes since headers were complete or a part of a body came

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a client in; it owes us headers."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a client."""
        self._expect_nothing()
        self._takes()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """See that a client does not take what it is sent."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(self._patience.stall_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """See that it took some."""
        super().resume_writing()
        self._takes()

    def data_received(self, data: bytes) -> None:
        """Read on, in pieces no longer than what headers may still take."""
        if not self._in_body:
            self._expect()  # also for empty lines, which begin no request
        while data and not self.transport.is_closing():
            most = len(data) if self._in_body else MOST_BYTES + 1 - self._meaningless
            piece, data = data[:most], data[most:]
            self._meaningless += len(piece)
            super().data_received(piece)
            if self._meaningless > MOST_BYTES:
                self._refuse()

    def on_message_begin(self) -> None:
        """See the first byte of a request."""
        super().on_message_begin()
        self._expect()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, and leave out what comes after a body."""
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer. Raises Ambiguous, which the parser's caller answers with 400."""
        _check_head(self.headers, self.parser.get_http_version(), self.url)
        self._expect_nothing()
        self._in_body = True
        self._meaningless = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body; the application bounds its size and time."""
        self._meaningless = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """See the last byte of a request."""
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Expect the rest of a body that was answered before it was complete."""
        super().on_response_complete()
        if self._in_body:
            self._expect()

    def _takes(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _expect(self) -> None:
        if self._owed is None and not self.transport.is_closing():
            self._owed = self.loop.call_later(self._patience.header_seconds, self._overdue)

    def _expect_nothing(self) -> None:
        if self._owed is not None:
            self._owed.cancel()
            self._owed = None

    def _overdue(self) -> None:
        self._owed = None
        self.shutdown()  # closes now, or after the answer that is running

    def _refuse(self) -> None:
        # uvicorn declares a cycle, and has None before the first request.
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]
            self.transport.write(_TOO_LARGE % (len(_MESSAGE), _MESSAGE))
        self.transport.close()


def _check_head(headers: list[tuple[bytes, bytes]], version: str, url: bytes) -> None:
    """Raise Ambiguous unless a request has one meaning for every program that reads it."""
    hosts = sum(name == b"host" for name, _ in headers)
    codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
    plain = version == "1.1" and hosts == 1 and codings in _CODINGS
    older = version == "1.0" and hosts <= 1 and not codings
    if not (plain or older) or b"%00" in url:
        message = "the request could be read differently by another program"
        raise Ambiguous(message)
