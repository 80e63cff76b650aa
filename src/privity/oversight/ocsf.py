"""Entries of the log as events of OCSF, for the systems of whoever watches many systems.

Invariants: made of an entry's codes, references and counts, so nothing of a person goes along; the
uid of an event is its place in the log, so that one that comes twice is known, and what it says can
be proved; exchanges that went well are counted elsewhere and not sent.

Source: OCSF 1.5.0, classes Authentication, Account Change, API Activity, Datastore Activity and
Detection Finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from privity.oversight.events import Class, Read, Row, class_of, row

VERSION = "1.5.0"
_OTHER = 99
_SUCCESS, _FAILURE = 1, 2
_SEVERITY = {"informational": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}
_NAMES = {
    Class.DETECTION_FINDING: "Detection Finding",
    Class.ACCOUNT_CHANGE: "Account Change",
    Class.AUTHENTICATION: "Authentication",
    Class.API_ACTIVITY: "API Activity",
    Class.DATASTORE_ACTIVITY: "Datastore Activity",
}
_ACTIVITIES = {
    "staff.signed_in": 1,
    "staff.refused": 1,
    "staff.locked": 1,
    "staff.signed_out": 2,
    "staff.invited": 1,
    "staff.joined": 2,
    "staff.suspended": 5,
    "staff.resumed": 2,
    "staff.ended": 6,
    "factor.added": 10,
    "factor.removed": 11,
    "conversation.read": 1,
    "pages.opened": 1,
    "data.exported": 1,
    "records.deleted": 6,
    "records.swept": 6,
    "subject.erased": 6,
    "subject.removed": 6,
    "alert.raised": 1,
    "alert.acknowledged": 2,
    "incident.decided": 2,
    "alert.closed": 3,
}
_UNSENT = frozenset({"exchange.allowed", "watch.looked", "watch.untaken"})

Json: TypeAlias = "str | int | list[Json] | dict[str, Json] | None"
Event: TypeAlias = "dict[str, Json]"


@dataclass(frozen=True, slots=True)
class Source:
    """Where events come from: the name of the log, and the version of the program."""

    origin: str
    version: str


def event(of: Read, source: Source) -> Event | None:
    """Return an entry as an event, or None if it is not sent."""
    made = row(of)
    if of.event in _UNSENT or (of.event == "exchange.ended" and made.status == "success"):
        return None
    kind = class_of(of.event)
    activity = _ACTIVITIES.get(of.event, _OTHER)
    said: Event = {
        "activity_id": activity,
        "activity_name": of.event,
        "category_uid": kind.value // 1000,
        "class_uid": kind.value,
        "class_name": _NAMES[kind],
        "type_uid": kind.value * 100 + activity,
        "time": round(of.at * 1000),
        "severity_id": _severity(of, made),
        "status_id": _SUCCESS if made.status == "success" else _FAILURE,
        "message": of.event,
        "metadata": {
            "version": VERSION,
            "uid": f"{source.origin}/{of.entry}",
            "log_name": source.origin,
            "sequence": of.entry,
            "event_code": of.event,
            "product": {"name": "privity", "vendor_name": "privity", "version": source.version},
        },
    }
    if made.code is not None:
        said["status_code"] = made.code
    return {**said, **_of_class(kind, of, made)}


def _of_class(kind: Class, of: Read, made: Row) -> Event:
    """Return what the class of an event asks for beside what all have."""
    actor: Json = {"user": {"uid": made.actor, "type": made.actor_kind}}
    unmapped: Json = dict(sorted(of.facts.items()))
    beside: Event = {"unmapped": unmapped} if unmapped else {}
    match kind:
        case Class.AUTHENTICATION:
            user: Json = {"uid": made.account or made.actor}
            return {**beside, "user": user, "service": {"name": "privity console"}}
        case Class.ACCOUNT_CHANGE:
            return {**beside, "actor": actor, "user": {"uid": made.account or made.actor}}
        case Class.DATASTORE_ACTIVITY:
            resource: Json = {"name": "vault", "uid": made.conversation or made.subject}
            seen: Json = {"uid": made.source or "unknown"}
            return {**beside, "actor": actor, "src_endpoint": seen, "databucket": resource}
        case Class.API_ACTIVITY:
            api: Json = {"operation": of.event, "request": {"uid": made.request or "none"}}
            where: Json = {"uid": made.source or "unknown"}
            return {**beside, "actor": actor, "src_endpoint": where, "api": api}
        case Class.DETECTION_FINDING:
            return {**beside, **_finding(of, made)}
        case _:
            assert_never(kind)


def _finding(of: Read, made: Row) -> Event:
    rule = made.rule or "unknown"
    info: Json = {
        "uid": of.fact("alert") or "unknown",
        "title": rule,
        "analytic": {"name": rule, "uid": rule, "type_id": 1, "type": "Rule"},
        "data_sources": [f"entry {each}" for each in (of.fact("entries") or "").split(",") if each],
    }
    return {"finding_info": info, "count": of.number("count") or 1}


def _severity(of: Read, made: Row) -> int:
    level = of.fact("level")
    if level is not None:
        return _SEVERITY.get(level, _OTHER)
    return 2 if made.status == "failure" else 1
