"""Coming in and leaving: `/privacy/enter`, `/privacy/leave`.

A link is not used by opening its address, because mail scanners and previews do that, too: its
token moves into a cookie of this browser, out of the address, and a button uses it.

Invariants: no address holds a token after the first answer; nothing is shown before the button; a
session begins with a form of this site only.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from privity.console.people.cookies import FORGOTTEN, THEN_COOKIE, keep
from privity.console.people.forms import check_site, read_fields
from privity.console.people.guard import language_of
from privity.console.people.rendering import Around
from privity.console.people.site import SESSION_COOKIE, Site, form
from privity.console.people.visitor import PersonRequest
from privity.errors import PassInvalid

LINK_COOKIE = "__Host-privity-link"
ENTER = "/privacy/enter"
FIRST = "/privacy/"
_PAGE = re.compile(r"/privacy/[a-z0-9/-]{0,60}")
_MINUTES = 60
_LINK_SECONDS = 15 * _MINUTES


def routes(site: Site) -> list[Route]:
    """Return the ways in and out."""
    return [
        Route(ENTER, _arrive(site), methods=["GET"]),
        Route(ENTER, _enter(site), methods=["POST"]),
        form(site, "/privacy/leave", _leave(site)),
    ]


def _arrive(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def arrive(request: Request) -> Response:
        link = request.query_params.get("link", "")
        if link:
            site.sessions.check_link(link, site.clock())
            moved = RedirectResponse(ENTER, 303)
            keep(moved, LINK_COOKIE, link, _LINK_SECONDS)
            return moved
        if not request.cookies.get(LINK_COOKIE):
            msg = "no link came with the request"
            raise PassInvalid(msg)
        around = Around(language_of(request), ENTER)
        return site.rendering.open_page("enter.html", around, {})

    return arrive


def _enter(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def enter(request: Request) -> Response:
        check_site(request)
        await read_fields(request)
        token, _ = await site.sessions.enter(request.cookies.get(LINK_COOKIE, ""), site.clock())
        return admitted(request, token)

    return enter


def admitted(request: Request, token: str) -> Response:
    """Send somebody who has just signed in to the page they wanted, with their session."""
    then = request.cookies.get(THEN_COOKIE, "")
    answer = RedirectResponse(then if _PAGE.fullmatch(then) else FIRST, 303)
    keep(answer, SESSION_COOKIE, token, None)
    for name in (LINK_COOKIE, THEN_COOKIE):
        keep(answer, name, "", 0)
    return answer


def _leave(site: Site) -> Callable[[PersonRequest], Awaitable[Response]]:
    async def leave(asked: PersonRequest) -> Response:
        await site.sessions.leave(asked.session, asked.now)
        around = Around(asked.language, ENTER)
        answer = site.rendering.open_page("left.html", around, {})
        answer.headers["clear-site-data"] = FORGOTTEN
        keep(answer, SESSION_COOKIE, "", 0)
        return answer

    return leave
