"""What machines read, as JSON: `/console/api/v1`, with a token (RFC 6750).

Invariants: the token comes in the header and nowhere else; each use is judged by the rules and is
in the log before anything is shown; wrong tokens are counted by the network's address, as wrong
passwords are; nothing here is about a person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from privity.access import entering, machines
from privity.access.desk import Refusal, Wish
from privity.access.machines import Shown
from privity.access.staff import Action, Kind, Thing
from privity.access.tokens import Token, digest_of
from privity.console.staff.navigation import Section
from privity.console.staff.ports import StaffStore
from privity.console.staff.proving import address_of
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import OVERVIEW, Site
from privity.errors import NotSignedIn, PrivityError, RateLimited
from privity.model.words import Purpose
from privity.oversight.alerts import Alert
from privity.policy.evidence import Broken, Evidence, Result
from privity.policy.notice import CLOSING, say

SECTIONS: tuple[Section, ...] = ()
"""None: it is for machines."""
PATH = f"{ROOT}/api/v1"
EVIDENCE = Wish(Action.SEE_EVIDENCE, Thing(Kind.EVIDENCE, "privity"), Purpose.SECURITY)
ALERTS = Wish(Action.SEE_ALERTS, Thing(Kind.ALERT, "any"), Purpose.SECURITY)
_SCHEME = "bearer "
_MOST_ALERTS = 200


def routes(site: Site) -> list[Route]:
    """Return what machines may ask."""

    async def overview() -> object:
        status = await site.view.status()
        stored = status.stored
        log = None if stored is None else stored.log
        return {
            "at": status.at.isoformat(),
            "since": status.since.isoformat(),
            "version": status.version,
            "policy": site.view.policy.digest,
            "serving": status.serving,
            "checks": dict(status.checks),
            "kept": {} if stored is None else {k.purpose.value: k.records for k in stored.kept},
            "overdue": None if stored is None else stored.overdue,
            "log": log and {"origin": log.origin, "size": log.size, "root": log.root},
        }

    async def evidence() -> object:
        checked = await site.sights.evidence()
        return {"at": checked.at.isoformat(), "rows": [_row(*each) for each in checked.results]}

    async def alerts() -> object:
        found = await site.office.change(lambda tx: tx.alerts.latest(_MOST_ALERTS))
        return {"alerts": [_alert(each) for each in found]}

    async def described(_: Request) -> Response:
        return _json(200, files(__package__).joinpath("openapi.json").read_bytes())

    return [
        Route(f"{PATH}/openapi.json", described, methods=["GET"]),
        Route(f"{PATH}/overview", _for_machines(site, OVERVIEW, overview), methods=["GET"]),
        Route(f"{PATH}/evidence", _for_machines(site, EVIDENCE, evidence), methods=["GET"]),
        Route(f"{PATH}/alerts", _for_machines(site, ALERTS, alerts), methods=["GET"]),
    ]


def _for_machines(
    site: Site, wish: Wish, answer: Callable[[], Awaitable[object]]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            await _use(site, request, wish)
            return _json(200, orjson.dumps(await answer()))
        except PrivityError as error:
            return _refused(error)

    return endpoint


async def _use(site: Site, request: Request, wish: Wish) -> None:
    """Let a machine do something; return once that is in the log.

    Raises NotSignedIn, RateLimited, AccessDenied.
    """
    who = (address_of(site, request, "machine address"),)
    given = request.headers.get("authorization", "")
    token = given[len(_SCHEME) :] if given.lower().startswith(_SCHEME) else ""
    at = site.occasion()
    shown = Shown(digest_of(site.secret, token), who[0][: entering.SOURCE_DIGITS])

    def use(tx: StaffStore) -> Token | Refusal:
        entering.admit(tx, who, at.now)
        return machines.use(tx, site.rules, shown, wish, at)

    try:
        done = await site.office.change(use)
    except NotSignedIn:
        await site.office.change(lambda tx: entering.failed(tx, who, None, at))
        raise
    if isinstance(done, Refusal):
        raise done.error


def _refused(error: PrivityError) -> Response:
    said = {"code": error.code, "message": error.detail, "remedy": error.remedy}
    answer = _json(error.status, orjson.dumps({"error": said}))
    if isinstance(error, NotSignedIn):
        answer.headers["www-authenticate"] = 'Bearer realm="privity"'
    if isinstance(error, RateLimited) and error.again_in:
        answer.headers["retry-after"] = str(error.again_in)
    return answer


def _json(status: int, body: bytes) -> Response:
    return Response(body, status, media_type="application/json")


def _row(proof: Evidence, result: Result) -> dict[str, object]:
    sentence = CLOSING[0] if proof.clause is None else say(proof.clause)
    return {
        "sentence": sentence,
        "practice": proof.practice,
        "queries": [type(query).__name__ for query in proof.queries],
        "controls": [f"{control.framework.value} {control.id}" for control in proof.controls],
        "examined": 0 if isinstance(result, Broken) else result.examined,
        "broken": result.count if isinstance(result, Broken) else 0,
    }


def _alert(alert: Alert) -> dict[str, object]:
    return {
        "id": alert.id,
        "rule": alert.rule,
        "title": alert.explained.title,
        "level": alert.level.value,
        "state": alert.state.value,
        "incident": alert.incident.value,
        "first": alert.first.isoformat(),
        "last": alert.last.isoformat(),
        "count": alert.count,
        "entries": list(alert.entries),
    }
