"""One's own account: passkeys, app, password and recovery codes, and where one is signed in.

Invariants: nothing here is about anybody else; what is changed needs a fresh second factor before
anything is typed; a new app counts only after it showed a right code, a new password only beside
the old one; recovery codes are shown once. The rules for what may go are in `access.own`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from starlette.responses import Response
from starlette.routing import Route

from privity.access import own
from privity.access.accounts import RECOVERY_CODES, Factor, FactorKind
from privity.access.desk import Acting, Refusal
from privity.access.own import Owned
from privity.access.sessions import Guesses
from privity.access.staff import StaffId
from privity.console.staff.joining import app_seed, recovery_codes
from privity.console.staff.navigation import Group, Section, everyone
from privity.console.staff.ports import Challenge
from privity.console.staff.proving import by_id, counted_for, failed
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Handler, Site, StaffRequest, back_to, form, page
from privity.errors import AccessDenied, BadInput

PATH = f"{ROOT}/me"
SECTIONS = (
    Section(
        PATH,
        "Your account",
        Group.OWN,
        everyone,
        "Your passkeys, app, password and recovery codes; where you are signed in.",
        "factor totp session security key authenticator",
    ),
)
DONE = {
    "passkey": "The passkey is registered.",
    "app": "This app counts from now on; one from before does not, and its sessions have ended.",
    "password": "This password counts from now on; one from before does not.",
    "removed": "It is removed, and your other sessions have ended.",
    "ended": "What you ended is signed out.",
}
"""What is said after an act, by a word in the address."""


def routes(site: Site) -> list[Route]:
    """Return the page, those of each factor, and their forms."""

    async def show(asked: StaffRequest) -> Response:
        owned = await site.act(asked, own.look)
        values = {
            "owned": owned,
            "kinds": FactorKind,
            "whole": RECOVERY_CODES,
            "short": own.short,
            "done": DONE.get(asked.query.get("done", ""), ""),
        }
        return await site.page("me.html", asked, values)

    async def drop(asked: StaffRequest) -> Response:
        await site.act(asked, lambda acting: own.drop(acting, asked.form.one("factor")))
        return _done("removed")

    async def end(asked: StaffRequest) -> Response:
        name = asked.form.one("session")
        await site.act(asked, lambda acting: own.end_session(acting, name))
        return _done("ended")

    async def end_others(asked: StaffRequest) -> Response:
        await site.act(asked, own.end_others)
        return _done("ended")

    return [
        page(site, PATH, show),
        form(site, f"{PATH}/remove", drop),
        form(site, f"{PATH}/sessions/end", end),
        form(site, f"{PATH}/sessions/end-others", end_others),
        *_both(site, "passkey", _passkey),
        *_both(site, "app", _app),
        *_both(site, "password", _password),
        *_both(site, "codes", _codes),
    ]


def _both(site: Site, word: str, made: Callable[[Site], tuple[Handler, Handler]]) -> list[Route]:
    """Return a page that asks for a fresh second factor before anything is typed, and its form."""
    shown, sent = made(site)

    async def show(asked: StaffRequest) -> Response:
        await site.act(asked, _may_change)
        return await shown(asked)

    return [page(site, f"{PATH}/{word}", show), form(site, f"{PATH}/{word}", sent)]


def _may_change(acting: Acting) -> Refusal | bool:
    return own.may_change(acting) or True


def _passkey(site: Site) -> tuple[Handler, Handler]:
    async def show(asked: StaffRequest) -> Response:
        return await screen(asked, "")

    async def send(asked: StaffRequest) -> Response:
        try:
            name = own.named(asked.form.one("name"))
            challenge = site.visits.open(asked.cookies, asked.now)
            found = site.means.passkeys.registered(challenge, asked.form.one("answer"), asked.now)
        except (BadInput, AccessDenied) as error:
            return await screen(asked, error.detail)
        fresh = Factor(
            found.id, StaffId(""), found.kind, found.secret, found.counter, asked.now, name
        )
        await site.act(asked, lambda acting: own.put(acting, (fresh,)))
        return _done("passkey")

    async def screen(asked: StaffRequest, wrong: str) -> Response:
        owned, challenge = await site.act(asked, own.look), _challenge(site)
        known = owned.of(FactorKind.PASSKEY)
        options = site.means.passkeys.registration(asked.account, challenge, known)
        values = {"options": options, "wrong": wrong, "typed": asked.form.one("name")}
        return await _answered(site, asked, "me_passkey.html", values, challenge)

    return show, send


def _app(site: Site) -> tuple[Handler, Handler]:
    async def show(asked: StaffRequest) -> Response:
        return await screen(asked, _challenge(site), "")

    async def send(asked: StaffRequest) -> Response:
        challenge = site.visits.open(asked.cookies, asked.now)
        sealed, codes = app_seed(site, asked.account.id, challenge), site.means.codes
        step = codes.used_step(asked.account.id, sealed, asked.form.one("code"), asked.now)
        if step is None:
            return await screen(asked, challenge, "that is not the code that the app shows now")
        fresh = _factor(site, asked, FactorKind.TOTP, sealed, step)
        await site.act(asked, lambda acting: own.put(acting, (fresh,)))
        return _done("app")

    async def screen(asked: StaffRequest, challenge: Challenge, wrong: str) -> Response:
        owned = await site.act(asked, own.look)
        sealed = app_seed(site, asked.account.id, challenge)
        app = site.means.codes.provisioned(asked.account, sealed)
        values = {"app": app, "wrong": wrong, "first": not owned.of(FactorKind.TOTP)}
        return await _answered(site, asked, "me_app.html", values, challenge)

    return show, send


def _password(site: Site) -> tuple[Handler, Handler]:
    async def show(asked: StaffRequest) -> Response:
        return await screen(asked, "")

    async def send(asked: StaffRequest) -> Response:
        try:
            await _check_current(site, asked)
            hashed = await asyncio.to_thread(site.means.codes.hashed, asked.form.exact("password"))
        except (BadInput, AccessDenied) as error:
            return await screen(asked, error.detail)
        fresh = _factor(site, asked, FactorKind.PASSWORD, hashed, 0)

        def change(acting: Acting) -> Owned | Refusal:
            acting.tx.sessions.guessed(_guesses(site, asked), Guesses())
            return own.put(acting, (fresh,))

        await site.act(asked, change)
        return _done("password")

    async def screen(asked: StaffRequest, wrong: str) -> Response:
        owned = await site.act(asked, own.look)
        values = {"wrong": wrong, "first": not owned.of(FactorKind.PASSWORD)}
        return await site.page("me_password.html", asked, values)

    return show, send


async def _check_current(site: Site, asked: StaffRequest) -> None:
    """See that who changes a password knows it; wrong tries are counted.

    Raises AccessDenied, and RateLimited.
    """
    who = (_guesses(site, asked),)
    found = await by_id(site, who, asked.account.id)
    stored = next((each.secret for each in found.of(FactorKind.PASSWORD)), None)
    if stored is None:
        return
    current = asked.form.one("current")
    if not await asyncio.to_thread(site.means.codes.is_right, stored, current):
        await failed(site, who, found)
        message = "that is not your present password"
        raise AccessDenied(message)


def _guesses(site: Site, asked: StaffRequest) -> str:
    return counted_for(site, "password", asked.account.id)


def _codes(site: Site) -> tuple[Handler, Handler]:
    async def show(asked: StaffRequest) -> Response:
        owned = await site.act(asked, own.look)
        left = len(owned.of(FactorKind.RECOVERY))
        return await site.page("me_codes.html", asked, {"codes": (), "left": left})

    async def send(asked: StaffRequest) -> Response:
        codes, fresh = recovery_codes(site)
        await site.act(asked, lambda acting: own.put(acting, fresh))
        return await site.page("me_codes.html", asked, {"codes": codes, "left": len(codes)})

    return show, send


def _factor(
    site: Site, asked: StaffRequest, kind: FactorKind, secret: bytes, counter: int
) -> Factor:
    name = f"{kind.value}-{site.chance.random(16).hex()}"
    return Factor(name, StaffId(""), kind, secret, counter, asked.now)


def _challenge(site: Site) -> Challenge:
    return Challenge(site.chance.random(32), site.chance.clock())


async def _answered(
    site: Site,
    asked: StaffRequest,
    template: str,
    values: Mapping[str, object],
    challenge: Challenge,
) -> Response:
    """Return a page whose form is answered with the challenge that its browser keeps."""
    answer = await site.page(template, asked, values)
    site.visits.keep(answer, challenge)
    return answer


def _done(word: str) -> Response:
    return back_to(f"{PATH}?done={word}")
