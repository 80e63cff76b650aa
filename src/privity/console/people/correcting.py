"""A person says what is wrong about a conversation; it is kept sealed and shown beside it.

GDPR article 16: what is kept of a conversation is a record of what was said, so it is not rewritten
but completed, "by means of providing a supplementary statement".

Invariants: a note is sealed under the person's own key in the place of the conversation it is
about, and goes with it: deleted when the last of it is, destroyed when the person is erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from privity.audit.entry import Entry, Event
from privity.console.people.ports import PeopleStore, Shelf
from privity.errors import BadInput
from privity.rights.view import NOTE, Outline, note_body
from privity.vault.keep import Lifetime
from privity.vault.ports import Place

LONGEST = 2000
"""Characters of a note."""
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person says about a conversation; `name`: a new random name for it."""

    name: str
    text: str
    at: datetime


def statement(text: str, at: datetime) -> Statement:
    """Return a statement under a new name."""
    return Statement(token_hex(_ID_BYTES), text, at)


async def add_note(shelf: Shelf, about: Outline, said: Statement, policy: str) -> None:
    """Keep what a person says about a conversation of theirs.

    `policy` is the digest of the policy in force. Raises BadInput for a text that is empty or too
    long.
    """
    if not said.text or len(said.text) > LONGEST:
        msg = f"a note has 1 to {LONGEST} characters"
        raise BadInput(msg)
    last = max(about.records, key=lambda record: record.delete_at)
    place = Place(last.place.region, last.place.purpose, last.place.subject, said.name, NOTE)
    life = Lifetime(said.at, last.delete_at - said.at)
    entry = Entry(
        Event.NOTE_ADDED,
        said.at,
        policy,
        purpose=place.purpose,
        subject=place.subject,
        conversation=about.ref,
    )

    def write(tx: PeopleStore) -> None:
        shelf.vault.seal(tx, place, about.ref, note_body(said.text), life)
        tx.log.append(entry)

    await shelf.change(write)
