"""Joining: an invitation becomes an account of its owner, with factors that they register.

Opening the address of an invitation uses nothing: its secret moves into a cookie, out of the
address, and a form uses it.

Invariants: no address holds the secret after the first answer; an invitation works once, and one
that works no more looks like one that never was; recovery codes are shown once and kept as digests.
"""

from __future__ import annotations

import asyncio
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from privity.access import staffing
from privity.access.accounts import (
    RECOVERY_BYTES,
    RECOVERY_CODES,
    Account,
    Factor,
    FactorKind,
    accept,
    digest_of,
    opens,
)
from privity.access.staff import StaffId
from privity.console.people.visitor import Form
from privity.console.staff.named import SHOWN, link, opened_named
from privity.console.staff.navigation import Section
from privity.console.staff.ports import Challenge, StaffStore
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Site
from privity.console.staff.visits import keep, spend
from privity.errors import AccessDenied, BadInput
from privity.vault.home_secrets import derive

PATH = f"{ROOT}/join"
SECTIONS: tuple[Section, ...] = ()
COOKIE = "__Host-privity-console-invitation"
_SECONDS = 30 * 60
_SEED = 20


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody who holds an invitation, and the challenge of their page.

    `linked`: their account with the provider, if they came from there.
    """

    secret: str
    account: Account
    challenge: Challenge
    linked: tuple[Factor, ...] = ()


def routes(site: Site) -> list[Route]:
    """Return where invitations lead."""

    async def arrive(request: Request) -> Response:
        given = request.query_params.get("invitation", "")
        if given:
            moved = RedirectResponse(PATH, 303)
            keep(moved, COOKIE, given[:100], _SECONDS, strict=False)
            return moved
        return _page(site, await _joining(site, request, _fresh(site)), "")

    async def with_provider(request: Request) -> Response:
        _, challenge = await site.visits.form(request, site.chance.clock())
        joining = await _joining(site, request, challenge)
        if not joining.linked:
            return _page(site, joining, "your provider named nobody; go there again")
        return await _joined(site, joining, ())

    async def with_codes(request: Request) -> Response:
        sent, challenge = await site.visits.form(request, site.chance.clock())
        joining = await _joining(site, request, challenge)
        try:
            factors = await asyncio.to_thread(_codes, site, joining, sent)
        except BadInput as error:
            return _page(site, joining, error.detail)
        return await _joined(site, joining, factors)

    async def with_passkey(request: Request) -> Response:
        now = site.chance.clock()
        sent, challenge = await site.visits.form(request, now)
        joining = await _joining(site, request, challenge)
        try:
            factor = site.means.passkeys.registered(challenge, sent.one("answer"), now)
        except AccessDenied as error:
            return _page(site, replace(joining, challenge=_fresh(site)), error.detail)
        return await _joined(site, joining, (factor,))

    return [
        Route(PATH, arrive, methods=["GET"]),
        Route(f"{PATH}/linked", with_provider, methods=["POST"]),
        Route(f"{PATH}/codes", with_codes, methods=["POST"]),
        Route(f"{PATH}/passkey", with_passkey, methods=["POST"]),
    ]


def _fresh(site: Site) -> Challenge:
    return Challenge(site.chance.random(32), site.chance.clock())


async def _joining(site: Site, request: Request, challenge: Challenge) -> Joining:
    """Return who holds the invitation of a browser. Raises AccessDenied."""
    secret, now = request.cookies.get(COOKIE, ""), site.chance.clock()

    def look(tx: StaffStore) -> Account:
        account = tx.accounts.by_invitation(digest_of(secret))
        if account is None:
            message = "this invitation is not valid, or not any more"
            raise AccessDenied(message)
        accept(account, secret, now)
        return account

    linked = link(opened_named(site, request.cookies), now)
    return Joining(secret, await site.office.change(look), challenge, linked)


def app_seed(site: Site, account: StaffId, challenge: Challenge) -> bytes:
    """Return the sealed seed of a page: the same when the page is shown again."""
    seed = derive(site.secret, "seed", account, challenge.random.hex())[:_SEED]
    return site.means.codes.sealed_seed(account, seed)


def _codes(site: Site, joining: Joining, sent: Form) -> tuple[Factor, ...]:
    """Return a password and an authenticator app as factors. Raises BadInput."""
    now, codes = site.chance.clock(), site.means.codes
    sealed = app_seed(site, joining.account.id, joining.challenge)
    step = codes.used_step(joining.account.id, sealed, sent.one("code"), now)
    if step is None:
        message = "the code is not the one that the app shows now; check the clock of your phone"
        raise BadInput(message)
    password = codes.hashed(sent.exact("password"))
    name = site.chance.random(16).hex()
    return (
        Factor(f"password-{name}", StaffId(""), FactorKind.PASSWORD, password, 0, now),
        Factor(f"totp-{name}", StaffId(""), FactorKind.TOTP, sealed, step, now),
    )


async def _joined(site: Site, joining: Joining, factors: tuple[Factor, ...]) -> Response:
    """Make the account its owner's, and show the recovery codes this once."""
    at = site.occasion()
    codes, recovery = recovery_codes(site)

    def join(tx: StaffStore) -> Account:
        spend(tx, joining.challenge, at.now)
        digest = digest_of(joining.secret)
        every = (*factors, *joining.linked, *recovery)
        return staffing.join(tx, joining.secret, digest, every, at)

    account = await site.office.change(join)
    values: Mapping[str, object] = {"account": account, "codes": codes}
    answer = site.rendering.page("joined.html", values)
    keep(answer, COOKIE, "", 0, strict=False)
    keep(answer, SHOWN, "", 0)
    return answer


def recovery_codes(site: Site) -> tuple[tuple[str, ...], tuple[Factor, ...]]:
    """Return new codes to show once, and the factors that are stored of them."""
    now = site.chance.clock()
    made = [b32encode(site.chance.random(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    factors = tuple(
        Factor(f"recovery-{digest[:32]}", StaffId(""), FactorKind.RECOVERY, digest.encode(), 0, now)
        for digest in map(digest_of, made)
    )
    return tuple("-".join((code[:4], code[4:8], code[8:12], code[12:])) for code in made), factors


def _page(site: Site, joining: Joining, wrong: str) -> Response:
    account, challenge = joining.account, joining.challenge
    values = {
        "account": account,
        "app": site.means.codes.provisioned(
            account, app_seed(site, joining.account.id, joining.challenge)
        ),
        "options": site.means.passkeys.registration(account, challenge, ()),
        "token": "",
        "visit": site.visits.token(challenge),
        "wrong": wrong,
        "provider": "" if site.means.provider is None else site.means.provider.name,
        "linked": bool(joining.linked),
        "second": opens(joining.linked),
    }
    answer = site.rendering.page("join.html", values, 400 if wrong else 200)
    site.visits.keep(answer, challenge)
    return answer
