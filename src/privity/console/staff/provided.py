"""With the identity provider of the team: signing in, joining, and showing a second factor again.

1. The browser goes to the provider with secrets that stay in a sealed cookie. 2. It comes back with
a code; whom the provider names is sealed into a second cookie, and the address with the code is
left. 3. The next request, which comes from this site and so brings the cookies that no other site's
request brings, uses that, once.

Invariants: an account is linked by who holds its invitation and is never made here; where the
provider does not say that a second factor was shown, ours is asked for; a step-up counts for the
same person, with a second factor, less than five minutes ago, and signing in is one no
more than that; who is suspended here is out whatever the provider says.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from privity.access import entering
from privity.access.accounts import Factor, FactorKind
from privity.access.entering import Proof
from privity.access.sessions import FRESH, Session, elsewhere
from privity.console.people.door import Begun
from privity.console.staff import confirming, joining, proving, signing_in
from privity.console.staff.named import (
    SHOWN,
    Leaving,
    Named,
    opened_leaving,
    opened_named,
    seal_leaving,
    seal_named,
)
from privity.console.staff.navigation import Section
from privity.console.staff.ports import Challenge, Colleague, Provider, StaffStore
from privity.console.staff.proving import Known
from privity.console.staff.rendering import ROOT, theme_of
from privity.console.staff.site import Site, StaffRequest, back_to, page
from privity.console.staff.visits import keep, spend
from privity.errors import AccessDenied, NotSignedIn
from privity.vault.home_secrets import derive

SECTIONS: tuple[Section, ...] = ()
"""None: one is sent here."""
BACK = f"{ROOT}/signed-in"
_LONGEST_CODE = 4096
_BYTES = 32


def routes(site: Site) -> list[Route]:
    """Return the ways to the provider and back; none where the settings name no provider."""
    provider = site.means.provider
    if provider is None:
        return []
    ways = Ways(site, provider)
    return [
        Route(f"{signing_in.PATH}/provider", ways.sign_in, methods=["GET"]),
        Route(f"{joining.PATH}/provider", ways.join, methods=["GET"]),
        page(site, f"{confirming.PATH}/provider", ways.confirm),
        Route(BACK, ways.back, methods=["GET"]),
        Route(f"{BACK}/go-on", ways.go_on, methods=["GET"]),
        Route(f"{signing_in.PATH}/second", ways.second, methods=["POST"]),
        page(site, f"{BACK}/confirmed", ways.confirmed),
    ]


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to one provider and back."""

    site: Site
    provider: Provider

    async def sign_in(self, _: Request) -> Response:
        """Send a browser to sign in."""
        return await self._leave("sign-in", ROOT, again=False)

    async def join(self, _: Request) -> Response:
        """Send a browser that holds an invitation; the invitation is checked when it is used."""
        return await self._leave("join", joining.PATH, again=False)

    async def confirm(self, asked: StaffRequest) -> Response:
        """Send somebody to show a second factor again, whether or not they are signed in there."""
        to = confirming.checked(asked.query.get("to", ""))
        return await self._leave("confirm", to, again=True)

    async def back(self, request: Request) -> Response:
        """Take a browser back; whom the provider names is used with the next request."""
        leaving = opened_leaving(self.site, request.cookies)
        code, state = (request.query_params.get(name, "") for name in ("code", "state"))
        if leaving is None or not 0 < len(code) <= _LONGEST_CODE:
            raise NotSignedIn(_NONE)
        if not hmac.compare_digest(leaving.begun.state.encode(), state.encode(*_LOOSE)):
            raise NotSignedIn(_NONE)
        colleague = await self.provider.colleague(code, leaving.begun)
        go_on = f"{BACK}/confirmed" if leaving.way == "confirm" else f"{BACK}/go-on"
        values = {"to": go_on, "theme": theme_of(request.cookies)}
        answer = self.site.rendering.page("provided.html", values)
        at, random = self.site.chance.clock(), token_urlsafe(_BYTES)
        seal_named(self.site, answer, Named(leaving.way, leaving.to, colleague, random, at))
        return answer

    async def go_on(self, request: Request) -> Response:
        """Sign in, or go back to the invitation."""
        named = opened_named(self.site, request.cookies)
        if named is None:
            raise NotSignedIn(_NONE)
        if named.way == "join":
            return back_to(joining.PATH)
        who = proving.tries(self.site, request, named.colleague.id)
        found = await _account(self.site, who, named.colleague)
        factor = _factor(found, named.colleague)
        if named.way != "sign-in" or factor is None:
            await proving.failed(self.site, who, found)
            return _dropped(signing_in.screen(self.site, entering.REFUSED))
        if not named.colleague.second:
            return _second(self.site, wrong=False)
        proof = Proof(factor, factor.counter, named.colleague.since)
        return _dropped(await signing_in.enter(self.site, who, proof, _once(named)))

    async def second(self, request: Request) -> Response:
        """Sign in with our second factor, after the provider named somebody without one."""
        sent, _ = await self.site.visits.form(request, self.site.chance.clock())
        named = opened_named(self.site, request.cookies)
        if named is None or named.way != "sign-in":
            raise NotSignedIn(_NONE)
        who = proving.tries(self.site, request, named.colleague.id)
        found = await _account(self.site, who, named.colleague)
        proof = proving.second_factor(self.site, found, sent.one("code"))
        if proof is None or _factor(found, named.colleague) is None:
            await proving.failed(self.site, who, found)
            return _second(self.site, wrong=True)
        return _dropped(await signing_in.enter(self.site, who, proof, _once(named)))

    async def confirmed(self, asked: StaffRequest) -> Response:
        """Take a sign-in of a moment ago as a second factor that was shown again."""
        site, named = self.site, opened_named(self.site, asked.cookies)
        if named is None or named.way != "confirm":
            raise NotSignedIn(_NONE)
        at, colleague = site.occasion(), named.colleague
        who = (proving.counted_for(site, "confirm", asked.account.id),)
        found = await proving.by_id(site, who, asked.account.id)
        factor = _factor(found, colleague)

        def prove(tx: StaffStore) -> Session:
            if factor is None or not _fresh(colleague, at.now) or not colleague.second:
                raise AccessDenied(entering.REFUSED)
            spend(tx, _once(named), at.now)
            proof = Proof(factor, factor.counter, colleague.since)
            return entering.prove(tx, asked.session, proof, at)

        try:
            await site.office.change(prove)
        except AccessDenied:
            await proving.failed(site, who, Known(asked.account))
            raise
        return _dropped(back_to(named.to))

    async def _leave(self, way: str, to: str, *, again: bool) -> Response:
        begun = Begun(*(token_urlsafe(_BYTES) for _ in range(3)))
        answer = RedirectResponse(await self.provider.address(begun, again=again), 303)
        seal_leaving(self.site, answer, Leaving(begun, way, to))
        return answer


