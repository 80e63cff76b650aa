"""Coming in with the team's identity provider: `/privacy/sign-in`, and back `/privacy/signed-in`.

Invariants: an answer of the provider counts only in the browser that asked for it, once, and within
minutes (its secrets are in a cookie that no page can read); the person is who the provider names,
among those of the one application that the settings name; the address with the code is left.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from secrets import token_hex, token_urlsafe

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from privity.console.people.cookies import keep
from privity.console.people.door import Begun, Door, Known
from privity.console.people.entering import admitted
from privity.console.people.site import Site
from privity.console.people.visitor import FRESH_FOR
from privity.errors import NotSignedIn
from privity.minimize.reference import reference
from privity.model.words import SubjectRef
from privity.rights.passes import MOST, Kind, Pass

START = "/privacy/sign-in"
BACK = "/privacy/signed-in"
COOKIE = "__Host-privity-sign-in"
_SECONDS = 600
_BYTES = 32
_BEGUN = re.compile(r"([\w-]{40,50})\.([\w-]{40,50})\.([\w-]{40,50})", re.ASCII)
_LONGEST_CODE = 4096


def routes(site: Site) -> list[Route]:
    """Return the way to the provider and back; none where the settings name no provider."""
    if site.door is None:
        return []
    return [
        Route(START, _start(site.door), methods=["GET"]),
        Route(BACK, _back(site, site.door), methods=["GET"]),
    ]


def _start(door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def start(request: Request) -> Response:
        begun = Begun(*(token_urlsafe(_BYTES) for _ in range(3)))
        again = request.query_params.get("again") == "yes"
        answer = RedirectResponse(await door.provider.address(begun, again=again), 303)
        keep(answer, COOKIE, f"{begun.state}.{begun.nonce}.{begun.secret}", _SECONDS)
        return answer

    return start


def _back(site: Site, door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def back(request: Request) -> Response:
        asked = _BEGUN.fullmatch(request.cookies.get(COOKIE, ""))
        code, state = (request.query_params.get(name, "") for name in ("code", "state"))
        if asked is None or not code or len(code) > _LONGEST_CODE:
            raise NotSignedIn(_NONE)
        begun = Begun(*asked.groups())
        if not hmac.compare_digest(begun.state.encode(), state.encode()):
            raise NotSignedIn(_NONE)
        known = await door.provider.person(code, begun)
        token, _ = await site.sessions.open(_shown(door, known, site.clock()), site.clock())
        answer = admitted(request, token)
        keep(answer, COOKIE, "", 0)
        return answer

    return back


def _shown(door: Door, known: Known, now: datetime) -> Pass:
    """Return what lets somebody in. Without a time from the provider, the sign-in is not recent."""
    subject = SubjectRef(reference(door.secret, "person", door.app, known.name))
    since = now - FRESH_FOR if known.since is None else min(known.since, now)
    life = now + MOST[Kind.LINK.value]
    who = (subject, door.app, door.purpose, None)
    return Pass(Kind.LINK, *who, since, life, token_hex(_BYTES))


_NONE = "the sign-in was not begun in this browser, or is over"
