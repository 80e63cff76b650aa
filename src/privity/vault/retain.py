"""Nothing is kept longer than was promised, and there is evidence for it.

Invariants: what is due is removed with the keys that nothing needs any more, in the transaction
that writes the entry about it; the entry says how many records were overdue afterwards, so that
"overdue = 0" stands in the log after every sweep.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.audit.entry import Entry, Event
from privity.audit.ports import Log
from privity.model.words import SubjectRef
from privity.vault.ports import Store


class LoggedStore(Store, Protocol):
    """A transaction over the vault and the log together."""

    @property
    def log(self) -> Log:
        """The audit log."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed, and how many records are still overdue: always 0 if it worked."""

    records: int
    keys: int
    overdue: int


def sweep(tx: LoggedStore, now: datetime, policy: str) -> Swept:
    """Remove every record whose time has come, and every key that no record needs.

    `policy` is the digest of the policy in force. Raises DatabaseUnavailable.
    """
    records = tx.records.sweep(now)
    swept = Swept(records, tx.keys.destroy_unused(), tx.records.overdue(now))
    facts = {"records": swept.records, "keys": swept.keys, "overdue": swept.overdue}
    tx.log.append(Entry(Event.RECORDS_SWEPT, now, policy, facts=facts))
    return swept


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure removed, and where the log says so."""

    records: int
    keys: int
    entry: int


def erase(tx: LoggedStore, subject: SubjectRef, now: datetime, policy: str) -> Erased:
    """Destroy a person's keys and records; what backups hold of them stays sealed for ever.

    1. The entry. 2. The keys, which makes every copy of the records unreadable. 3. The records.
    All in one transaction; again changes nothing more. Raises DatabaseUnavailable.
    """
    entry = tx.log.append(Entry(Event.SUBJECT_ERASED, now, policy, subject=subject))
    keys = tx.keys.destroy(subject)
    return Erased(tx.records.erase(subject), keys, entry)