def _once(named: Named) -> Challenge:
    """Return what is spent, so that one coming back is used once."""
    digest = derive(named.random.encode(), "provider")
    return Challenge(digest, named.at)


async def _account(site: Site, who: tuple[str, ...], colleague: Colleague) -> Known:
    """Return whose account the provider's is linked to; nobody's, or nobody in use: no account."""
    now = site.chance.clock()

    def look(tx: StaffStore) -> Known:
        entering.admit(tx, who, now)
        factor = tx.accounts.factor(colleague.id)
        return Known() if factor is None else proving.known(tx, tx.accounts.get(factor.account))

    return await site.office.change(look)


def _factor(found: Known, colleague: Colleague) -> Factor | None:
    linked = found.of(FactorKind.PROVIDER)
    return next((each for each in linked if each.id == colleague.id), None)


def _second(site: Site, *, wrong: bool) -> Response:
    challenge = Challenge(site.chance.random(_BYTES), site.chance.clock())
    values = {"visit": site.visits.token(challenge), "wrong": wrong}
    answer = site.rendering.page("second.html", values, 403 if wrong else 200)
    site.visits.keep(answer, challenge)
    return answer


def _fresh(colleague: Colleague, now: datetime) -> bool:
    """Say whether they signed in there less than five minutes ago; clocks may differ a little."""
    return now - elsewhere(colleague.since, now) < FRESH


def _dropped(answer: Response) -> Response:
    keep(answer, SHOWN, "", 0)
    return answer


_LOOSE = ("utf-8", "surrogatepass")
_NONE = "the sign-in was not begun in this browser, or is over"
