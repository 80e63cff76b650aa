"""Around every page of the console: what the browser may do with it, what a refusal looks like.

Invariants: the headers stand on every answer, errors included; the only script is one file of this
site, and pages work without it; no answer is stored; no other site shows a page in a frame; an
error shows its code and never what was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Tell: TypeAlias = Callable[[Exception], None]
HEADERS = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; "
            b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"cache-control", b"no-store"),
    # Not no-referrer: with it, browsers hide the origin of our own forms from us.
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)


class Guarded:
    """An ASGI application behind those headers; a failure of ours is told by place alone."""

    def __init__(self, app: ASGIApp, tell: Tell) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        ours = {name for name, _ in HEADERS}

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [each for each in message.get("headers", ()) if each[0] not in ours]
                message = {**message, "headers": [*kept, *HEADERS]}
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - its message may quote somebody
            self._tell(error)
