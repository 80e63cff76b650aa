"""The inbox: what people ask about their data, with the days of the law, and what staff do.

Invariants: a request is seen and handled by who may do so in its region; what staff do with one is
in the log, with who did it, before it is done; an erasure is done by who says that they are sure;
an address that the person did not leave is confirmed by a colleague who types it again, unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from starlette.responses import Response
from starlette.routing import Route

from privity.access.desk import About, Acting, Occasion, Refusal, Wish
from privity.access.staff import Action, Kind, Thing
from privity.audit.entry import Entry, Event
from privity.console.people.visitor import Form
from privity.console.staff.answering import next_turn, offered, wish_to
from privity.console.staff.cases import Post
from privity.console.staff.navigation import Group, Section, may, somewhere
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Site, StaffRequest, back_to, form, page
from privity.errors import BadInput, RequestUnknown
from privity.governance.clocks import today
from privity.governance.handling import Act, reason_for
from privity.governance.requests import Reason, Request, RequestKind, State, is_overdue
from privity.model.text import Raw
from privity.model.words import Purpose, Region, SubjectRef

PATH = f"{ROOT}/requests"
_SOON = 7


class Shown(StrEnum):
    """Which requests the inbox shows."""

    OPEN = "open"
    WAITING = "waiting"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Days:
    """How long there is to answer: `share` (0 to 100) of the time is left. `tone`: how it looks."""

    words: str
    share: int
    tone: str


@dataclass(frozen=True, slots=True)
class Row:
    """A request with its days."""

    request: Request
    days: Days


async def _find(site: Site, asked: StaffRequest, typed: str) -> str | None:
    """Return the page of a request of this id, for who may see it; the others learn nothing."""
    try:
        wish = wish_to(await site.cases.find(typed))
    except RequestUnknown:
        return None
    found = await site.act(asked, lambda acting: may(acting, wish))
    return f"{PATH}/{wish.thing.id}" if found else None


async def _waiting(site: Site, asked: StaffRequest) -> str:
    """Say how many requests are to be answered soon, in the regions of who asks."""
    regions = await site.act(asked, _regions)
    found = await site.cases.all(closed=False)
    mine = [days(each, asked.now) for each in found if each.asked.region in regions]
    late, soon = (sum(each.tone == tone for each in mine) for tone in ("bad", "warn"))
    if late:
        return f"{late} overdue: answer them today"
    return f"{soon} to be answered within a week" if soon else ""


SECTIONS = (
    Section(
        PATH,
        "Requests",
        Group.PEOPLE,
        somewhere(Action.HANDLE_REQUEST, Purpose.RIGHTS),
        "What people ask about their data, and how many days there are to answer.",
        "inbox dsar access erasure deletion rights deadline gdpr ccpa",
        _find,
        _waiting,
    ),
)


def routes(site: Site) -> list[Route]:
    """Return the inbox, the page of each request, and what is done there."""

    async def listed(asked: StaffRequest) -> Response:
        regions = await site.act(asked, _regions)
        wanted = asked.query.get("show", "")
        shown = next((each for each in Shown if each == wanted), Shown.OPEN)
        kind = next((each for each in RequestKind if each == asked.query.get("kind", "")), None)
        found = await site.cases.all(closed=shown is Shown.ALL)
        mine = [each for each in found if each.asked.region in regions]
        rows = [Row(each, days(each, asked.now)) for each in _picked(mine, shown, kind)]
        values = {
            "rows": rows,
            "shown": shown,
            "kind": kind,
            "kinds": tuple(RequestKind),
            "stats": _stats(mine, asked.now),
            "any": bool(mine),
        }
        return await site.page("inbox.html", asked, values)

    async def shown(asked: StaffRequest) -> Response:
        request = await _allowed(site, asked)
        values = {
            "request": request,
            "days": days(request, asked.now),
            "steps": steps(request, asked.now, await site.cases.post(request)),
            "acts": offered(asked.by, request, asked.now),
            "turn": next_turn(request, asked.account.id),
            "by": _entered(request, asked),
            "path": f"{PATH}/{request.id}",
        }
        return await site.page("request.html", asked, values)

    async def act(asked: StaffRequest) -> Response:
        return await _done(site, asked)

    return [
        page(site, PATH, listed),
        page(site, f"{PATH}/{{id}}", shown),
        form(site, f"{PATH}/{{id}}/{{act}}", act),
    ]


def days(request: Request, now: datetime) -> Days:
    """Return how long there is to answer a request."""
    if request.state.closed:
        return Days(request.state.value, 0, "")
    if request.stands_still:
        unproven = request.state is State.UNPROVEN
        words = "paused until they show who they are" if unproven else "paused until they answer"
        return Days(words, 100, "still")
    day = today(request.asked.regime, now)
    left, whole = (request.due - day).days, max((request.due - request.received.date()).days, 1)
    if left < 0:
        return Days(f"{-left} days late", 100, "bad")
    words = "today" if left == 0 else "1 day left" if left == 1 else f"{left} days left"
    return Days(words, min(100, 100 * left // whole), "warn" if left <= _SOON else "")


def steps(
    request: Request, now: datetime, post: Post
) -> tuple[tuple[datetime | None, str, str, str], ...]:
    """Return what happened and what has to, in order: when, what, by when, tone."""
    proof = request.proof.name.lower() if request.proof else ""
    needs = request.asked.kind.needs
    proved = request.proof >= needs
    last = "" if request.closed else "warn" if is_overdue(request, now) else "open"
    found = [
        (request.received, "It arrived", f"by {request.asked.channel.value}", ""),
        _arrival(request, post),
        (None, "They show who they are", _proof(proof, needs.name.lower()), _tone(proved)),
    ]
    if request.paused is not None:
        why = request.reason.value.replace("_", " ") if request.reason else ""
        found.append((request.paused, "It waits for the person", why, "warn"))
    if request.extended:
        found.append((None, "It takes longer", f"until {request.due:%F}", ""))
    found.append((request.closed, _end(request.state), f"by {_by(request.due)}", last))
    return tuple(found)


def _arrival(request: Request, post: Post) -> tuple[datetime | None, str, str, str]:
    """Return the step of telling them that it arrived: done only where no letter waits."""
    confirm = request.clock.confirm
    by = f"by {confirm:%F}" if confirm else "the law names no day"
    match post:
        case Post.NONE_WAITS:
            undone = "" if request.told or request.state.closed else "open"
            return request.told, "They are told that it arrived", by, undone
        case Post.WAITS:
            return None, "A letter that it arrived waits", by, "open"
        case Post.NO_SERVER:
            return None, "A letter that it arrived waits", f"no mail server is named; {by}", "warn"
        case _:
            assert_never(post)


def _end(state: State) -> str:
    return "It is answered" if not state.closed else f"It ended: {state.value}"


def _by(day: date) -> str:
    return f"{day:%F}"


def _tone(done: bool) -> str:  # noqa: FBT001 - a state of one step
    return "" if done else "open"


def _proof(given: str, needed: str) -> str:
    return f"shown: {given}" if given else f"needed: {needed}"


def _entered(request: Request, asked: StaffRequest) -> str:
    if not request.asked.by:
        return ""
    return "you" if request.asked.by == asked.account.id else "a colleague"


def _regions(acting: Acting) -> Refusal | frozenset[Region]:
    """Return the regions whose requests somebody handles; where there is none, it is refused."""
    wishes = {each: _somewhere(each) for each in acting.by.staff.regions}
    found = frozenset(region for region, wish in wishes.items() if may(acting, wish))
    refused = None if found else acting.refused(_somewhere(next(iter(wishes), Region.LOCAL)))
    return refused or found


def _somewhere(region: Region) -> Wish:
    return Wish(Action.HANDLE_REQUEST, Thing(Kind.PERSON_REQUEST, "any", region), Purpose.RIGHTS)


def _picked(found: Sequence[Request], shown: Shown, kind: RequestKind | None) -> list[Request]:
    """Return what is shown, the next day first; what is closed stands at the end."""
    waiting = {State.UNPROVEN, State.PAUSED}
    chosen = [
        each
        for each in found
        if (kind is None or each.asked.kind is kind)
        and (shown is not Shown.WAITING or each.state in waiting)
    ]
    return sorted(chosen, key=lambda each: (each.state.closed, each.due, each.received))


def _stats(found: Sequence[Request], now: datetime) -> tuple[tuple[str, int, str, str], ...]:
    going = [each for each in found if not each.state.closed]
    late = sum(is_overdue(each, now) for each in going)
    soon = sum(days(each, now).tone == "warn" for each in going)
    waiting = sum(each.state is not State.OPEN for each in going)
    return (
        ("Open", len(going), "", ""),
        ("Due within a week", soon, "", "warn" if soon else ""),
        ("Wait for the person", waiting, "", ""),
        ("Overdue", late, "", "bad" if late else ""),
    )


async def _allowed(site: Site, asked: StaffRequest) -> Request:
    """Return the request of an address, to who may see it. Raises RequestUnknown, AccessDenied.

    Who handles none at all is refused before any is looked for.
    """
    await site.act(asked, _regions)
    request = await site.cases.find(asked.named["id"])
    await site.act(asked, lambda acting: acting.refused(wish_to(request)) or True)
    return request


async def _done(site: Site, asked: StaffRequest) -> Response:
    """Do what a form says. Raises BadInput, RequestUnknown, RequestState, AccessDenied."""
    await site.act(asked, _regions)
    request = await site.cases.find(asked.named["id"])
    act = next((each for each in Act if each == asked.named["act"]), None)
    if act is None:
        message = "there is no such thing to do with a request"
        raise BadInput(message)
    reason = _reason(act, asked.form)
    wish = wish_to(request, act)
    await site.act(asked, lambda acting: acting.refused(wish) or True)
    _check_sure(request, act, asked.form)
    await _check_address(site, request, act, asked.form)

    facts = {"request": request.id, "act": act.value}
    said = facts if reason is None else {**facts, "reason": reason.value}
    about = request.asked.subject, request.asked.region
    await written(site, asked, (wish, Event.REQUEST_HANDLED, said), about)
    await site.cases.do(request.id, act, reason)
    return back_to(f"{PATH}/{request.id}")


async def written(
    site: Site,
    asked: StaffRequest,
    what: tuple[Wish, Event, dict[str, str]],
    about: tuple[SubjectRef, Region | None],
) -> None:
    """Write what somebody does before it is done, where they may. Raises AccessDenied.

    It stands in the home's log, and in that of the region where its person lives.
    """
    wish, event, facts = what
    subject, region = about

    def say(acting: Acting) -> Refusal | Occasion:
        if refusal := acting.refused(wish):
            return refusal
        acting.write(event, facts, About(subject))
        return acting.at

    at = await site.act(asked, say)
    by = {"by": asked.account.id, **facts}
    await site.cases.told(Entry(event, at.now, at.policy, subject=subject, facts=by), region)


def _reason(act: Act, sent: Form) -> Reason | None:
    if not act.reasons:
        return None
    given = next((each for each in Reason if each == sent.one("reason")), None)
    return reason_for(act, given)


def _check_sure(request: Request, act: Act, sent: Form) -> None:
    erases = act is Act.COMPLETE and request.asked.kind is RequestKind.ERASURE
    if erases and sent.one("sure") != "yes":
        message = "an erasure cannot be undone; say that you are sure"
        raise BadInput(message)


async def _check_address(site: Site, request: Request, act: Act, sent: Form) -> None:
    """Compare what a colleague typed with a doubtful address. Raises BadInput."""
    if act is not Act.PROVE or not request.doubtful:
        return
    if not await site.cases.reaches(request.id, Raw(sent.one("mail"))):
        message = (
            "this is not the address that was entered: if yours is right, close the request and "
            "enter it again with a colleague"
        )
        raise BadInput(message)
