"""The whole ASGI application: what is open while it runs, and which part answers which address.

Invariants: no request is answered before everything is open or after it began to close; the status
page is for this machine alone unless the settings say otherwise; addresses nobody knows are refused
in the shape a client library expects.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TypeAlias

import orjson

from privity.errors import PrivityError, RateLimited
from privity.gateway.answering import GUARDS, Message, Receive, Send
from privity.gateway.arriving import Arriving
from privity.gateway.door import Door
from privity.gateway.headers import read_headers
from privity.gateway.http import Exchanges, Scope
from privity.gateway.identify import check_local
from privity.gateway.people import PATHS as PEOPLE
from privity.gateway.people import Asked, People
from privity.gateway.receipts import PATH as RECEIPTS
from privity.gateway.receipts import Receipts
from privity.gateway.report import Line, Report, where
from privity.gateway.wire.endpoint import Provider
from privity.gateway.wire.refusal import refusal

App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
_PROBES = frozenset({"/healthz", "/readyz"})
"""What watches whether the server lives, as often as it likes."""
_CONSOLE = frozenset({"/", "/notice", "/metrics"})
_TEXT = (b"content-type", b"application/json")


@dataclass(frozen=True, slots=True)
class Open:
    """What answers while the application runs.

    `check` says of each part that requests depend on whether it works: `ok` or a code. `console`
    is None where nobody may see it; `open_to_all`: it is not for this machine alone. `mounts`: what
    answers by itself, with its own sign-in, everything below a first part of a path ("/privacy").
    `turned_away` hears the code of each refusal of a call that nobody answers for; `door` lets
    requests in by their address.
    """

    exchanges: Exchanges
    console: App
    show_console: bool
    open_to_all: bool
    receipts: Receipts
    people: People
    check: Callable[[], Awaitable[Mapping[str, str]]]
    mounts: Mapping[str, App] = field(default_factory=dict)
    turned_away: Callable[[str], None] = lambda _: None
    door: Door | None = None


class Application:
    """An ASGI application that opens everything when it starts and closes it when it stops."""

    def __init__(self, opening: AbstractAsyncContextManager[Open], report: Report) -> None:
        self._opening = opening
        self._report = report
        self._open: Open | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one event of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http" or self._open is None:
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._let_in(self._open, scope, receive, send)

    async def _let_in(self, parts: Open, scope: Scope, receive: Receive, send: Send) -> None:
        if parts.door is not None and scope["path"] not in _PROBES:
            try:
                await parts.door.admit(scope)
            except PrivityError as error:
                parts.turned_away(error.code)
                await _refuse(send, error)
                return
        if scope["path"].startswith("/v1"):
            await parts.exchanges(scope, receive, send)
        else:
            await self._aside(parts, scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self._open = await self._opening.__aenter__()
        except PrivityError as error:
            self._report(Line.START_FAILED, {"code": error.code})
            message = f"{error.detail} ({error.code}). {error.remedy}"
            await send({"type": "lifespan.startup.failed", "message": message})
            return
        except Exception as error:  # noqa: BLE001 - said by place; its message is not
            self._report(Line.START_FAILED, {"code": PrivityError.code, "where": where(error)})
            await send({"type": "lifespan.startup.failed", "message": PrivityError.code})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._open = None
        await self._opening.__aexit__(None, None, None)
        await send({"type": "lifespan.shutdown.complete"})

    async def _aside(self, parts: Open, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is not a provider's endpoint."""
        path = scope["path"]
        reading = scope["method"] in {"GET", "HEAD"}
        mount = parts.mounts.get("/" + path[1:].partition("/")[0])
        if mount is not None:
            bounds = parts.exchanges.bounds
            body = Arriving(receive, bounds.max_body_bytes, bounds.body_seconds)
            await mount(scope, body, send)
        elif path == "/healthz" and reading:
            await _answer(send, 200, {"status": "ok"})
        elif path == "/readyz" and reading:
            found = await parts.check()
            well = all(state == "ok" for state in found.values())
            await _answer(send, 200 if well else 503, found)
        elif path == "/openapi.json" and reading:
            await _send_whole(send, 200, files(__package__).joinpath("openapi.json").read_bytes())
        elif path.startswith(RECEIPTS) and reading:
            await _receipt(parts, scope, send)
        elif scope["method"] in PEOPLE.get(path, frozenset()):
            await _for_people(parts, scope, send)
        elif path == "/" and scope["method"] == "HEAD":
            await _answer(send, 200, {})  # coding agents ask whether anyone is there
        elif reading and path in _CONSOLE and _may_see(parts, scope):
            await parts.console(scope, receive, send)
        else:
            await parts.exchanges(scope, receive, send)


async def _receipt(parts: Open, scope: Scope, send: Send) -> None:
    """Answer with the receipt of an exchange, or with an error."""
    try:
        name = scope["path"].removeprefix(RECEIPTS)
        found = await parts.receipts(read_headers(scope["headers"]), name)
        await _send_whole(send, 200, found)
    except PrivityError as error:
        parts.turned_away(error.code)
        await _refuse(send, error)


async def _for_people(parts: Open, scope: Scope, send: Send) -> None:
    """Answer an application about one of its people, or with an error."""
    try:
        headers = read_headers(scope["headers"])
        asked = Asked(scope["method"], scope["path"], headers, scope["query_string"])
        await _send_whole(send, 200, await parts.people(asked))
    except PrivityError as error:
        parts.turned_away(error.code)
        await _refuse(send, error)


async def _refuse(send: Send, error: PrivityError) -> None:
    message = f"{error.detail} ({error.code}). {error.remedy}"
    body = refusal(Provider.OPENAI, error.status, error.code, message, stream=False)
    more = [(b"x-privity-code", error.code.encode("ascii"))]
    if isinstance(error, RateLimited) and error.again_in:
        more.append((b"retry-after", b"%d" % error.again_in))
    await _send_whole(send, error.status, body, *more)


def _may_see(parts: Open, scope: Scope) -> bool:
    if parts.open_to_all:
        return True
    try:
        check_local(read_headers(scope["headers"]))
    except PrivityError:
        return False
    return parts.show_console


async def _answer(send: Send, status: int, body: Mapping[str, str]) -> None:
    await _send_whole(send, status, orjson.dumps(dict(body)))


async def _send_whole(send: Send, status: int, data: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [*more, _TEXT, (b"content-length", b"%d" % len(data)), *GUARDS]
    start: Message = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": data, "more_body": False})
