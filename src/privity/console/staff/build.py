"""Everything below `/console`, put together, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from privity.console.staff import colleagues, confirming, granting, joining, overview, signing_in
from privity.console.staff.guard import Guarded, Tell
from privity.console.staff.rendering import SCRIPT, STYLE, Rendering
from privity.console.staff.site import SESSION, Site, back_to
from privity.errors import NotSignedIn, PrivityError, RateLimited, SecondFactorNeeded

PAGES = (overview, joining, signing_in, confirming, granting, colleagues)
"""The modules of pages, each with `routes(site)`."""


def build_console(site: Site, tell: Tell) -> ASGIApp:
    """Return the application of all pages of the console."""
    made = site.rendering
    files = [
        Route(STYLE, _file(made.style, "text/css"), methods=["GET"]),
        Route(SCRIPT, _file(made.script, "text/javascript"), methods=["GET"]),
    ]
    routes = [*files, *(route for module in PAGES for route in module.routes(site))]
    refused = _refusing(made)
    whole = Starlette(
        routes=routes,
        exception_handlers={
            PrivityError: refused,
            Exception: refused,
            404: _unknown(made),
            405: _unknown(made),
        },
    )
    whole.router.redirect_slashes = False
    return Guarded(whole, tell)


def _refusing(rendering: Rendering) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def refused(request: Request, error: Exception) -> Response:
        failure = error if isinstance(error, PrivityError) else PrivityError("a part failed")
        if isinstance(failure, NotSignedIn) and request.method == "GET":
            return back_to(signing_in.PATH)
        if isinstance(failure, SecondFactorNeeded):
            before = urlsplit(request.headers.get("referer", "")).path
            page = confirming.checked(before if request.method == "POST" else request.url.path)
            return back_to(f"{confirming.PATH}?to={quote(page)}")
        values = {"error": failure, "signed_in": SESSION in request.cookies}
        answer = rendering.page("refused.html", values, failure.status)
        if isinstance(failure, RateLimited) and failure.again_in:
            answer.headers["retry-after"] = str(failure.again_in)
        return answer

    return refused


def _unknown(rendering: Rendering) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def unknown(request: Request, _: Exception) -> Response:
        values = {"error": None, "signed_in": SESSION in request.cookies}
        return rendering.page("refused.html", values, 404)

    return unknown


def _file(data: bytes, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def file(_: Request) -> Response:
        return Response(data, media_type=kind)

    return file
