"""Alerts in the console: what was seen, why, what would have been quiet, and what was decided.

Invariants: an alert is shown with the rule's own words and the places in the log that it is about;
nothing on these pages is text of a person; who takes an alert on or ends it says why, in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.responses import Response
from starlette.routing import Route

from privity.access.desk import Acting, Refusal
from privity.access.staff import StaffId
from privity.console.staff.alert_story import REASONS, story
from privity.console.staff.navigation import Group, Section, may, to
from privity.console.staff.ports import StaffStore
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Handler, Site, StaffRequest, back_to, form, page
from privity.errors import BadInput
from privity.oversight import handling
from privity.oversight.alerts import Alert, Alerts, Incident, Reason, State
from privity.oversight.incident import NOTIFY, draft
from privity.oversight.ports import RULES, STILL
from privity.oversight.rule import Level

PATH = f"{ROOT}/alerts"


async def _waiting(site: Site, asked: StaffRequest) -> str:
    """Say how many alerts nobody looks into yet, and whether nobody asks the rules."""
    found = await site.act_in(asked, lambda acting, tx: handling.listed(acting, tx.alerts))
    at = await site.act_in(asked, lambda _, tx: tx.followers.get(RULES))
    open_ = sum(alert.state is State.OPEN for alert in found)
    words = [f"{open_} that nobody looks into yet"] if open_ else []
    if at is not None and at.until < asked.now - STILL:
        words.append("nobody watches the log now: look at Set-up")
    return "; ".join(words)


SECTIONS = (
    Section(
        PATH,
        "Alerts",
        Group.WATCH,
        to(handling.SEE),
        "What looks like an attack, why, and what was decided about it.",
        "intrusion detection rules sigma incident honey canary",
        waits=_waiting,
    ),
)
STATES = {State.OPEN: "open", State.ACKNOWLEDGED: "taken on", State.CLOSED: "closed"}
"""What a state is called on these pages."""
Act: TypeAlias = Callable[[Acting, Alerts, str, Reason], "Alert | Refusal"]
_ENDING = (
    ("", "Choose …"),
    *((each.value, words) for each, words in REASONS.items() if each is not Reason.LOOKING),
)
_TONES = {Level.CRITICAL: "bad", Level.HIGH: "bad", Level.MEDIUM: "warn"}


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert, the names of staff, and whether who looks may decide about it."""

    alert: Alert
    names: dict[str, str]
    handles: bool


def routes(site: Site) -> list[Route]:
    """Return the pages of alerts, and their forms."""

    async def report(asked: StaffRequest) -> Response:
        seen = await site.act_in(asked, lambda acting, tx: _seen(acting, tx, asked.named["id"]))
        named = f'attachment; filename="incident-{seen.alert.id}.md"'
        headers = {"content-disposition": named}
        return Response(draft(seen.alert), headers=headers, media_type="text/markdown")

    return [
        page(site, PATH, _listing(site)),
        page(site, f"{PATH}/{{id}}", _showing(site)),
        page(site, f"{PATH}/{{id}}/incident.md", report),
        _step(site, "acknowledge", handling.acknowledge),
        _step(site, "declare", _declare),
        _step(site, "close", handling.close),
    ]


def _listing(site: Site) -> Handler:
    async def listed(asked: StaffRequest) -> Response:
        def look(acting: Acting, tx: StaffStore) -> Refusal | tuple[Alert, ...]:
            return handling.listed(acting, tx.alerts)

        found, state = await site.act_in(asked, look), asked.query.get("state", "")
        values = {
            "alerts": [each for each in found if _is_in(each, state)],
            "names": await site.act(asked, _names),
            "state": state,
            "tones": _TONES,
            "states": STATES,
            "counts": {each: sum(alert.state is each for alert in found) for each in State},
            "drafts": sum(alert.incident is Incident.DRAFT for alert in found),
            "any": bool(found),
        }
        return await site.page("alerts.html", asked, values)

    return listed


def _showing(site: Site) -> Handler:
    async def shown(asked: StaffRequest) -> Response:
        seen = await site.act_in(asked, lambda acting, tx: _seen(acting, tx, asked.named["id"]))
        values = {
            "seen": seen,
            "alert": seen.alert,
            "events": await story(site, seen.alert, seen.names, asked.now),
            "path": asked.path,
            "tones": _TONES,
            "states": STATES,
            "draft": draft(seen.alert),
            "notify": seen.alert.first + NOTIFY,
            "ending": _ENDING,
        }
        return await site.page("alert.html", asked, values)

    return shown


def _step(site: Site, word: str, act: Act) -> Route:
    async def step(asked: StaffRequest) -> Response:
        name, reason = asked.named["id"], _reason(asked.form.one("reason"))
        await site.act_in(asked, lambda acting, tx: act(acting, tx.alerts, name, reason))
        return back_to(f"{PATH}/{name}")

    return form(site, f"{PATH}/{{id}}/{word}", step)


def _declare(acting: Acting, alerts: Alerts, name: str, _: Reason) -> Alert | Refusal:
    return handling.declare(acting, alerts, name)


def _reason(given: str) -> Reason:
    try:
        return Reason(given)
    except ValueError:
        message = "choose a reason"
        raise BadInput(message) from None  # the inner error quotes what was sent


def _is_in(alert: Alert, state: str) -> bool:
    """Say whether an alert is in the list of a state; empty: of those not closed."""
    return state in {"all", alert.state.value} or (not state and alert.state is not State.CLOSED)


def _seen(acting: Acting, tx: StaffStore, name: str) -> Refusal | Seen:
    found = handling.shown(acting, tx.alerts, name)
    if isinstance(found, Refusal):
        return found
    return Seen(found, _names(acting), may(acting, handling.to_handle(found)))


def _names(acting: Acting) -> dict[str, str]:
    return {StaffId(each.id): each.name or "who left" for each in acting.tx.accounts.all()}
