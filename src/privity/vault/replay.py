"""Make again, in a database put back from a backup, what the log says happened after the backup.

Invariants: the entries are appended as they are, so the log goes on where it was and no checkpoint
that anybody keeps is contradicted; in the transaction of an entry stands its effect, as far as it
takes something away: erased people, deleted records, removed applications, released holds; a hold
that was added after the backup is put on its record again if that is there; where people live and
who left is as it was; so is what they chose. What gave something else is not made again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from privity.audit.entry import Entry, Event
from privity.audit.stored import read_entry
from privity.errors import LogCorrupt
from privity.model.words import AppId
from privity.vault.discard import named
from privity.vault.erase import ErasingStore, destroy
from privity.vault.keep import Vault
from privity.vault.ports import Hold
from privity.vault.residence import PLACED, AllBelongings, Residences, again


class Apps(Protocol):
    """The applications that hold keys, as far as they can be removed."""

    def remove(self, name: AppId) -> bool:
        """Remove an application and say whether there was one."""
        ...


class RestoredStore(ErasingStore, Protocol):
    """A transaction over everything that was put back."""

    @property
    def apps(self) -> Apps:
        """The applications."""
        ...

    @property
    def residences(self) -> Residences:
        """The directory of people's regions."""
        ...

    @property
    def belongings(self) -> AllBelongings:
        """What is stored of people besides records and keys."""
        ...


def replay(tx: RestoredStore, vault: Vault, body: bytes, now: datetime) -> Event:
    """Append an entry as it was written, do what it took away, and return what it is about.

    Raises LogCorrupt for bytes that are no entry, KeyStoreUnavailable, Tampered (a held record
    does not open), DatabaseUnavailable.
    """
    entry = read_entry(body)
    index = tx.log.append(entry)
    if entry.event is Event.SUBJECT_ERASED and entry.subject is not None:
        destroy(tx, vault, entry.subject, index, now)
    elif entry.event is Event.RECORDS_DELETED and entry.subject is not None:
        tx.records.take(entry.subject, named(entry))
    elif entry.event is Event.APP_REMOVED and entry.app is not None:
        tx.apps.remove(entry.app)
    elif entry.event in {Event.HOLD_RELEASED, Event.HOLD_ENDED, Event.HOLD_MOVED}:
        tx.holds.remove(_text(entry, "hold"))
    elif entry.event in PLACED and entry.subject is not None:
        again(tx, entry, entry.subject)
    elif entry.event in {Event.CHOICE_MADE, Event.NOTICE_SHOWN, Event.PARENT_MOVED}:
        tx.beside.again(entry, index)
    elif entry.event is Event.HOLD_ADDED and tx.records.find(_text(entry, "record")) is not None:
        tx.holds.add(_hold(entry))
    return entry.event


def _hold(entry: Entry) -> Hold:
    ends = entry.facts.get("ends")
    if not isinstance(ends, int):
        raise LogCorrupt(_BROKEN)
    return Hold(
        _text(entry, "hold"),
        _text(entry, "record"),
        _text(entry, "reason"),
        _text(entry, "requested_by"),
        _text(entry, "approved_by"),
        entry.at,
        datetime.fromtimestamp(ends, UTC),
    )


def _text(entry: Entry, fact: str) -> str:
    value = entry.facts.get(fact)
    if not isinstance(value, str):
        raise LogCorrupt(_BROKEN)
    return value


_BROKEN = "an entry about a hold lacks what it must say"
