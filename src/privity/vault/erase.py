"""Erase a person: the entry, then the keys, in one transaction; then what nobody can read any more.

Invariants: the transaction that matters costs the same whatever a person ever said: it destroys
their keys, and nothing opens or is listed from then on. The records are removed afterwards, in
bounded batches, each a transaction; how far that came is stored, so a crash only makes it later.
A key made for the same person meanwhile has a higher version, so what they say after the erasure is
never removed with what they said before. Records under a legal hold (GDPR, article 17(3)(e)) are
sealed again under a new key in that same transaction and are due as soon as the hold is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.audit.entry import Entry, Event
from privity.model.words import SubjectRef
from privity.vault.keep import Vault
from privity.vault.ports import Beside, Erasing, Erasures
from privity.vault.retain import LoggedStore

BATCH = 1000
"""How many records are removed in one transaction."""


class ErasingStore(LoggedStore, Protocol):
    """A transaction over everything that an erasure touches."""

    @property
    def erasures(self) -> Erasures:
        """The erasures that are not finished."""
        ...

    @property
    def beside(self) -> Beside:
        """What is stored of people besides their records."""
        ...


@dataclass(frozen=True, slots=True)
class Erased:
    """Where the log says that a person was erased, how many keys went, how many records are held.

    From here on nothing of theirs opens or is listed, but the `held` ones.
    """

    entry: int
    keys: int
    held: int


@dataclass(frozen=True, slots=True)
class Removed:
    """Where the log says that the last record of an erasure is gone, and how many there were."""

    entry: int
    records: int


def erase(
    tx: ErasingStore, vault: Vault, subject: SubjectRef, now: datetime, policy: str
) -> Erased:
    """Destroy a person's keys; `remove` takes the records away.

    1. The entry. 2. The keys. 3. Records under a hold get a new key. All in one transaction; again
    changes nothing more. `policy` is the digest of the policy in force. Raises
    KeyStoreUnavailable or Tampered (a held record does not open), DatabaseUnavailable.
    """
    held = len(tx.holds.records_of(subject))
    keys, _ = tx.keys.versions(subject)
    facts = {"keys": keys, "held": held}
    entry = tx.log.append(Entry(Event.SUBJECT_ERASED, now, policy, subject=subject, facts=facts))
    destroy(tx, vault, subject, entry, now)
    return Erased(entry, keys, held)


def destroy(tx: ErasingStore, vault: Vault, subject: SubjectRef, entry: int, now: datetime) -> None:
    """Do what an entry of the log says: destroy a person's keys, except for what is held.

    Raises what `erase` does.
    """
    held = [(record, vault.open(tx, record, now)) for record in tx.holds.records_of(subject)]
    _, newest = tx.keys.versions(subject)
    tx.erasures.add(Erasing(entry, subject, newest, 0))
    tx.keys.destroy(subject)
    tx.beside.forget(subject)
    for record, body in held:
        vault.reseal(tx, record, body, now)


def remove(
    tx: ErasingStore, entry: int, now: datetime, policy: str, limit: int = BATCH
) -> Removed | None:
    """Remove some records of an erasure; None while there may be more, or if it is finished.

    The last time, it counts what is left and writes that. Raises DatabaseUnavailable.
    """
    erasing = tx.erasures.get(entry)
    if erasing is None:
        return None
    gone = tx.records.remove(erasing.subject, erasing.versions, limit)
    tx.erasures.count(entry, gone)
    if gone == limit:
        return None
    records = erasing.removed + gone
    left = tx.records.left(erasing.subject, erasing.versions)
    tx.erasures.finish(entry)
    facts = {"erasure": entry, "records": records, "left": left}
    said = Entry(Event.SUBJECT_REMOVED, now, policy, subject=erasing.subject, facts=facts)
    return Removed(tx.log.append(said), records)


def remove_next(tx: ErasingStore, now: datetime, policy: str) -> bool:
    """Remove some records of the oldest unfinished erasure, and say whether there was one.

    Raises DatabaseUnavailable.
    """
    oldest = tx.erasures.first()
    if oldest is not None:
        remove(tx, oldest.entry, now, policy)
    return oldest is not None
