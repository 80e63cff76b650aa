"""Asking a parent, and the parent's own page.

`/privacy/parent` is the child's: who is asked, how it stands. `/privacy/parent/answer` is the
parent's: reached by the link of a letter, which moves out of the address into a cookie, as in
`entering`. There a parent agrees or refuses, shows in one of four ways that they are a parent, and
later sees, takes along and deletes what is kept, renews, or takes the consent back.

Invariants: opening a page decides nothing; a form counts only with the token of its own link; the
parent's pages show nothing of the child before consent was proven.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from privity.console.people.cookies import LINK, keep
from privity.console.people.forms import form_token, read_body, read_form
from privity.console.people.guard import language_of
from privity.console.people.parenting import Parenting
from privity.console.people.rendering import Around
from privity.console.people.site import SESSION_COOKIE, Site, back_to, form, page
from privity.console.people.uploads import read_upload
from privity.console.people.visitor import Form, PersonRequest
from privity.errors import BadInput, RecordUnknown
from privity.model.text import Raw
from privity.rights.ages import Standing
from privity.rights.knowledge import draw, passed
from privity.rights.letters import is_address
from privity.rights.minors import ParentalRequest, Ward, stands_now
from privity.rights.parental import (
    OPEN,
    Checked,
    Method,
    State,
    at_present,
    is_renewable,
    second_is_due,
)
from privity.rights.parents import Acting, answer, ask, questions_of, seal_form, step
from privity.rights.passes import Kind, Pass

T = TypeVar("T")
CHILD = "/privacy/parent"
ARRIVE = CHILD + "/open"
ANSWER = CHILD + "/answer"
SIGNED = CHILD + "/form"
CARD = CHILD + "/card"
COOKIE = "__Host-privity-parent"
SIGNATURE = "x-privity-signature"
_SECONDS = 30 * 60
_MOST_CALLBACK = 4096


@dataclass(frozen=True, slots=True)
class Following:
    """A parent's request: who came by which link, and what they sent."""

    site: Site
    parenting: Parenting
    request: Request
    link: str

    async def run(self, work: Callable[[Acting, ParentalRequest], T]) -> T:
        """Run work on what the link leads to. Raises RecordUnknown."""
        return await self.parenting.following(self.link, work)

    @property
    def token(self) -> str:
        """What the forms of this link carry."""
        return form_token(self.site.secret, self.link)


def routes(site: Site) -> list[Route]:
    """Return the pages about a parent's consent."""
    parenting = site.parenting
    if parenting is None:
        return []
    return [
        page(site, CHILD, _child(site, parenting)),
        form(site, CHILD, _ask(parenting)),
        Route(ARRIVE, _arrive, methods=["GET"]),
        Route(ANSWER, _met(site, parenting, _shown), methods=["GET"]),
        Route(ANSWER, _met(site, parenting, _answered), methods=["POST"]),
        Route(SIGNED, _met(site, parenting, _uploaded), methods=["POST"]),
        Route(CARD, _called(site, parenting), methods=["POST"]),
    ]


def _child(site: Site, parenting: Parenting) -> Callable[[PersonRequest], Awaitable[Response]]:
    async def child(asked: PersonRequest) -> Response:
        def last(at: Acting, ward: Ward) -> State | None:
            mine = at.tx.parental.of(ward.subject)
            return at_present(mine[-1].consent, at.now).state if mine else None

        state = await parenting.of_child(asked.who, last)
        values = {
            "state": "" if state is None else state.value,
            "open": state in OPEN,
            "granted": state is State.GRANTED,
            "done": asked.query.get("done", ""),
        }
        return site.rendering.page("parent_ask.html", asked, CHILD, values)

    return child


def _ask(parenting: Parenting) -> Callable[[PersonRequest], Awaitable[Response]]:
    async def asking(asked: PersonRequest) -> Response:
        to = Raw(asked.form.one("address"))
        if not is_address(to):
            return back_to(CHILD + "?done=address")
        await parenting.of_child(asked.who, lambda at, ward: ask(at, ward, to, asked.language))
        return back_to(CHILD + "?done=asked")

    return asking


async def _arrive(request: Request) -> Response:
    link = request.query_params.get("link", "")
    if not LINK.fullmatch(link):
        message = "no letter holds such a link"
        raise RecordUnknown(message)
    moved = RedirectResponse(ANSWER, 303)
    keep(moved, COOKIE, link, _SECONDS)
    return moved


