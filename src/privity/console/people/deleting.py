"""A person deletes some or all of what is kept of them, and gets it certified.

Invariants: only what is theirs is touched; deleting everything destroys their keys first, so that
nothing opens from then on, and ends only when the last record is gone or a hold keeps it; what
they chose not to allow stays so; a certificate is made from the log alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Event
from privity.audit.stored import read_entry
from privity.console.people.ports import PeopleStore, PersonView, Shelf
from privity.errors import RecordUnknown
from privity.model.words import SubjectRef
from privity.rights.ledger import forget
from privity.vault import certificate, discard
from privity.vault.discard import Discarded
from privity.vault.erase import Erased, erase, remove


async def delete_some(
    shelf: Shelf, subject: SubjectRef, names: Sequence[str], now: datetime, policy: str
) -> Discarded:
    """Delete these records of a person. Raises RecordUnknown if none of them is theirs."""
    found = await shelf.change(lambda tx: discard.discard(tx, subject, names, now, policy))
    if found is None:
        msg = "none of these is kept"
        raise RecordUnknown(msg)
    return found


async def delete_all(shelf: Shelf, subject: SubjectRef, now: datetime, policy: str) -> Erased:
    """Destroy the keys of a person, then remove what nobody can read any more."""

    def erasing(tx: PeopleStore) -> Erased:
        erased = erase(tx, shelf.vault, subject, now, policy)
        forget(tx, subject)
        return erased

    def removing(tx: PeopleStore, entry: int) -> bool:
        remove(tx, entry, now, policy)
        return tx.erasures.get(entry) is not None

    erased = await shelf.change(erasing)
    while await shelf.change(lambda tx: removing(tx, erased.entry)):
        pass
    return erased


def certified(seen: PersonView, shelf: Shelf, entry: int) -> str:
    """Return the certificate of a deletion of this person's.

    Raises RecordUnknown for another entry, BadInput while records are still to be removed.
    """
    found = next(iter(seen.entry(entry)), None)
    event = None if found is None else read_entry(found[1]).event
    note = seen.log.head().note
    signed = (open_checkpoint(shelf.signer.verifier, note), note)
    if event is Event.RECORDS_DELETED:
        return discard.issue(seen.log, entry, signed)
    if event is Event.SUBJECT_ERASED:
        return certificate.issue(seen.log, entry, signed)
    msg = "there is no such deletion"
    raise RecordUnknown(msg)
