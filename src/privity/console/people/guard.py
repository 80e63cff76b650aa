"""Around every page: what the browser may do with it, and what a refusal looks like.

Invariants: the headers stand on every answer, errors included; nothing from elsewhere is loaded and
no script runs at all; no answer is stored; an error shows its code and never what was sent; a
failure of ours is told by place in the log and by its code to the person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from privity.console.people.cookies import THEN_COOKIE, keep
from privity.console.people.phrases import language_named, preferred
from privity.console.people.rendering import Around, Rendering
from privity.errors import PrivityError, SignInAgain
from privity.model.words import Language

API = "/privacy/api/"
LANGUAGE_COOKIE = "__Host-privity-language"
_YEAR = 31_536_000
_SECONDS = 600
Tell: TypeAlias = Callable[[Exception], None]
"""Who is told of a failure of ours."""
Handler: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]


def headers(embedders: Sequence[str]) -> tuple[tuple[bytes, bytes], ...]:
    """Return what stands on every answer; `embedders`: origins whose pages may show ours."""
    ancestors = " ".join(embedders) or "'none'"
    policy = (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {ancestors}"
    )
    named = {
        "content-security-policy": policy,
        "cache-control": "no-store",
        # Not no-referrer: with it, browsers hide the origin of our own forms from us.
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    }
    return tuple((name.encode(), value.encode()) for name, value in named.items())


class Guarded:
    """An ASGI application behind those headers; it remembers the language a person chose.

    A failure of ours, which the application has answered, is told to `tell` and goes no further:
    its message may quote a person.
    """

    def __init__(self, app: ASGIApp, embedders: Sequence[str], tell: Tell) -> None:
        self._app = app
        self._headers = headers(embedders)
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        chosen = _chosen(Request(scope))
        there = {name for name, _ in self._headers}

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [each for each in message.get("headers", ()) if each[0] not in there]
                message = {**message, "headers": [*kept, *self._headers, *_remembering(chosen)]}
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told by place alone
            self._tell(error)


def _chosen(request: Request) -> Language | None:
    return language_named(request.query_params.get("language", ""))


def _remembering(chosen: Language | None) -> list[tuple[bytes, bytes]]:
    if chosen is None:
        return []
    kept = f"{LANGUAGE_COOKIE}={chosen}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={_YEAR}"
    return [(b"set-cookie", kept.encode())]


def language_of(request: Request) -> Language:
    """Return the language to answer in: chosen now, chosen before, or what the browser asks for."""
    before = language_named(request.cookies.get(LANGUAGE_COOKIE, ""))
    return _chosen(request) or before or preferred(request.headers.get("accept-language", ""))


def refusing(rendering: Rendering) -> Handler:
    """Return what answers a refusal."""

    async def refused(request: Request, error: Exception) -> Response:
        failure = error if isinstance(error, PrivityError) else PrivityError("a part failed")
        if request.url.path.startswith(API):
            return refusal(failure)
        answer = _page(rendering, request, failure.code, failure.status)
        if isinstance(failure, SignInAgain):
            keep(answer, THEN_COOKIE, _page_of(request.url.path), _SECONDS)
        return answer

    return refused


def _page_of(path: str) -> str:
    """Return the page that a form is on."""
    return path.removesuffix("/delete") if "/conversations/" in path else path


def handlers(rendering: Rendering) -> Mapping[Any, Handler]:
    """Return what Starlette does with errors."""

    async def unknown(request: Request, _: Exception) -> Response:
        if request.url.path.startswith(API):
            return JSONResponse(_said("unknown_endpoint", "there is no such address"), 404)
        return _page(rendering, request, "page_unknown", 404)

    async def wrong_method(request: Request, _: Exception) -> Response:
        if request.url.path.startswith(API):
            return JSONResponse(_said("wrong_method", "not with this method"), 405)
        return _page(rendering, request, "page_unknown", 405)

    refused = refusing(rendering)
    return {PrivityError: refused, Exception: refused, 404: unknown, 405: wrong_method}


def refusal(error: PrivityError) -> Response:
    """Return an error as the API says it, in the form of the gateway's own."""
    message = f"{error.detail} ({error.code}). {error.remedy}"
    return JSONResponse(_said(error.code, message), error.status)


def _said(code: str, message: str) -> dict[str, dict[str, str]]:
    return {"error": {"code": code, "message": message}}


def _page(rendering: Rendering, request: Request, code: str, status: int) -> Response:
    language = language_of(request)
    voice = rendering.voice(language)
    key = code if voice.has(f"error.{code}.title") else "other"
    around = Around(language, "/privacy/")
    return rendering.open_page("error.html", around, {"key": key, "code": code}, status)
