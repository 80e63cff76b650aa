"""Alerts: what a rule saw, kept as one thing while it goes on, until somebody decides about it.

Invariants: the same rule about the same actor extends the alert that is open while no more than a
window lies between; an alert holds places in the log, codes, counts and references, never text; it
explains itself without the rule, which may have changed since; nobody's alert ends without a name
and a reason in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from privity.access.staff import StaffId
from privity.errors import BadInput
from privity.oversight.rule import Hit, Level, Rule

MOST_ENTRIES = 64
"""How many places in the log an alert names; the first and the latest ones."""
TELL_AGAIN = 10
"""An alert that grew to so many times its size is told once more."""


class State(StrEnum):
    """What became of an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class Reason(StrEnum):
    """Why an alert was acknowledged or closed."""

    LOOKING = "looking_into_it"
    EXPECTED = "expected"
    FALSE = "false_alarm"
    MENDED = "mended"
    INCIDENT = "incident"


class Incident(StrEnum):
    """What became of the draft of an incident."""

    NONE = "none"
    DRAFT = "draft"
    DISMISSED = "dismissed"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Explained:
    """What the rule said when it raised the alert."""

    title: str
    description: str
    quiet: str
    false_positives: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert. `entries`: places in the log; `said`: codes and counts of what was seen last."""

    id: str
    rule: str
    level: Level
    actor: str
    first: datetime
    last: datetime
    count: int
    hits: int
    entries: tuple[int, ...]
    said: Mapping[str, str | int]
    explained: Explained
    state: State = State.OPEN
    incident: Incident = Incident.NONE
    by: StaffId | None = None
    reason: Reason | None = None
    decided_at: datetime | None = None


class Alerts(Protocol):
    """Alerts, inside one transaction."""

    def put(self, alert: Alert) -> None:
        """Store an alert, in the place of the one with its id if there is one."""
        ...

    def get(self, name: str) -> Alert | None:
        """Return an alert, or None."""
        ...

    def going_on(self, rule: str, actor: str, since: datetime) -> Alert | None:
        """Return the alert, not closed, that this may extend: it was seen since then; or None."""
        ...

    def latest(self, limit: int) -> tuple[Alert, ...]:
        """Return the newest alerts: those not closed first."""
        ...


def raised(name: str, rule: Rule, hit: Hit) -> Alert:
    """Return the alert that a hit of a rule begins."""
    explained = Explained(rule.title, rule.description, rule.quiet, rule.false_positives, rule.tags)
    incident = Incident.DRAFT if rule.level.drafts else Incident.NONE
    return Alert(
        name,
        rule.name,
        rule.level,
        hit.actor,
        _time(hit.first),
        _time(hit.last),
        hit.count,
        1,
        _some(hit.entries),
        dict(hit.said),
        explained,
        incident=incident,
    )


def extended(alert: Alert, hit: Hit) -> Alert:
    """Return an alert with one more hit. `count` is the highest that was counted."""
    return replace(
        alert,
        first=min(alert.first, _time(hit.first)),
        last=max(alert.last, _time(hit.last)),
        count=max(alert.count, hit.count),
        hits=alert.hits + 1,
        entries=_some((*alert.entries, *hit.entries)),
        said=dict(hit.said),
    )


def is_told_again(alert: Alert) -> bool:
    """Say whether an alert that was extended grew so much that it is told once more."""
    size = alert.hits
    while size % TELL_AGAIN == 0:
        size //= TELL_AGAIN
    return size == 1 and alert.hits > 1


def acknowledged(alert: Alert, by: StaffId, reason: Reason, now: datetime) -> Alert:
    """Return an alert that somebody took on. Raises BadInput."""
    if alert.state is not State.OPEN:
        message = "the alert is not open any more"
        raise BadInput(message)
    return replace(alert, state=State.ACKNOWLEDGED, by=by, reason=reason, decided_at=now)


def closed(alert: Alert, by: StaffId, reason: Reason, now: datetime) -> Alert:
    """Return an alert that somebody ended. Raises BadInput, also for a draft not decided about."""
    if alert.state is State.CLOSED:
        message = "the alert is closed already"
        raise BadInput(message)
    if reason is Reason.LOOKING:
        message = "looking into it ends nothing; close it with what was found"
        raise BadInput(message)
    incident = alert.incident
    if incident is Incident.DRAFT:
        incident = Incident.DECLARED if reason is Reason.INCIDENT else Incident.DISMISSED
    return replace(
        alert, state=State.CLOSED, incident=incident, by=by, reason=reason, decided_at=now
    )


def declared(alert: Alert, by: StaffId, now: datetime) -> Alert:
    """Return an alert whose draft became an incident; it stays with who declared it.

    Raises BadInput.
    """
    if alert.incident is not Incident.DRAFT or alert.state is State.CLOSED:
        message = "there is no draft of an incident to declare"
        raise BadInput(message)
    return replace(
        alert,
        state=State.ACKNOWLEDGED,
        incident=Incident.DECLARED,
        by=by,
        reason=Reason.INCIDENT,
        decided_at=now,
    )


def since(hit: Hit, window: timedelta) -> datetime:
    """Return since when an alert must have been seen for a hit to extend it."""
    return _time(hit.first) - window


def _some(entries: tuple[int, ...]) -> tuple[int, ...]:
    each = tuple(dict.fromkeys(entries))
    if len(each) <= MOST_ENTRIES:
        return each
    half = MOST_ENTRIES // 2
    return each[:half] + each[-half:]


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
