"""Break-glass in the console: ask, decide, read, end.

Invariants: a conversation is shown in the answer to a form, after the log says that it is read; it
is the minimized form that is kept, under the name of its reader and the time, and nothing offers a
copy; the reason is sealed where it is stored, and shown to who asked and to who may decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response
from starlette.routing import Route

from privity.access import reading
from privity.access.desk import FRESH_RULE, Acting, Refusal, Wish
from privity.access.grants import PURPOSES, Request, granted
from privity.access.staff import Action, GrantId, Kind, StaffId, Thing
from privity.console.people.visitor import Form
from privity.console.staff.navigation import Group, Section, to
from privity.console.staff.ports import Found
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import ACCESS, Handler, Site, StaffRequest, back_to, form, page
from privity.console.staff.watermark import watermark
from privity.errors import AccessDenied, BadInput
from privity.model.words import Purpose, Region
from privity.vault.aead import Key, bound
from privity.vault.home_secrets import derive

PATH = f"{ROOT}/access"
SECTIONS = (
    Section(
        PATH,
        "Conversations",
        Group.PEOPLE,
        to(ACCESS),
        "Ask to read one conversation, decide, read, end.",
        "access break-glass grant approve reader ticket",
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


def routes(site: Site) -> list[Route]:
    """Return the pages of access to conversations, and their forms."""

    async def listed(asked: StaffRequest) -> Response:
        def look(acting: Acting) -> Refusal | dict[str, object]:
            if refusal := acting.refused(ACCESS):
                return refusal
            found = acting.tx.grants.latest(_SHOWN)
            return {"requests": found, "names": _names(acting), "purposes": _purposes(acting)}

        return await site.page("access.html", asked, await site.act(asked, look))

    async def shown(asked: StaffRequest) -> Response:
        case = await site.act(asked, lambda acting: _case(site, acting, _id(asked)))
        return await site.page("grant.html", asked, {"case": case, "path": asked.path})

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

    return [
        page(site, PATH, listed),
        form(site, PATH, ask),
        page(site, f"{PATH}/{{id}}", shown),
        form(site, f"{PATH}/{{id}}/read", _reading(site)),
        _step(site, "approve", lambda acting, name: reading.decide(acting, name, agreed=True)),
        _step(site, "refuse", lambda acting, name: reading.decide(acting, name, agreed=False)),
        _step(site, "end", reading.stop),
    ]


def _step(site: Site, word: str, act: Callable[[Acting, GrantId], Request | Refusal]) -> Route:
    async def step(asked: StaffRequest) -> Response:
        await site.act(asked, lambda acting: act(acting, _id(asked)))
        return back_to(f"{PATH}/{_id(asked)}")

    return form(site, f"{PATH}/{{id}}/{word}", step)


def _reading(site: Site) -> Handler:
    async def read(asked: StaffRequest) -> Response:
        case = await site.act(asked, lambda acting: _case(site, acting, _id(asked)))
        found = await _found(site, case.request.conversation)
        request = await site.act(
            asked, lambda acting: reading.read(acting, case.request.id, found.subject)
        )
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
    decides = _may(acting, Wish(Action.APPROVE_ACCESS, thing, request.purpose))
    reason = _key(site).unseal(sealed, _place(request.id)).decode() if own or decides else ""
    return Case(
        request,
        _names(acting),
        reason,
        decides,
        own and granted(request, acting.at.now) is not None,
        _may(acting, Wish(Action.END_ACCESS, thing, request.purpose)),
    )


def _may(acting: Acting, wish: Wish) -> bool:
    """Say whether the rules allow it, if need be after a fresh second factor."""
    answer = acting.judge(wish)
    return answer.allowed or answer.because == (FRESH_RULE,)


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
        if any(_may(acting, Wish(Action.REQUEST_ACCESS, thing, purpose)) for thing in things)
    ]


def _key(site: Site) -> Key:
    return Key(derive(site.secret, "reason"))


def _place(name: GrantId) -> bytes:
    return bound("privity staff reason 1", name)


_NONE = "no conversation that is kept has this reference, or a record of this id"
