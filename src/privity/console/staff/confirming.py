"""Showing the second factor again, before what is sensitive.

Invariants: it is the factor of whoever is signed in and of nobody else; a wrong try is counted;
afterwards the browser is where it was, and nothing has been done that was asked before; what was
typed comes back, to be sent by who typed it (`kept`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from privity.access import entering
from privity.access.accounts import FactorKind
from privity.access.entering import Proof
from privity.access.sessions import Session
from privity.console.staff import kept, proving
from privity.console.staff.kept import FIELD, Keeping
from privity.console.staff.navigation import Section
from privity.console.staff.ports import Challenge, StaffStore
from privity.console.staff.proving import Known
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Site, StaffRequest, back_to, form, page
from privity.console.staff.visits import spend
from privity.errors import AccessDenied

PATH = f"{ROOT}/confirm"
SECTIONS: tuple[Section, ...] = ()
_PAGE = re.compile(r"/console(/[a-z0-9-]{1,64}){0,3}")


def checked(path: str) -> str:
    """Return a page of the console to go to; the first one if this is none."""
    return path if _PAGE.fullmatch(path) else ROOT


@dataclass(frozen=True, slots=True)
class Before:
    """Where somebody was, and what they typed there, sealed; empty if nothing."""

    to: str
    kept: str = ""


def routes(site: Site) -> list[Route]:
    """Return the page of the second factor, and its forms."""

    async def show(asked: StaffRequest) -> Response:
        return await _screen(site, asked, Before(checked(asked.query.get("to", ""))), "")

    async def with_code(asked: StaffRequest) -> Response:
        found = await _known(site, asked)
        proof = proving.second_factor(site, found, asked.form.one("code"))
        return await _prove(site, asked, proof, None)

    async def with_passkey(asked: StaffRequest) -> Response:
        found = await _known(site, asked)
        challenge = site.visits.open(asked.cookies, asked.now)
        try:
            proof = proving.passkey(site, found, challenge, asked.form.one("answer"))
        except AccessDenied:
            return await _prove(site, asked, None, None)
        return await _prove(site, asked, proof, challenge)

    return [
        page(site, PATH, show),
        form(site, PATH, with_code),
        form(site, f"{PATH}/passkey", with_passkey),
    ]


async def instead(site: Site, asked: StaffRequest, page_before: str) -> Response:
    """Answer a form with this page, which carries what was typed."""
    sealed = Keeping(site.secret).sealed(
        asked.session, kept.of(asked.path, asked.form), site.chance.clock()
    )
    return await _screen(site, asked, Before(checked(page_before), sealed), "")


def _who(site: Site, asked: StaffRequest) -> tuple[str, ...]:
    return (proving.counted_for(site, "confirm", asked.account.id),)


async def _known(site: Site, asked: StaffRequest) -> Known:
    return await proving.by_id(site, _who(site, asked), asked.account.id)


async def _prove(
    site: Site, asked: StaffRequest, proof: Proof | None, challenge: Challenge | None
) -> Response:
    at = site.occasion()
    before = Before(checked(asked.form.one("to")), asked.form.one(FIELD))
    typed = Keeping(site.secret).opened(asked.session, before.kept, at.now)

    def prove(tx: StaffStore) -> Session:
        if proof is None:
            raise AccessDenied(entering.REFUSED)
        entering.admit(tx, _who(site, asked), at.now)
        if challenge is not None:
            spend(tx, challenge, at.now)
        return entering.prove(tx, asked.session, proof, at)

    try:
        await site.office.change(prove)
    except AccessDenied as error:
        await proving.failed(site, _who(site, asked), Known(asked.account), error.code)
        return await _screen(site, asked, before, "that is not right")
    if typed is None:
        return back_to(before.to)
    shown = {"kept": typed, "to": before.to, "here": before.to}
    return await site.page("again.html", asked, shown)


async def _screen(site: Site, asked: StaffRequest, before: Before, wrong: str) -> Response:
    challenge = Challenge(site.chance.random(32), site.chance.clock())
    found = await _known(site, asked)
    own = found.of(FactorKind.PASSKEY)
    values = {
        "options": site.means.passkeys.sign_in(challenge, own) if own else "",
        "before": before,
        "wrong": wrong,
        "provider": _provider(site, found),
    }
    answer = await site.page("confirm.html", asked, values)
    site.visits.keep(answer, challenge)
    return answer


def _provider(site: Site, found: Known) -> str:
    """Return the provider that may be asked, or nothing."""
    provider = site.means.provider
    return provider.name if provider is not None and found.of(FactorKind.PROVIDER) else ""
