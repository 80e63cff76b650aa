"""Tokens of machines: which there are, a new one, and taking one back.

Invariants: a token is shown once, to who made it; what is stored is a keyed digest; each has an end
within a year.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from starlette.responses import Response
from starlette.routing import Route

from privity.access import machines
from privity.access.accounts import SECRET_BYTES, secret_of
from privity.access.desk import Acting, Refusal
from privity.access.machines import CHANGE, SEE
from privity.access.staff import MachineId, Scope, StaffId
from privity.access.tokens import PREFIX, Token, digest_of
from privity.console.people.visitor import Form
from privity.console.staff.navigation import Group, Section, may, to
from privity.console.staff.ports import StaffStore
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Site, StaffRequest, back_to, form, page
from privity.errors import BadInput

PATH = f"{ROOT}/machines"
SECTIONS = (
    Section(
        PATH,
        "Machines",
        Group.STAFF,
        to(SEE),
        "Tokens with which other systems read evidence, the overview and alerts.",
        "token tokens api bearer automation integration",
    ),
)


def routes(site: Site) -> list[Route]:
    """Return the page of tokens, and its forms."""

    async def listed(asked: StaffRequest) -> Response:
        def look(acting: Acting, tx: StaffStore) -> Refusal | dict[str, object]:
            if refusal := acting.refused(SEE):
                return refusal
            names = {each.id: each.name or "who left" for each in tx.accounts.all()}
            found = tx.machines.all()
            good = {each.id for each in found if machines.stands(tx, each, acting.at.now)}
            shown = {"tokens": found, "good": good, "names": names}
            return {**shown, "changes": may(acting, CHANGE)}

        found = await site.act_in(asked, look)
        return await site.page("machines.html", asked, {**found, "scopes": tuple(Scope)})

    async def make(asked: StaffRequest) -> Response:
        secret = PREFIX + secret_of(site.chance.random(SECRET_BYTES))
        wanted = _wanted(site, asked, digest_of(site.secret, secret))
        made = await site.act_in(asked, lambda acting, tx: machines.add(acting, tx, wanted))
        return await site.page("machine_made.html", asked, {"made": made, "secret": secret})

    async def take_back(asked: StaffRequest) -> Response:
        name = MachineId(asked.named["id"])
        await site.act_in(asked, lambda acting, tx: machines.revoke(acting, tx, name))
        return back_to(PATH)

    return [
        page(site, PATH, listed),
        form(site, PATH, make),
        form(site, f"{PATH}/{{id}}/revoke", take_back),
    ]


def _wanted(site: Site, asked: StaffRequest, digest: str) -> Token:
    name = MachineId(site.chance.random(16).hex())
    ends = last_moment(asked.form.one("until"))
    nobody = StaffId("")
    sent = asked.form
    return Token(name, sent.one("name"), _scopes(sent), digest, nobody, asked.now, ends)


def _scopes(sent: Form) -> frozenset[Scope]:
    named = set(sent.all("scope"))
    return frozenset(scope for scope in Scope if scope.value in named)


def last_moment(day: str) -> datetime:
    """Return the begin of a day, in UTC, at which a token ends. Raises BadInput."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        message = "name the day on which it ends, such as 2027-01-31"
        raise BadInput(message) from None  # the inner error quotes what was sent
