"""People: how much is kept of somebody, and what they ask by letter or telephone.

Invariants: a person is named in a form, never in an address, and what was typed is nowhere
afterwards; what is shown is counts, after the log says who looked; nobody's words are on this page;
who enters a request that could do harm proves nothing by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response
from starlette.routing import Route

from privity.access.desk import Wish
from privity.access.staff import Action, Thing
from privity.audit.entry import Event
from privity.console.people.visitor import Form
from privity.console.staff import inbox
from privity.console.staff.cases import Letter, Person
from privity.console.staff.navigation import Group, Section, may, somewhere
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Site, StaffRequest, back_to, form, page
from privity.errors import BadInput
from privity.governance.requests import HARMLESS, KINDS, Proof, RequestKind
from privity.model.text import Raw
from privity.model.words import Language, Purpose, Region, SubjectRef

PATH = f"{ROOT}/people"
_REFERENCE = re.compile(r"[0-9a-f]{32}")
_MOST = 200
_PLACES: Mapping[str, str] = {
    "record": "conversations and notes, sealed",
    "subject_key": "keys that seal them",
    "outbox": "letters that wait",
    "request": "requests",
    "choices": "choices",
    "ledger": "agreements",
    "age": "ages",
    "parental": "steps of a parent's consent",
    "mention": "entries of the log that speak of them",
}
"""Words for places; one that has none is shown by its name."""


async def _find(_: Site, __: StaffRequest, typed: str) -> str | None:
    """Return the lookup with a reference filled in, if it could be one: looking is a form."""
    return f"{PATH}?reference={typed}" if _REFERENCE.fullmatch(typed) else None


SECTIONS = (
    Section(
        PATH,
        "People",
        Group.PEOPLE,
        somewhere(Action.SEE_PERSON, Purpose.RIGHTS),
        "Look up how much is kept of somebody; enter what they ask.",
        "person subject lookup customer counts",
        _find,
    ),
)


def routes(site: Site) -> list[Route]:
    """Return the page, and its forms."""

    async def empty(asked: StaffRequest) -> Response:
        seeing = _wish(Action.SEE_PERSON, "any", _where(asked, None))
        await site.act(asked, lambda acting: acting.refused(seeing) or True)
        given = asked.query.get("reference", "")
        named = given if _REFERENCE.fullmatch(given) else ""
        return await _page(site, asked, {"found": None, "reference": named})

    async def look(asked: StaffRequest) -> Response:
        who = await _who(site, asked.form)
        seen = _wish(Action.SEE_PERSON, who.subject, _where(asked, who))
        facts = {"purpose": Purpose.RIGHTS.value}
        about = who.subject, who.region
        await inbox.written(site, asked, (seen, Event.PERSON_SEEN, facts), about)
        held = await site.cases.held(who)
        counts = [(_PLACES.get(name, name), number) for name, number in held.counts.items()]
        handling = _wish(Action.HANDLE_REQUEST, "new", _where(asked, who))
        handles = await site.act(asked, lambda acting: may(acting, handling))
        values = {
            "found": who,
            "counts": [each for each in counts if each[1]],
            "requests": [inbox.Row(each, inbox.days(each, asked.now)) for each in held.requests],
            "handles": handles,
            "reference": "",
        }
        return await _page(site, asked, values)

    async def enter(asked: StaffRequest) -> Response:
        return await _entered(site, asked)

    return [
        page(site, PATH, empty),
        form(site, PATH, look),
        form(site, f"{PATH}/request", enter),
    ]


async def _page(site: Site, asked: StaffRequest, values: Mapping[str, object]) -> Response:
    choices = {"kinds": tuple(RequestKind), "languages": tuple(Language)}
    return await site.page("people.html", asked, {**choices, **values})


async def _who(site: Site, sent: Form) -> Person:
    """Return whom a form names. Raises BadInput."""
    reference, name = sent.one("reference"), sent.one("person")
    if _REFERENCE.fullmatch(reference) and not name:
        return await site.cases.known(SubjectRef(reference), sent.one("app"))
    if not name or len(name) > _MOST or reference:
        message = "name a person and their application, or give their reference"
        raise BadInput(message)
    return await site.cases.who(Raw(name), sent.one("app"))


def _where(asked: StaffRequest, who: Person | None) -> Region:
    """Return where somebody lives; of whom nothing is known, the first region of who asks."""
    if who is not None and who.region is not None:
        return who.region
    return min(asked.account.staff.regions, default=Region.LOCAL)


def _wish(action: Action, name: str, region: Region) -> Wish:
    return Wish(action, Thing(action.on, name, region), Purpose.RIGHTS)


async def _entered(site: Site, asked: StaffRequest) -> Response:
    """Take a request that came by letter or telephone."""
    who, letter = await _who(site, asked.form), _letter(asked)

    region = _where(asked, who)
    handling = _wish(Action.HANDLE_REQUEST, "new", region)
    facts = {"act": "open", "kind": letter.kind.value, "proof": letter.proof.name.lower()}
    about = who.subject, who.region
    await inbox.written(site, asked, (handling, Event.REQUEST_HANDLED, facts), about)
    opened = await site.cases.open(replace(who, region=region), letter)
    return back_to(f"{inbox.PATH}/{opened.id}")


def _letter(asked: StaffRequest) -> Letter:
    """Return what a form says was asked. Raises BadInput."""
    sent = asked.form
    kind = KINDS.get(sent.one("kind"))
    language = next((each for each in Language if each == sent.one("language")), Language.EN)
    if kind is None:
        message = f"a request is one of {', '.join(KINDS)}"
        raise BadInput(message)
    mail = sent.one("mail")
    says_proved = sent.one("proved") == "yes" and kind in HARMLESS
    proof = Proof.STAFF if says_proved else Proof.NONE
    return Letter(kind, proof, Raw(mail) if mail else None, language, asked.account.id)
