"""Legal holds: a record that a court or authority may ask for outlives its deadline.

Invariants: a hold is on one record, never on a person; it has the code of a case as its reason, an
end, and two people behind it: who asks and, somebody else, who approves; adding and releasing one
is an entry of the log, in the same transaction; after its release or end, the record's own
deadline applies at once. People of staff appear as keyed references.
"""

from __future__ import annotations

import re
from datetime import datetime

from privity.audit.entry import Entry, Event
from privity.errors import BadInput
from privity.vault.ports import Hold
from privity.vault.residence import check_staying
from privity.vault.retain import LoggedStore, Swept, sweep

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")


def add(tx: LoggedStore, hold: Hold, policy: str) -> None:
    """Put a hold on a record. Raises BadInput, PersonMoved, DatabaseUnavailable.

    `policy` is the digest of the policy in force.
    """
    if not _CODE.fullmatch(hold.reason):
        msg = "the reason is the code of a case: up to 64 letters, digits, dots, slashes, hyphens"
        raise BadInput(msg)
    if hold.requested_by == hold.approved_by:
        msg = "whoever asks for a hold cannot approve it"
        raise BadInput(msg)
    if hold.ends <= hold.begins:
        msg = "a hold must end later than it begins"
        raise BadInput(msg)
    record = tx.records.find(hold.record)
    if record is None:
        msg = "there is no such record; its id is the exchange's `request` in the log"
        raise BadInput(msg)
    check_staying(tx.departures, record.place.subject)
    tx.holds.add(hold)
    tx.log.append(added(hold, hold.begins, policy))


def added(hold: Hold, at: datetime, policy: str) -> Entry:
    """Return the entry that says that a hold was added."""
    return _entry(Event.HOLD_ADDED, hold, at, policy)


def release(tx: LoggedStore, hold: str, now: datetime, policy: str) -> Swept:
    """Take a hold away and remove what is due. Raises BadInput, ClockDoubtful and the like."""
    released = tx.holds.remove(hold)
    if released is None:
        msg = "there is no hold of this id"
        raise BadInput(msg)
    tx.log.append(_entry(Event.HOLD_RELEASED, released, now, policy))
    return sweep(tx, now, policy)


def _entry(event: Event, hold: Hold, at: datetime, policy: str) -> Entry:
    facts: dict[str, str | int] = {
        "hold": hold.id,
        "record": hold.record,
        "reason": hold.reason,
        "requested_by": hold.requested_by,
        "approved_by": hold.approved_by,
        "ends": round(hold.ends.timestamp()),
    }
    return Entry(event, at, policy, facts=facts)
