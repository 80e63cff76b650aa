"""Where the links of letters about requests lead: `/privacy/letter`.

To follow the link shows that the letter reached the address: it confirms the request, or, once
somebody's data are ready, lets them in to fetch these.

Invariants: as in `entering`, opening the address uses nothing and no address holds the secret after
the first answer; a link works once, and one that works no more looks like one that never was.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from secrets import token_hex

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from privity.console.people.asking import desk_at
from privity.console.people.cookies import keep
from privity.console.people.forms import check_site, read_fields
from privity.console.people.guard import language_of
from privity.console.people.ports import PeopleStore
from privity.console.people.rendering import Around
from privity.console.people.site import SESSION_COOKIE, Site
from privity.console.people.visitor import Person
from privity.errors import PassInvalid
from privity.governance.desk import LINK, Desk, digest_of
from privity.governance.requests import Request as Asked
from privity.governance.requests import State
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.rights.passes import MOST, Kind, Pass

PATH = "/privacy/letter"
FETCH = "/privacy/download"
COOKIE = "__Host-privity-letter"
_SECONDS = 15 * 60
_SECRET = re.compile(LINK)


def routes(site: Site) -> list[Route]:
    """Return where links of letters lead."""
    return [
        Route(PATH, _arrive(site), methods=["GET"]),
        Route(PATH, _use(site), methods=["POST"]),
    ]


def _arrive(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def arrive(request: Request) -> Response:
        link = request.query_params.get("link", "")
        if link:
            moved = RedirectResponse(PATH, 303)
            keep(moved, COOKIE, _checked(link), _SECONDS)
            return moved
        _checked(request.cookies.get(COOKIE, ""))
        return site.rendering.open_page("letter.html", Around(language_of(request), PATH), {})

    return arrive


def _use(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def use(request: Request) -> Response:
        check_site(request)
        await read_fields(request)
        link = _checked(request.cookies.get(COOKIE, ""))
        shelf = await site.shelves.of(_anyone(link))
        asked: Asked = await shelf.change(lambda tx: _spend(tx, desk_at(site, shelf), link, site))
        if asked.state is State.DONE:
            answer: Response = RedirectResponse(FETCH, 303)
            token, _ = await site.sessions.open(_pass(site, asked), site.clock())
            keep(answer, SESSION_COOKIE, token, None)
        else:
            around = Around(language_of(request), PATH)
            answer = site.rendering.open_page("confirmed.html", around, {})
        keep(answer, COOKIE, "", 0)
        return answer

    return use


def _spend(tx: PeopleStore, desk: Desk, link: str, site: Site) -> Asked:
    """Use a link: confirm what waits for it, or take what is ready. Raises PassInvalid."""
    now = site.clock()
    found = tx.requests.by_link(digest_of(link), now)
    if found is not None and found.state is State.UNPROVEN:
        return desk.confirm(tx, link, now)
    if found is None or found.state is not State.DONE:
        raise PassInvalid(_NONE)
    tx.requests.link(found.id, None)
    return found


def _pass(site: Site, asked: Asked) -> Pass:
    """Return what lets somebody in whose address was shown."""
    now, whose = site.clock(), asked.asked
    who = (whose.subject, whose.app, Purpose.ASSIST, whose.region)
    return Pass(Kind.LINK, *who, now, now + MOST[Kind.LINK.value], token_hex(16))


def _anyone(link: str) -> Person:
    """Return somebody of the region that a link names: who it is, its request says."""
    region = Region(link.partition(".")[0])
    return Person(SubjectRef(""), AppId(""), Purpose.RIGHTS, region)


def _checked(link: str) -> str:
    if not _SECRET.fullmatch(link) or link.partition(".")[0] not in set(Region):
        raise PassInvalid(_NONE)
    return link


_NONE = "this opens nothing"
