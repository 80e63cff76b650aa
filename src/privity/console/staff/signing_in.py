"""Signing in and out.

Invariants: what is wrong is not said, nor whether there is such an account; each sign-in makes a
new session with a new secret, so that none can be planted beforehand; a challenge is answered once.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from privity.access import entering
from privity.access.accounts import SECRET_BYTES, digest_of, secret_of
from privity.access.entering import Opening, Proof
from privity.access.sessions import Session
from privity.console.people.cookies import FORGOTTEN
from privity.console.staff import proving
from privity.console.staff.navigation import Section
from privity.console.staff.ports import Challenge, StaffStore
from privity.console.staff.rendering import ROOT, Theme, theme_of
from privity.console.staff.site import SESSION, Handler, Site, StaffRequest, back_to, form
from privity.console.staff.visits import keep, spend
from privity.errors import AccessDenied

PATH = f"{ROOT}/sign-in"
SECTIONS: tuple[Section, ...] = ()


def routes(site: Site) -> list[Route]:
    """Return the ways in and out."""

    async def show(request: Request) -> Response:
        return screen(site, "", theme_of(request.cookies))

    async def with_password(request: Request) -> Response:
        sent, _ = await site.visits.form(request, site.chance.clock())
        mail, password, code = sent.one("mail"), sent.exact("password"), sent.one("code")
        who = proving.tries(site, request, mail.lower())
        found = await proving.by_mail(site, who, mail)
        try:
            proof = await proving.with_password(site, found, password, code)
            return await enter(site, who, proof, None)
        except AccessDenied as error:
            await proving.failed(site, who, found, error.code)
            return screen(site, entering.REFUSED, theme_of(request.cookies))

    async def with_passkey(request: Request) -> Response:
        sent, challenge = await site.visits.form(request, site.chance.clock())
        answer = sent.one("answer")
        name, owner = site.means.passkeys.shown(answer)
        who = proving.tries(site, request, f"passkey {name}")
        found = await proving.by_id(site, who, owner)
        try:
            proof = proving.passkey(site, found, challenge, answer)
            return await enter(site, who, proof, challenge)
        except AccessDenied as error:
            await proving.failed(site, who, found, error.code)
            return screen(site, entering.REFUSED, theme_of(request.cookies))

    return [
        Route(PATH, show, methods=["GET"]),
        Route(PATH, with_password, methods=["POST"]),
        Route(f"{PATH}/passkey", with_passkey, methods=["POST"]),
        form(site, f"{ROOT}/sign-out", _leave(site)),
    ]


def _leave(site: Site) -> Handler:
    async def leave(asked: StaffRequest) -> Response:
        at = site.occasion()
        await site.office.change(lambda tx: entering.leave(tx, asked.session, at))
        answer = back_to(PATH)
        answer.headers["clear-site-data"] = FORGOTTEN
        keep(answer, SESSION, "", 0)
        return answer

    return leave


async def enter(
    site: Site, who: tuple[str, ...], proof: Proof, challenge: Challenge | None
) -> Response:
    """Open a session and go to the first page. Raises AccessDenied."""
    at = site.occasion()
    secret = secret_of(site.chance.random(SECRET_BYTES))
    opening = Opening(digest_of(secret), secret_of(site.chance.random(SECRET_BYTES)))

    def work(tx: StaffStore) -> Session:
        if challenge is not None:
            spend(tx, challenge, at.now)
        return entering.enter(tx, who, proof, opening, at)

    await site.office.change(work)
    answer = back_to(ROOT)
    keep(answer, SESSION, secret, None)
    return answer


def screen(site: Site, wrong: str, theme: Theme = Theme.SYSTEM) -> Response:
    """Return the page of signing in, with a new challenge."""
    challenge = Challenge(site.chance.random(32), site.chance.clock())
    values = {
        "options": site.means.passkeys.sign_in(challenge, ()),
        "visit": site.visits.token(challenge),
        "wrong": wrong,
        "theme": theme,
        "provider": "" if site.means.provider is None else site.means.provider.name,
    }
    answer = site.rendering.page("sign_in.html", values, 403 if wrong else 200)
    site.visits.keep(answer, challenge)
    return answer