def _met(
    site: Site, parenting: Parenting, act: Callable[[Following], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        link = request.cookies.get(COOKIE, "")
        if not link:
            message = "no link of a letter came with the request"
            raise RecordUnknown(message)
        return await act(Following(site, parenting, request, link))

    return endpoint


async def _shown(at: Following) -> Response:
    def look(acting: Acting, request: ParentalRequest) -> dict[str, object]:
        consent, terms = request.consent, acting.by.terms
        questions = questions_of(acting, request)
        asked = draw(questions, f"{consent.id}.{consent.failed}") if questions else ()
        return {
            "state": consent.state.value,
            "method": "" if consent.method is None else consent.method.value,
            "until": consent.until,
            "second": second_is_due(consent, acting.now, terms),
            "renewable": is_renewable(consent, acting.now, terms),
            "questions": asked,
            "failed": consent.failed,
            "attempts": terms.attempts - consent.failed,
            "reference": consent.id,
            "card": "" if at.parenting.cards is None else at.parenting.cards.link(consent.id),
        }

    seen = await at.run(look)
    values = {**seen, "token": at.token, "done": at.request.query_params.get("done", "")}
    around = Around(language_of(at.request), ANSWER)
    return at.site.rendering.open_page("parent.html", around, values)


async def _answered(at: Following) -> Response:
    sent = await read_form(at.request, at.token)
    said = sent.one("answer")
    if said == "see":
        return await _see(at)
    if said == "questions":
        return await _questioned(at, sent)
    if said not in {"yes", "no"}:
        message = "the answer is neither yes nor no"
        raise BadInput(message)
    after = await at.run(lambda acting, request: answer(acting, request, agreed=said == "yes"))
    return _ended(at, after)


async def _see(at: Following) -> Response:
    """Let a parent whose consent is proven see, take along and delete what is kept of a child.

    Nobody but themselves sees what is kept of somebody who has grown up.
    """

    def look(acting: Acting, request: ParentalRequest) -> tuple[ParentalRequest, Standing]:
        policy = acting.by.policy
        return request, stands_now(acting.tx, request.ward.subject, policy, acting.now)

    request, stands = await at.run(look)
    if request.consent.state is not State.GRANTED or stands is Standing.ADULT:
        message = "there is no proven consent"
        raise RecordUnknown(message)
    now, child = at.site.clock(), request.ward
    shown = Pass(
        Kind.LINK,
        child.subject,
        child.app,
        child.purpose,
        child.region,
        now,
        now + timedelta(minutes=5),
        token_hex(16),
    )
    token, _ = await at.site.sessions.open(shown, now)
    moved = RedirectResponse("/privacy/", 303)
    keep(moved, SESSION_COOKIE, token, None)
    return moved


async def _questioned(at: Following, sent: Form) -> Response:
    def judge(acting: Acting, request: ParentalRequest) -> ParentalRequest:
        consent = request.consent
        questions = questions_of(acting, request)
        drawn = draw(questions, f"{consent.id}.{consent.failed}") if questions else ()
        right = passed(drawn, [sent.one(f"question-{n}") for n in range(len(drawn))])
        return step(acting, request, Checked(Method.KNOWLEDGE, passed=right))

    return _ended(at, await at.run(judge))


async def _uploaded(at: Following) -> Response:
    body = await read_upload(at.request, at.token)
    return _ended(at, await at.run(lambda acting, request: seal_form(acting, request, body)))


def _ended(at: Following, after: ParentalRequest) -> Response:
    """Say what came of it. The link may be replaced by that of another letter."""
    state = after.consent.state
    values: dict[str, object] = {
        "state": state.value,
        "until": after.consent.until,
        "granted": state is State.GRANTED,
        "failed": after.consent.failed,
    }
    around = Around(language_of(at.request), ANSWER)
    return at.site.rendering.open_page("parent_done.html", around, values)


def _called(site: Site, parenting: Parenting) -> Callable[[Request], Awaitable[Response]]:
    async def called(request: Request) -> Response:
        """Take the word of the provider of payments; another site calls, so no form's token."""
        if parenting.cards is None:
            message = "no provider of payments is named in the settings"
            raise RecordUnknown(message)
        body = await read_body(request, _MOST_CALLBACK)
        given = request.headers.get(SIGNATURE, "")
        consent, charged = parenting.cards.judged(body, given, site.clock())
        what = Checked(Method.CARD, passed=charged)
        await parenting.named(consent, lambda at, found: step(at, found, what))
        return Response(status_code=204)

    return called
