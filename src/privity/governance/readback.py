"""Proof that an erasure reached every place: each is counted again afterwards.

`PLACES` is the one list of places that store something of a person; a test compares it with the
tables of the database, and a table that is not on it makes every proof fail.

Invariant: nothing is called erased while a place that an erasure empties still holds a row.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias

from privity.errors import NotErased
from privity.governance.ports import DeskStore
from privity.model.words import SubjectRef
from privity.rights import ledger
from privity.vault import erase as vault
from privity.vault import residence
from privity.vault.keep import Vault

Step: TypeAlias = Callable[[DeskStore], Any]
"""What runs in one transaction."""


class Rule(Enum):
    """What an erasure does with a place."""

    SHREDDED = "shredded"  # keys and records: `vault.erase`
    EMPTIED = "emptied"  # its rows of this person are removed
    STAYS = "stays"  # rows without content, that prove what was done or protect the person


PLACES: Mapping[str, Rule] = {
    "record": Rule.SHREDDED,
    "subject_key": Rule.SHREDDED,
    "erasure": Rule.SHREDDED,
    "outbox": Rule.EMPTIED,
    "ledger": Rule.EMPTIED,
    "age": Rule.EMPTIED,
    "parental": Rule.EMPTIED,
    "choices": Rule.STAYS,  # what they objected to: an erasure is no agreement
    "person_state": Rule.STAYS,  # a counter, by which processes see that something changed
    "residence": Rule.STAYS,  # only where what they objected to is to be found
    "mention": Rule.STAYS,  # where the log, which stays, speaks of them
    "departure": Rule.EMPTIED,
    "request": Rule.STAYS,  # that it was asked and done (GDPR 5(2); 11 CCR 7101)
}


@dataclass(frozen=True, slots=True)
class Proven:
    """An erasure that was read back: its entry, keys and records that went, records on hold.

    `places`: how many were counted. `stays`: rows in places where some stay.
    """

    entry: int
    keys: int
    records: int
    held: int
    places: int
    stays: int


def erase_everywhere(
    keys: Vault, subject: SubjectRef, clock: Callable[[], datetime], policy: str
) -> Generator[Step, Any, Proven]:
    """Erase a person step by step, and read every place back at the end.

    Whoever runs it gives each step a transaction and sends back what it returned. Raises NotErased
    when something is left, and what `vault.erase.erase` raises.
    """
    erased: vault.Erased = yield lambda tx: _begin(tx, keys, subject, clock(), policy)
    records = 0
    while (removed := (yield lambda tx: _remove(tx, erased.entry, clock(), policy))) is not None:
        records += removed
    places, stays = yield lambda tx: read_back(tx, subject, erased.held)
    return Proven(erased.entry, erased.keys, records, erased.held, places, stays)


def check(left: Mapping[str, int], held: int) -> None:
    """Say whether what is left may be. Raises NotErased.

    Records on hold, with the key they were sealed under anew, are told apart by their number.
    """
    unknown = sorted(left.keys() - PLACES.keys())
    missing = sorted(PLACES.keys() - left.keys())
    gone = {place: count for place, count in left.items() if PLACES.get(place) is not Rule.STAYS}
    if held:
        gone["record"] = max(0, gone.get("record", 0) - held)
        gone.pop("subject_key", None)
    full = sorted(place for place, count in gone.items() if count)
    if unknown or missing or full:
        message = f"left: {full}; not on the list of places: {unknown}; not counted: {missing}"
        raise NotErased(message)


def forget_rest(tx: DeskStore, subject: SubjectRef) -> None:
    """Empty what holds rows of a person besides the vault and the directory of regions.

    It belongs into the transaction that destroys their keys.
    """
    for letter in tx.outbox.of(subject):
        tx.outbox.remove(letter.id)
    ledger.forget(tx, subject)
    tx.ages.forget(subject)
    tx.parental.forget(subject)


def read_back(tx: DeskStore, subject: SubjectRef, held: int) -> tuple[int, int]:
    """Count every place; return how many places there are and how many rows stay.

    Raises NotErased when something is left.
    """
    left = tx.everywhere.count(subject)
    check(left, held)
    return len(left), sum(count for place, count in left.items() if PLACES[place] is Rule.STAYS)


def _begin(
    tx: DeskStore, keys: Vault, subject: SubjectRef, now: datetime, policy: str
) -> vault.Erased:
    erased = vault.erase(tx, keys, subject, now, policy)
    forget_rest(tx, subject)
    residence.forget(tx, subject, now, policy)
    return erased


def _remove(tx: DeskStore, entry: int, now: datetime, policy: str) -> int | None:
    """Remove a batch of records; None once there is none left to remove."""
    before = tx.erasures.get(entry)
    if before is None:
        return None
    removed = vault.remove(tx, entry, now, policy)
    after = tx.erasures.get(entry)
    counted = removed.records if removed is not None else after.removed if after is not None else 0
    return counted - before.removed
