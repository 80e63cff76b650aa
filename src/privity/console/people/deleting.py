"""A person deletes some of what is kept of them, and gets that, or an erasure, certified.

Invariants: only what is theirs is touched; a certificate is made from the log alone, and only of
a deletion of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Event
from privity.audit.stored import read_entry
from privity.console.people.ports import PeopleStore, PersonView, Shelf
from privity.errors import RecordUnknown
from privity.model.words import SubjectRef
from privity.vault import discard
from privity.vault.discard import Discarded

DELETIONS = frozenset({Event.RECORDS_DELETED, Event.SUBJECT_ERASED})
"""What a certificate is of."""
_DIGITS = 18


async def delete_some(
    shelf: Shelf, subject: SubjectRef, names: Sequence[str], now: datetime, policy: str
) -> Discarded:
    """Delete these records of a person. Raises RecordUnknown if none of them is theirs.

    Of more than one entry of the log can name, the last one's is returned.
    """
    found: Discarded | None = None
    for start in range(0, len(names), discard.AT_ONCE):
        some = names[start : start + discard.AT_ONCE]
        gone = await shelf.change(partial(_discard, subject, some, now, policy))
        found = gone or found
    if found is None:
        msg = "none of these is kept"
        raise RecordUnknown(msg)
    return found


def _discard(
    subject: SubjectRef, names: Sequence[str], now: datetime, policy: str, tx: PeopleStore
) -> Discarded | None:
    return discard.discard(tx, subject, names, now, policy)


def entry_named(text: str) -> int:
    """Return the position in the log that an address names. Raises RecordUnknown."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        msg = "there is no such deletion"
        raise RecordUnknown(msg)
    return int(text)


def certified(seen: PersonView, shelf: Shelf, entry: int) -> str:
    """Return the certificate of a deletion of this person's.

    Raises RecordUnknown for another entry, BadInput while records are still to be removed.
    """
    head = seen.log.head()
    found = next(iter(seen.entry(entry)), None) if 0 <= entry < head.size else None
    if found is None or read_entry(found[1]).event not in DELETIONS:
        msg = "there is no such deletion"
        raise RecordUnknown(msg)
    signed = (open_checkpoint(shelf.signer.verifier, head.note), head.note)
    return discard.certified(seen.log, entry, signed)
