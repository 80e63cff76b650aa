"""An address for letters about changes: `/privacy/mail`, and where such letters are ended.

Invariants: leaving an address is agreeing to these letters, and taking it back is objecting, each
one step; the link at the end of a letter opens a page that asks, and needs no signing in; no page
shows an address.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from secrets import token_hex, token_urlsafe

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from privity.console.people import choosing
from privity.console.people.choosing import Wish
from privity.console.people.cookies import LINK, keep
from privity.console.people.forms import check_site, read_fields
from privity.console.people.guard import language_of
from privity.console.people.ports import Shelf
from privity.console.people.rendering import Around
from privity.console.people.site import Site, back_to, form, page
from privity.console.people.visitor import Person, PersonRequest
from privity.errors import RecordUnknown
from privity.model.text import Raw
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.policy.decide import residences
from privity.policy.offers import announcing
from privity.rights.announcing import Left, has_left, leave, whose, withdraw
from privity.rights.choices import Method
from privity.rights.controls import Control, value_code
from privity.rights.letters import Addressee, PostOffice, is_address

HERE = "/privacy/mail"
END = HERE + "/end"
COOKIE = "__Host-privity-mail"
_SECONDS = 15 * 60


def routes(site: Site) -> list[Route]:
    """Return the pages about letters; none where the policy leaves nothing to decide about them."""
    if announcing(site.policy).asked is None:
        return []

    async def mailing(asked: PersonRequest) -> Response:
        shelf = await site.shelves.of(asked.who)
        left = await shelf.change(lambda tx: has_left(tx, asked.who.subject))
        values = {"left": left, "done": asked.query.get("done", "")}
        return site.rendering.page("mail.html", asked, HERE, values)

    async def leaving(asked: PersonRequest) -> Response:
        to = Raw(asked.form.one("address"))
        if not is_address(to):
            return back_to(HERE + "?done=address")
        shelf = await site.shelves.of(asked.who)
        region = _region(site, asked.who)
        left = Left(to, asked.language, f"{region.value}.{token_urlsafe(32)}")
        office, who = _office(site, shelf), Addressee(region, asked.who.subject)
        await shelf.change(lambda tx: leave(tx, office, who, left, asked.now))
        await _choose(site, shelf, asked, value=True)
        return back_to(HERE + "?done=left")

    async def removing(asked: PersonRequest) -> Response:
        shelf = await site.shelves.of(asked.who)
        await shelf.change(lambda tx: withdraw(tx, asked.who.subject))
        await _choose(site, shelf, asked, value=False)
        return back_to(HERE + "?done=removed")

    return [
        page(site, HERE, mailing),
        form(site, HERE, leaving),
        form(site, HERE + "/remove", removing),
        Route(END, _arrive(site), methods=["GET"]),
        Route(END, _end(site), methods=["POST"]),
    ]


async def _choose(site: Site, shelf: Shelf, asked: PersonRequest, *, value: bool) -> None:
    wish = Wish(Control.MAIL.value, value_code(value), asked.now, Method.PAGE)
    await choosing.choose(shelf, site.policy, asked.who, wish)


def _arrive(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def arrive(request: Request) -> Response:
        word = request.query_params.get("link", "")
        if word:
            if not LINK.fullmatch(word):
                message = "no letter holds such a link"
                raise RecordUnknown(message)
            moved = RedirectResponse(END, 303)
            keep(moved, COOKIE, word, _SECONDS)
            return moved
        around = Around(language_of(request), END)
        return site.rendering.open_page("mail_end.html", around, {"ended": False})

    return arrive


def _end(site: Site) -> Callable[[Request], Awaitable[Response]]:
    async def end(request: Request) -> Response:
        check_site(request)
        await read_fields(request)
        word = request.cookies.get(COOKIE, "")
        shelf = await site.shelves.of(_anyone(word))
        subject = await shelf.change(lambda tx: whose(tx, word))
        if subject is None:
            message = "the link of a letter is unknown, or the letters were ended already"
            raise RecordUnknown(message)
        await shelf.change(lambda tx: withdraw(tx, subject))
        around = Around(language_of(request), END)
        answer = site.rendering.open_page("mail_end.html", around, {"ended": True})
        keep(answer, COOKIE, "", 0)
        return answer

    return end


def _anyone(word: str) -> Person:
    """Return whoever a letter's link is for, as far as it says: their region."""
    named = word.partition(".")[0]
    region = next((each for each in Region if each.value == named), None)
    return Person(SubjectRef(""), AppId(""), Purpose.RIGHTS, region)


def _region(site: Site, who: Person) -> Region:
    return who.region or next(iter(residences(site.policy, who.purpose)), Region.LOCAL)


def _office(site: Site, shelf: Shelf) -> PostOffice:
    return PostOffice(shelf.vault, site.policy.digest, lambda: token_hex(16))
