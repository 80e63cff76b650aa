"""Requests: a person asks the team to correct, restrict or stop something, and sees how it stands.

Invariants: a restriction and an objection take effect at once, in what a person can stop by
themselves, before anybody of the team reads them; a request is opened at the team's desk, under the
clock of the law; an address for answers is sealed, and only kept while the request runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex, token_urlsafe

from starlette.responses import Response
from starlette.routing import Route

from privity.console.people import choosing
from privity.console.people.ports import PeopleStore, Shelf
from privity.console.people.site import Site, back_to, form, page
from privity.console.people.visitor import PersonRequest
from privity.errors import BadInput
from privity.governance.clocks import regime_of
from privity.governance.contact import Contact
from privity.governance.desk import Desk
from privity.governance.requests import Asked, Channel, Proof, Request, RequestKind
from privity.model.text import Raw
from privity.model.words import Region, SubjectRef
from privity.rights.choices import Method
from privity.rights.letters import PostOffice, is_address

HOME = "/privacy/requests"
OFFERED = (
    RequestKind.RECTIFICATION,
    RequestKind.RESTRICTION,
    RequestKind.OBJECTION,
)
"""What is asked here; to see, take along and delete has pages of its own."""
AT_ONCE = frozenset({RequestKind.RESTRICTION, RequestKind.OBJECTION})
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks, as a form or the API names it; `address`: for answers, or empty."""

    kind: str
    address: str
    method: Method


def routes(site: Site) -> list[Route]:
    """Return the page of requests and its form."""

    async def requests(asked: PersonRequest) -> Response:
        shelf = await site.shelves.of(asked.who)
        mine = await requests_of(shelf, asked.who.subject)
        done = asked.query.get("done", "")
        values = {
            "requests": mine,
            "kinds": OFFERED,
            "done": done if done in {"opened", "address"} else "",
        }
        return site.rendering.page("requests.html", asked, HOME, values)

    async def ask(asked: PersonRequest) -> Response:
        address = asked.form.one("address")
        if address and not is_address(Raw(address)):
            return back_to(HOME + "?done=address")
        await open_request(site, asked, Wanted(asked.form.one("kind"), address, Method.PAGE))
        return back_to(HOME + "?done=opened")

    return [page(site, HOME, requests), form(site, HOME, ask)]


async def requests_of(shelf: Shelf, subject: SubjectRef) -> tuple[Request, ...]:
    """Return the requests of a person, newest first."""
    found = await shelf.change(lambda tx: tx.requests.of(subject))
    return tuple(sorted(found, key=lambda each: each.received, reverse=True))


async def open_request(site: Site, asked: PersonRequest, wanted: Wanted) -> Request:
    """Open a request of the person who asks, or return the one that is open. Raises BadInput."""
    kind = next((each for each in OFFERED if each.value == wanted.kind), None)
    to = Raw(wanted.address) if wanted.address else None
    if kind is None or (to is not None and not is_address(to)):
        msg = "this is not something to ask for here, or no address for answers"
        raise BadInput(msg)
    who = asked.who
    shelf = await site.shelves.of(who)
    if kind in AT_ONCE:
        await choosing.object_to_all(shelf, site.policy, who, asked.now, wanted.method)
    lives = who.region or Region.LOCAL
    what = Asked(kind, regime_of(lives), Channel.PAGE, lives, who.subject, who.app)
    contact = Contact(to, asked.language)
    desk = desk_at(site, shelf)

    def opening(tx: PeopleStore) -> Request:
        opened = desk.open(tx, what, Proof.SESSION, contact, asked.now)
        return opened.first or opened.request

    return await shelf.change(opening)


def desk_at(site: Site, shelf: Shelf) -> Desk:
    """Return the team's desk where a person is kept."""
    policy = site.policy.digest
    office = PostOffice(shelf.vault, policy, lambda: token_hex(_ID_BYTES))
    return Desk(
        shelf.vault, office, policy, "", lambda: token_hex(_ID_BYTES), lambda: token_urlsafe(32)
    )
