"""The frame of the pages: what every page is made with, and how a page meets its person.

A page is a module with a function `routes(site)`. Its handlers take a `PersonRequest`, so that none
can run before the session was read and, for a form, before its token was checked.

Invariants: nobody who is not signed in reaches a handler; a handler marked `fresh` runs only within
minutes of a sign-in; the subject of everything comes from the session.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from privity.console.people.door import Door
from privity.console.people.forms import form_token, read_form
from privity.console.people.guard import Guarded, Tell, handlers, language_of
from privity.console.people.parenting import Parenting
from privity.console.people.ports import Shelves
from privity.console.people.published import Published
from privity.console.people.rendering import STYLE, Rendering
from privity.console.people.seeing import Looking
from privity.console.people.sessions import PassSessions
from privity.console.people.visitor import Form, PersonRequest
from privity.errors import NotSignedIn, SignInAgain
from privity.model.policy import Policy

T = TypeVar("T")
Handler: TypeAlias = Callable[[PersonRequest], Awaitable[Response]]
SESSION_COOKIE = "__Host-privity-session"


@dataclass(frozen=True, slots=True)
class Site:
    """What every page is made with. `secret`: from which the tokens of forms are derived.

    `published`: the policy over time; `parenting`: children and their parents; `door`: the way in
    with an identity provider; None where there are no such pages. `counting`: digests of notices
    under which an agreement still counts, None: the policy's alone.
    """

    rendering: Rendering
    sessions: PassSessions
    shelves: Shelves
    policy: Policy
    secret: bytes
    clock: Callable[[], datetime]
    published: Published | None = None
    parenting: Parenting | None = None
    door: Door | None = None
    counting: frozenset[str] | None = None

    async def look(self, asked: PersonRequest, work: Callable[[Looking], T]) -> T:
        """Read what is stored of the person who asks. Raises what the work raises."""
        shelf = await self.shelves.of(asked.who)
        return await shelf.look(
            asked.who.subject, lambda seen: work(Looking(shelf, seen, asked.now))
        )


def build_site(
    site: Site, routes: Sequence[BaseRoute], embedders: Sequence[str], tell: Tell
) -> ASGIApp:
    """Return the application of all pages below `/privacy`."""
    style = Route(STYLE, _style(site.rendering.style), methods=["GET"])
    whole = Starlette(routes=[style, *routes], exception_handlers=dict(handlers(site.rendering)))
    whole.router.redirect_slashes = False
    return Guarded(whole, embedders, tell)


def page(site: Site, path: str, answer: Handler) -> Route:
    """Return the route of a page that a person who is signed in may see."""
    return Route(path, _met(site, answer, fresh=False), methods=["GET"])


def form(site: Site, path: str, answer: Handler, *, fresh: bool = False) -> Route:
    """Return the route of a form; `fresh`: only within minutes of a sign-in."""
    return Route(path, _met(site, answer, fresh=fresh), methods=["POST"])


def back_to(path: str) -> Response:
    """Send the browser to a page after a form (RFC 9110, 15.4.4), so that it is not sent twice."""
    return RedirectResponse(path, 303)


def _met(site: Site, answer: Handler, *, fresh: bool) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        now = site.clock()
        given = request.cookies.get(SESSION_COOKIE, "")
        if not given:
            msg = "no session came with the request"
            raise NotSignedIn(msg)
        session = await site.sessions.read(given, now)
        token = form_token(site.secret, session.id)
        sent = await read_form(request, token) if request.method == "POST" else Form()
        if fresh and not session.fresh(now):
            msg = "the sign-in is older than five minutes"
            raise SignInAgain(msg)
        asked = PersonRequest(
            session,
            language_of(request),
            now,
            path=request.path_params,
            query=request.query_params,
            form=sent,
            token=token,
        )
        return await answer(asked)

    return endpoint


def _style(text: bytes) -> Callable[[Request], Awaitable[Response]]:
    async def style(_: Request) -> Response:
        return Response(text, media_type="text/css")

    return style
