"""A person looks at what is kept of them: the use cases behind the pages and the API.

Invariants: the person comes from the session; a name of something that is not theirs finds nothing,
in the same way as a name of nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from privity.console.people.ports import PersonView, Shelf
from privity.errors import RecordUnknown
from privity.model.words import ConversationRef
from privity.rights import view
from privity.rights.history import History, history
from privity.rights.view import Conversation, KeptKind, Outline
from privity.vault.ports import Sealed

ON_A_PAGE = 20
NEWEST = 200
"""How many entries of the log a person is shown."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A conversation with the beginning of its words."""

    outline: Outline
    title: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What is kept of a person; `conversations` is one page of all `count`."""

    kinds: tuple[KeptKind, ...]
    conversations: tuple[Titled, ...]
    count: int
    held: int


@dataclass(frozen=True, slots=True)
class Looking:
    """One person at one moment, in the region where they are kept."""

    shelf: Shelf
    seen: PersonView
    now: datetime

    def opened(self, record: Sealed) -> bytes:
        """Return the body of a record of theirs. Raises Tampered, KeyStoreUnavailable."""
        return self.shelf.vault.open(self.seen, record, self.now)

    def conversation(self, outline: Outline) -> Conversation:
        """Return a conversation with its words."""
        return Conversation(
            outline.ref,
            tuple(view.exchange(each, self.opened(each)) for each in outline.records),
            tuple(view.note(each, self.opened(each)) for each in outline.notes),
        )

    def kept(self) -> Sequence[Sealed]:
        """Return their records whose time is not over; what is due goes with the next sweep."""
        held = self.seen.held()
        return [
            each
            for each in self.seen.records()
            if each.delete_at > self.now or each.place.record in held
        ]


def overview(looking: Looking, page: int = 0) -> Overview:
    """Return what is kept, and one page of conversations, newest first."""
    records = looking.kept()
    found = view.outlines(records)
    shown = found[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    titled = tuple(Titled(each, title(looking, each)) for each in shown)
    held = len(looking.seen.held())
    return Overview(view.kinds(records), titled, len(found), held)


def title(looking: Looking, outline: Outline) -> str:
    """Return the beginning of a conversation."""
    first = outline.records[0]
    return view.title(view.exchange(first, looking.opened(first)))


def conversation(looking: Looking, ref: ConversationRef) -> Conversation:
    """Return a conversation of the person. Raises RecordUnknown."""
    return looking.conversation(outline(looking, ref))


def outline(looking: Looking, ref: ConversationRef) -> Outline:
    """Return a conversation of the person without its words. Raises RecordUnknown."""
    found = next((each for each in view.outlines(looking.kept()) if each.ref == ref), None)
    if found is None:
        msg = "there is no such conversation"
        raise RecordUnknown(msg)
    return found


def past(looking: Looking) -> History:
    """Return what the log says about the person. Raises LogCorrupt."""
    entries = looking.seen.entries(NEWEST)
    return history(looking.seen.subject, entries.found, whole=entries.whole)
