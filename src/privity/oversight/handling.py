"""What staff do with alerts: see them, take them on, declare an incident, close them.

Invariants: each act is one that the rules allow its actor, and an entry of the log names them and
the reason, in the transaction that does it; nobody handles an alert about themselves.
"""

from __future__ import annotations

from collections.abc import Callable

from privity.access.desk import Acting, Refusal, Wish
from privity.access.staff import Action, Kind, StaffId, Thing
from privity.audit.entry import Event
from privity.errors import BadInput
from privity.model.words import Purpose
from privity.oversight.alerts import Alert, Alerts, Reason, acknowledged, closed, declared

SHOWN = 200
SEE = Wish(Action.SEE_ALERTS, Thing(Kind.ALERT, "any"), Purpose.SECURITY)


def listed(acting: Acting, alerts: Alerts) -> tuple[Alert, ...] | Refusal:
    """Return the newest alerts, open ones first."""
    return acting.refused(SEE) or alerts.latest(SHOWN)


def shown(acting: Acting, alerts: Alerts, name: str) -> Alert | Refusal:
    """Return an alert. Raises BadInput."""
    return acting.refused(SEE) or _known(alerts, name)


def acknowledge(acting: Acting, alerts: Alerts, name: str, reason: Reason) -> Alert | Refusal:
    """Take an alert on. Raises BadInput."""

    def change(alert: Alert) -> Alert:
        return acknowledged(alert, acting.by.staff.id, reason, acting.at.now)

    return _handled(acting, alerts, name, (Event.ALERT_ACKNOWLEDGED, change))


def declare(acting: Acting, alerts: Alerts, name: str) -> Alert | Refusal:
    """Make the draft of an incident an incident. Raises BadInput."""

    def change(alert: Alert) -> Alert:
        return declared(alert, acting.by.staff.id, acting.at.now)

    return _handled(acting, alerts, name, (Event.INCIDENT_DECIDED, change))


def close(acting: Acting, alerts: Alerts, name: str, reason: Reason) -> Alert | Refusal:
    """End an alert; a draft that nobody declared is dismissed, or declared. Raises BadInput."""

    def change(alert: Alert) -> Alert:
        return closed(alert, acting.by.staff.id, reason, acting.at.now)

    return _handled(acting, alerts, name, (Event.ALERT_CLOSED, change))


def to_handle(alert: Alert) -> Wish:
    """Return the wish to handle an alert: whom it is about may not."""
    about = Thing(Kind.ALERT, alert.id, of=StaffId(alert.actor))
    return Wish(Action.HANDLE_ALERT, about, Purpose.SECURITY)


def _handled(
    acting: Acting, alerts: Alerts, name: str, act: tuple[Event, Callable[[Alert], Alert]]
) -> Alert | Refusal:
    event, change = act
    if refusal := acting.refused(SEE):
        return refusal
    known = _known(alerts, name)
    if refusal := acting.refused(to_handle(known)):
        return refusal
    alert = change(known)
    alerts.put(alert)
    said = {"alert": alert.id, "rule": alert.rule, "incident": alert.incident.value}
    acting.write(event, {**said, "reason": "" if alert.reason is None else alert.reason.value})
    return alert


def _known(alerts: Alerts, name: str) -> Alert:
    found = alerts.get(name)
    if found is None:
        message = "there is no alert of this id"
        raise BadInput(message)
    return found
