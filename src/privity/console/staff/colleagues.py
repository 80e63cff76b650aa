"""Accounts of staff: who there is; invite, change roles, suspend, resume, off-board.

Invariants: the secret of an invitation is shown once, to who invites; nobody changes their own
account; who is suspended or off-boarded is out with their next request.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from privity.access import staffing
from privity.access.accounts import SECRET_BYTES, Account, State, secret_of
from privity.access.desk import FRESH_RULE, Acting, Refusal, Wish
from privity.access.explaining import able
from privity.access.grants import standing
from privity.access.staff import Action, Kind, Role, StaffId, Thing
from privity.access.staffing import Known, Newcomer
from privity.console.people.visitor import Form
from privity.console.staff.log import SEE
from privity.console.staff.navigation import Group, Section, may, to
from privity.console.staff.ports import StaffStore
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import STAFF, Handler, Site, StaffRequest, back_to, form, page
from privity.errors import BadInput
from privity.governance.learning import Learned
from privity.model.words import Purpose, Region

PATH = f"{ROOT}/staff"
SECTIONS = (
    Section(
        PATH,
        "Staff",
        Group.STAFF,
        to(STAFF),
        "Who works here: invite, change roles and regions, suspend, off-board.",
        "people colleagues accounts roles invitation",
    ),
)
_ORDER = (State.ACTIVE, State.INVITED, State.SUSPENDED, State.ENDED)
_SHOWN = 20


def routes(site: Site) -> list[Route]:
    """Return the pages of accounts, and their forms."""

    async def listed(asked: StaffRequest) -> Response:
        def look(acting: Acting) -> Refusal | dict[str, object]:
            if refusal := acting.refused(STAFF):
                return refusal
            every = sorted(acting.tx.accounts.all(), key=lambda each: _ORDER.index(each.state))
            return {"accounts": every, "changes": _changes(acting, "any")}

        found = await site.act(asked, look)
        return await site.page("staff.html", asked, {**found, **_choices(site)})

    async def change(asked: StaffRequest) -> Response:
        roles, regions = _roles(asked.form), _regions(asked.form)

        def changing(acting: Acting, tx: StaffStore) -> Account | Refusal:
            learned = Learned(tx.trainings, site.curriculum, asked.now)
            return staffing.change(acting, _id(asked), roles, regions, learned.until)

        await site.act_in(asked, changing)
        return back_to(f"{PATH}/{_id(asked)}?saved")

    return [
        page(site, PATH, listed),
        form(site, PATH, _inviting(site)),
        page(site, f"{PATH}/{{id}}", _showing(site)),
        form(site, f"{PATH}/{{id}}/change", change),
        form(site, f"{PATH}/{{id}}/again", _inviting_again(site)),
        _step(site, "confirm", staffing.vouch),
        _step(site, "suspend", staffing.put_out),
        _step(site, "resume", staffing.bring_back),
        _step(site, "end", staffing.off_board),
    ]


def _showing(site: Site) -> Handler:
    async def shown(asked: StaffRequest) -> Response:
        def look(acting: Acting) -> Refusal | dict[str, object]:
            if refusal := acting.refused(STAFF):
                return refusal
            found = acting.tx.accounts.get(_id(asked))
            if found is None:
                message = "there is no account of this id"
                raise BadInput(message)
            requests = acting.tx.grants.of(found.id, _SHOWN)
            return {
                "who": found,
                "changes": _changes(acting, found.id),
                "vouches": _vouches(acting, found),
                "path": asked.path,
                "can": sorted(able(site.rules, found.roles)),
                "requests": tuple((each, standing(each, asked.now)[0].value) for each in requests),
                "reads_log": may(acting, SEE),
                "late": found.state is State.INVITED and found.invited_until <= asked.now,
                **_choices(site, found.regions),
            }

        found = await site.act(asked, look)
        return await site.page("colleague.html", asked, {**found, "saved": "saved" in asked.query})

    return shown


def _inviting(site: Site) -> Handler:
    async def invite(asked: StaffRequest) -> Response:
        sent, secret = asked.form, secret_of(site.chance.random(SECRET_BYTES))
        newcomer = Newcomer(sent.one("name"), sent.one("mail"), _roles(sent), _regions(sent))
        known = Known(StaffId(site.chance.random(16).hex()), secret)
        invited = await site.act(asked, lambda acting: staffing.invite(acting, newcomer, known))
        values = {"who": invited, "link": f"{site.origin}{ROOT}/join?invitation={secret}"}
        return await site.page("invited.html", asked, values)

    return invite


def _inviting_again(site: Site) -> Handler:
    async def again(asked: StaffRequest) -> Response:
        secret = secret_of(site.chance.random(SECRET_BYTES))
        who = await site.act(
            asked, lambda acting: staffing.invite_again(acting, _id(asked), secret)
        )
        values = {"who": who, "link": f"{site.origin}{ROOT}/join?invitation={secret}"}
        return await site.page("invited.html", asked, values)

    return again


def _step(site: Site, word: str, act: Callable[[Acting, StaffId], Account | Refusal]) -> Route:
    async def step(asked: StaffRequest) -> Response:
        await site.act(asked, lambda acting: act(acting, _id(asked)))
        return back_to(f"{PATH}/{_id(asked)}")

    return form(site, f"{PATH}/{{id}}/{word}", step)


def _id(asked: StaffRequest) -> StaffId:
    return StaffId(asked.named["id"])


def _changes(acting: Acting, name: str) -> bool:
    """Say whether somebody may change this account, if need be after a fresh second factor."""
    thing = Thing(Kind.STAFF_ACCOUNT, name, of=StaffId(name))
    answer = acting.judge(Wish(Action.CHANGE_STAFF, thing, Purpose.SECURITY))
    return answer.allowed or answer.because == (FRESH_RULE,)


def _vouches(acting: Acting, account: Account) -> bool:
    """Say whether somebody may confirm this account, if need be after a fresh second factor."""
    if account.state is not State.ACTIVE or account.staff.confirmed:
        return False
    wish = Wish(Action.CONFIRM_STAFF, staffing.confirming(account), Purpose.SECURITY)
    answer = acting.judge(wish)
    return answer.allowed or answer.because == (FRESH_RULE,)


def _choices(site: Site, more: frozenset[Region] = frozenset()) -> dict[str, object]:
    """Return the roles, and the regions of the home with those that an account has beside them."""
    regions = (*site.regions, *sorted(more.difference(site.regions)))
    return {"roles": tuple(Role), "regions": regions}


def _roles(sent: Form) -> frozenset[Role]:
    named = set(sent.all("role"))
    return frozenset(role for role in Role if role.value in named)


def _regions(sent: Form) -> frozenset[Region]:
    named = set(sent.all("region"))
    return frozenset(region for region in Region if region.value in named)
