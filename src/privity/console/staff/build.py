"""Everything below `/console`, put together, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from privity.console.staff import (
    alerts,
    api,
    appearance,
    colleagues,
    confirming,
    granting,
    inbox,
    joining,
    keys,
    log,
    machines,
    me,
    overview,
    people,
    policy,
    provided,
    rules,
    search,
    set_up,
    signing_in,
    training,
)
from privity.console.staff.guard import Guarded, Tell
from privity.console.staff.navigation import Menus, Pages, sections_of
from privity.console.staff.remedies import remedy
from privity.console.staff.rendering import ROOT, Rendering, theme_of
from privity.console.staff.served import asset_routes
from privity.console.staff.site import SESSION, Site, back_to
from privity.errors import NotSignedIn, PrivityError, RateLimited, SecondFactorNeeded

PAGES: tuple[Pages, ...] = (
    overview,
    set_up,
    search,
    inbox,
    people,
    granting,
    colleagues,
    machines,
    api,
    joining,
    signing_in,
    confirming,
    provided,
    alerts,
    log,
    policy,
    keys,
    rules,
    training,
    me,
    appearance,
)
"""The modules of pages, in the order of the menu."""


def build_console(site: Site, tell: Tell) -> ASGIApp:
    """Return the application of all pages of the console."""
    made = site.rendering
    site = replace(site, menus=Menus(sections_of(PAGES)))
    files = asset_routes(made.assets.values())
    routes = [*files, *(route for module in PAGES for route in module.routes(site))]
    refused = _refusing(site)
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


def _refusing(site: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def refused(request: Request, error: Exception) -> Response:
        failure = error if isinstance(error, PrivityError) else PrivityError("a part failed")
        if isinstance(failure, NotSignedIn) and request.method == "GET":
            return _whole(request, signing_in.PATH)
        if isinstance(failure, SecondFactorNeeded):
            try:
                return await _confirming(site, request)
            except PrivityError as further:  # too many wrong tries, or signed out meanwhile
                failure = further
        values = {**_about(request), "error": failure, "remedy": remedy(failure, request)}
        answer = site.rendering.page("refused.html", values, failure.status)
        if isinstance(failure, RateLimited) and failure.again_in:
            answer.headers["retry-after"] = str(failure.again_in)
        return answer

    return refused


async def _confirming(site: Site, request: Request) -> Response:
    """Ask for the second factor: in the place of the answer, where something was typed."""
    asked = getattr(request.state, "asked", None)
    if request.method == "POST" and asked is not None and "hx-request" not in request.headers:
        return await confirming.instead(site, asked, _before(request))
    page = _before(request) if request.method == "POST" else request.url.path
    return _whole(request, f"{confirming.PATH}?to={quote(confirming.checked(page))}")


def _before(request: Request) -> str:
    return urlsplit(request.headers.get("referer", "")).path


def _unknown(rendering: Rendering) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def unknown(request: Request, _: Exception) -> Response:
        return rendering.page("refused.html", {**_about(request), "error": None}, 404)

    return unknown


def _about(request: Request) -> dict[str, object]:
    """Return what a page says of who asks, where nobody is known, and where they were before."""
    return {
        "signed_in": SESSION in request.cookies,
        "theme": theme_of(request.cookies),
        "before": _back(request),
    }


def _back(request: Request) -> str:
    """Return the page of the console from which somebody came, or empty."""
    before = _before(request)
    here = before == ROOT or before.startswith(f"{ROOT}/")
    again = request.method == "GET" and before == request.url.path
    return before if here and not again else ""


def _whole(request: Request, path: str) -> Response:
    """Send the browser to a page, also where a script asked for a part of another one (htmx)."""
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"hx-redirect": path})
    return back_to(path)
