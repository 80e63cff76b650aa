"""One entry of the audit log: what happened, decided by which clause, never whose words.

Invariants: no personal data. People and conversations appear as keyed references that mean
nothing once their key is destroyed. The canonical form (RFC 8785: sorted keys, no spaces, UTF-8;
only strings and integers occur) is what is hashed into the tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import orjson

from privity.model.finding import Tally
from privity.model.words import AppId, ConversationRef, PracticeId, Purpose, RequestId, SubjectRef


class Event(StrEnum):
    """What an entry can be about. A closed list."""

    EXCHANGE_ALLOWED = "exchange.allowed"
    EXCHANGE_REFUSED = "exchange.refused"
    EXCHANGE_ENDED = "exchange.ended"
    POLICY_ANNOUNCED = "policy.announced"
    POLICY_ADOPTED = "policy.adopted"
    APP_ADDED = "app.added"
    APP_REMOVED = "app.removed"
    KEY_CREATED = "key.created"
    KEY_ROTATED = "key.rotated"
    KEY_DESTROYED = "key.destroyed"
    RECORDS_SWEPT = "records.swept"
    RECORDS_DELETED = "records.deleted"
    SUBJECT_ERASED = "subject.erased"
    SUBJECT_REMOVED = "subject.removed"
    HOLD_ADDED = "hold.added"
    HOLD_RELEASED = "hold.released"
    HOLD_ENDED = "hold.ended"
    HOLD_MOVED = "hold.moved"
    REGION_ADDED = "region.added"
    PERSON_SETTLED = "person.settled"
    PERSON_LEAVING = "person.leaving"
    PERSON_ARRIVED = "person.arrived"
    PERSON_MOVED = "person.moved"
    PERSON_LEFT = "person.left"
    PERSON_FORGOTTEN = "person.forgotten"
    PERSON_SEEN = "person.seen"
    PAGES_OPENED = "pages.opened"
    DATA_EXPORTED = "data.exported"
    AGE_TOLD = "age.told"
    PARENT_MOVED = "parent.moved"
    NOTE_ADDED = "note.added"
    CLOCK_BELIEVED = "clock.believed"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"
    BACKUP_TRIED = "backup.tried"
    MAIL_POSTED = "mail.posted"
    MAIL_SENT = "mail.sent"
    MAIL_GIVEN_UP = "mail.given_up"
    REQUEST_OPENED = "request.opened"
    REQUEST_MOVED = "request.moved"
    REQUEST_CLOSED = "request.closed"
    REQUEST_HANDLED = "request.handled"
    REHEARSAL_ENDED = "rehearsal.ended"
    CHOICE_MADE = "choice.made"
    NOTICE_SHOWN = "notice.shown"
    STAFF_INVITED = "staff.invited"
    STAFF_JOINED = "staff.joined"
    STAFF_CHANGED = "staff.changed"
    STAFF_CONFIRMED = "staff.confirmed"
    STAFF_SUSPENDED = "staff.suspended"
    STAFF_RESUMED = "staff.resumed"
    STAFF_ENDED = "staff.ended"
    STAFF_SIGNED_IN = "staff.signed_in"
    STAFF_PROVED = "staff.proved"
    STAFF_SIGNED_OUT = "staff.signed_out"
    STAFF_REFUSED = "staff.refused"
    STAFF_LOCKED = "staff.locked"
    MACHINE_ADDED = "machine.added"
    MACHINE_REVOKED = "machine.revoked"
    MACHINE_ACTED = "machine.acted"
    TRAINING_TAKEN = "training.taken"
    TRAINING_FAILED = "training.failed"
    FACTOR_ADDED = "factor.added"
    FACTOR_REMOVED = "factor.removed"
    SESSION_ENDED = "session.ended"
    EVIDENCE_SEEN = "evidence.seen"
    EVIDENCE_EXPORTED = "evidence.exported"
    ACCESS_ASKED = "access.asked"
    ACCESS_APPROVED = "access.approved"
    ACCESS_REFUSED = "access.refused"
    ACCESS_ENDED = "access.ended"
    ACCESS_DENIED = "access.denied"
    CONVERSATION_READ = "conversation.read"
    APP_ADDRESSED = "app.addressed"
    CALLS_REFUSED = "calls.refused"
    HONEY_PLANTED = "honey.planted"
    CANARY_SEEN = "canary.seen"
    WATCH_LOOKED = "watch.looked"
    WATCH_UNTAKEN = "watch.untaken"
    ALERT_RAISED = "alert.raised"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    ALERT_CLOSED = "alert.closed"
    INCIDENT_DECIDED = "incident.decided"
    SERVICE_STARTED = "service.started"
    SERVICE_STOPPED = "service.stopped"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written before an act, or after its end.

    `facts` are short codes and counts (a processor's name, a refusal's code, a number of
    records); never text of a person.
    """

    event: Event
    at: datetime
    policy: str
    because: tuple[PracticeId, ...] = ()
    request: RequestId | None = None
    app: AppId | None = None
    purpose: Purpose | None = None
    subject: SubjectRef | None = None
    conversation: ConversationRef | None = None
    tally: Tally = field(default_factory=dict)
    facts: Mapping[str, str | int] = field(default_factory=dict)


def canonical(entry: Entry) -> bytes:
    """Return the bytes that the tree commits to."""
    named: dict[str, object] = {
        "v": 1,
        "event": str(entry.event),
        "at": round(entry.at.timestamp() * 1000),
        "policy": entry.policy,
    }
    if entry.because:
        named["because"] = list(entry.because)
    for key, value in (
        ("request", entry.request),
        ("app", entry.app),
        ("purpose", entry.purpose),
        ("subject", entry.subject),
        ("conversation", entry.conversation),
    ):
        if value is not None:
            named[key] = str(value)
    if entry.tally:
        named["found"] = {
            f"{category!s}/{treatment!s}": count
            for (category, treatment), count in entry.tally.items()
        }
    if entry.facts:
        named["facts"] = dict(entry.facts)
    return orjson.dumps(named, option=orjson.OPT_SORT_KEYS)
