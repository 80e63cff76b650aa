"""Break-glass in the console: ask, decide, read, end.

Invariants: a conversation is shown in the answer to a form, after the log says that it is read; it
is the minimized form that is kept, under the name of its reader and the time, and nothing offers a
copy; the reason is sealed where it is stored, and shown to who asked and to who may decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response
from starlette.routing import Route

from privity.access import reading
from privity.access.desk import Acting, Refusal, Wish
from privity.access.grants import LONGEST, PURPOSES, SHORTEST, Request, Standing, granted, standing
from privity.access.reading import Found
from privity.access.staff import Action, GrantId, Kind, StaffId, Thing
from privity.console.people.visitor import Form
from privity.console.staff.grant_story import story
from privity.console.staff.navigation import Group, Section, may, to
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import ACCESS, Handler, Site, StaffRequest, back_to, form, page
from privity.console.staff.watermark import watermark
from privity.errors import AccessDenied, BadInput
from privity.model.words import Purpose, Region
from privity.vault.aead import Key, bound
from privity.vault.home_secrets import derive

PATH = f"{ROOT}/access"


async def _waiting(site: Site, asked: StaffRequest) -> str:
    """Say how many requests wait for a decision that who looks may take."""
    found = await site.act(asked, _listing)
    mine = sum(each.decides for each in found.requests)
    return f"{mine} to be decided by you" if mine else ""


SECTIONS = (
    Section(
        PATH,
        "Conversations",
        Group.PEOPLE,
        to(ACCESS),
        "Ask to read one conversation, decide, read, end.",
        "access break-glass grant approve reader ticket",
        waits=_waiting,
    ),
)
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Case:
    """A request as it is shown: `reason` is empty for who neither asked nor may decide."""

    request: Request
    names: dict[StaffId, str]
    reason: str
    decides: bool
    reads: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A request in the list: how it stands, until when, and whether who looks may decide it."""

    request: Request
    stands: Standing
    until: datetime | None
    decides: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The newest requests, the names of staff, and for what who looks may ask."""

    requests: tuple[Listed, ...]
    names: dict[StaffId, str]
    purposes: list[Purpose]


def routes(site: Site) -> list[Route]:
    """Return the pages of access to conversations, and their forms."""

    async def listed(asked: StaffRequest) -> Response:
        found = await site.act(asked, _listing)
        values = {
            "requests": found.requests,
            "names": found.names,
            "purposes": tuple((each.value, each.value) for each in found.purposes),
            "state": asked.query.get("state", ""),
            "bounds": (_in_minutes(SHORTEST), _in_minutes(LONGEST)),
        }
        return await site.page("access.html", asked, values)

    async def shown(asked: StaffRequest) -> Response:
        case = await site.act(asked, lambda acting: _case(site, acting, _id(asked)))
        stands, until = standing(case.request, asked.now)
        values = {
            "case": case,
            "path": asked.path,
            "stands": stands.value,
            "until": until,
            "story": await story(site, case.request, case.names, asked.now),
        }
        return await site.page("grant.html", asked, values)

    return [
        page(site, PATH, listed),
        form(site, PATH, _asking_for(site)),
        page(site, f"{PATH}/{{id}}", shown),
        form(site, f"{PATH}/{{id}}/read", _reading(site)),
        _step(site, "approve", lambda acting, name: reading.decide(acting, name, agreed=True)),
        _step(site, "refuse", lambda acting, name: reading.decide(acting, name, agreed=False)),
        _step(site, "end", reading.stop),
    ]


def _asking_for(site: Site) -> Handler:
    async def ask(asked: StaffRequest) -> Response:
        await site.act(asked, lambda acting: _asking(acting, _purpose(asked.form)))
        request = _wanted(site, asked, await _found(site, asked.form.one("conversation")))
        sealed = _key(site).seal(request.reason.encode(), _place(request.id))
        try:
            await site.act(asked, lambda acting: reading.ask(acting, request, sealed))
        except AccessDenied as error:
            # Only its region is in the way now; whether there is such a one is not theirs to know.
            raise BadInput(_NONE) from error
        return back_to(f"{PATH}/{request.id}")

    return ask


def _step(site: Site, word: str, act: Callable[[Acting, GrantId], Request | Refusal]) -> Route:
    async def step(asked: StaffRequest) -> Response:
        await site.act(asked, lambda acting: act(acting, _id(asked)))
        return back_to(f"{PATH}/{_id(asked)}")

    return form(site, f"{PATH}/{{id}}/{word}", step)


def _reading(site: Site) -> Handler:
    async def read(asked: StaffRequest) -> Response:
        case = await site.act(asked, lambda acting: _case(site, acting, _id(asked)))
        found = await _found(site, case.request.conversation)
        request = await site.act(asked, lambda acting: reading.read(acting, case.request.id, found))
        at = site.occasion()
        await site.means.archive.told(found, request, at)
        values = {
            "request": request,
            "conversation": await site.means.archive.opened(found, at.now),
            "watermark": watermark(asked.account.name, at.now),
            "read_at": at.now,
        }
        return await site.page("reading.html", asked, values)

    return read


def _id(asked: StaffRequest) -> GrantId:
    return GrantId(asked.named["id"])


async def _found(site: Site, name: str) -> Found:
    found = await site.means.archive.find(name)
    if found is None:
        raise BadInput(_NONE)
    return found


def _wanted(site: Site, asked: StaffRequest, found: Found) -> Request:
    """Return what somebody asks for. Raises BadInput."""
    sent, chance = asked.form, site.chance
    return Request(
        GrantId(chance.random(16).hex()),
        asked.account.id,
        asked.session.digest,
        found.ref,
        found.region,
        _purpose(sent),
        sent.one("ticket"),
        sent.one("reason"),
        timedelta(minutes=_minutes(sent)),
        asked.now,
    )


def _purpose(sent: Form) -> Purpose:
    try:
        return Purpose(sent.one("purpose"))
    except ValueError:
        message = "name a purpose of reading"
        raise BadInput(message) from None  # the inner error quotes what was sent


def _minutes(sent: Form) -> int:
    text = sent.one("minutes")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0  # noqa: PLR2004


def _case(site: Site, acting: Acting, name: GrantId) -> Refusal | Case:
    if refusal := acting.refused(ACCESS):
        return refusal
    found = acting.tx.grants.get(name)
    if found is None:
        message = "there is no request for access of this id"
        raise BadInput(message)
    request, sealed = found
    thing = Thing(Kind.GRANT, request.id, request.region, asked_by=request.reader)
    own = request.reader == acting.by.staff.id
    decides = may(acting, Wish(Action.APPROVE_ACCESS, thing, request.purpose))
    reason = _key(site).unseal(sealed, _place(request.id)).decode() if own or decides else ""
    return Case(
        request,
        _names(acting),
        reason,
        decides,
        own and granted(request, acting.at.now) is not None,
        may(acting, Wish(Action.END_ACCESS, thing, request.purpose)),
    )


def _listing(acting: Acting) -> Refusal | Listing:
    if refusal := acting.refused(ACCESS):
        return refusal
    found = acting.tx.grants.latest(_SHOWN)
    requests = tuple(_listed(acting, each) for each in found)
    return Listing(requests, _names(acting), _purposes(acting))


def _listed(acting: Acting, request: Request) -> Listed:
    stands, until = standing(request, acting.at.now)
    thing = Thing(Kind.GRANT, request.id, request.region, asked_by=request.reader)
    wish = Wish(Action.APPROVE_ACCESS, thing, request.purpose)
    return Listed(request, stands, until, stands is Standing.WAITING and may(acting, wish))


def _in_minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)


def _names(acting: Acting) -> dict[StaffId, str]:
    return {each.id: each.name or "who left" for each in acting.tx.accounts.all()}


def _asking(acting: Acting, purpose: Purpose) -> Refusal | bool:
    """Refuse whoever may ask for no conversation at all, before any is looked for."""
    regions = sorted(acting.by.staff.regions or Region)
    things = [Thing(Kind.CONVERSATION, "any", each) for each in regions]
    wishes = [Wish(Action.REQUEST_ACCESS, thing, purpose) for thing in things]
    if any(acting.judge(wish).allowed for wish in wishes):
        return True
    return acting.refused(wishes[0]) or True


def _purposes(acting: Acting) -> list[Purpose]:
    """Return for what somebody may ask, somewhere."""
    things = [Thing(Kind.CONVERSATION, "any", each) for each in acting.by.staff.regions]
    return [
        purpose
        for purpose in sorted(PURPOSES)
        if any(may(acting, Wish(Action.REQUEST_ACCESS, thing, purpose)) for thing in things)
    ]


def _key(site: Site) -> Key:
    return Key(derive(site.secret, "reason"))


def _place(name: GrantId) -> bytes:
    return bound("privity staff reason 1", name)


_NONE = "no conversation that is kept has this reference, or a record of this id"
