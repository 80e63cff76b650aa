"""Around every page of the console: what the browser may do with it, what a refusal looks like.

Invariants: the headers stand on every answer, errors included; scripts are files of this site, none
is written in a page, and pages work without them; no answer is stored but those files, whose
address is what they hold; no other site shows a page in a frame; an error shows its code and never
what was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from privity.console.staff.served import FOR_GOOD

Tell: TypeAlias = Callable[[Exception], None]
_CACHE = b"cache-control"
_STORED = (_CACHE, FOR_GOOD.encode())
_NOT_STORED = (_CACHE, b"no-store")
HEADERS = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; "
            b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
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
        ours = {_CACHE, *(name for name, _ in HEADERS)}

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                made = message.get("headers", ())
                kept = [each for each in made if each[0] not in ours]
                cache = _STORED if _STORED in made else _NOT_STORED
                message = {**message, "headers": [*kept, cache, *HEADERS]}
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - its message may quote somebody
            self._tell(error)
