"""What is kept of a person, as they see it: by kind, and conversation by conversation.

Invariants: a person sees what is kept and nothing else, in the minimized form in which it is kept;
everything here is made of one person's records, so whoever calls names the person once, where the
records are read; what a hold keeps longer is shown with the end that it has without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from privity.errors import Tampered
from privity.model.words import ConversationRef, Purpose, Region
from privity.vault.ports import Sealed

TRANSCRIPT = "transcript"
"""The kind of a record that holds one exchange of a conversation."""
NOTE = "note"
"""The kind of a record that holds what a person says is wrong about a conversation."""
TITLE_LENGTH = 90


@dataclass(frozen=True, slots=True)
class KeptKind:
    """How many records of a kind are kept for a purpose and where; when they began, and ends."""

    kind: str
    purpose: Purpose
    region: Region
    count: int
    since: datetime
    next_end: datetime
    last_end: datetime


@dataclass(frozen=True, slots=True)
class Outline:
    """A conversation without its words: its records, oldest first."""

    ref: ConversationRef
    records: tuple[Sealed, ...]
    notes: tuple[Sealed, ...] = ()

    @property
    def begins(self) -> datetime:
        """When the first exchange that is kept was."""
        return self.records[0].made_at

    @property
    def latest(self) -> datetime:
        """When the last exchange was."""
        return self.records[-1].made_at

    @property
    def until(self) -> datetime:
        """When the last of it is deleted."""
        return max(record.delete_at for record in self.records)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange as it is kept: what was asked and answered, minimized."""

    id: str
    purpose: Purpose
    region: Region
    at: datetime
    until: datetime
    asked: tuple[str, ...]
    answered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What a person says is wrong about a conversation, shown beside it."""

    id: str
    at: datetime
    until: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it is kept."""

    ref: ConversationRef
    exchanges: tuple[Exchange, ...]
    notes: tuple[Note, ...]


def kinds(records: Iterable[Sealed]) -> tuple[KeptKind, ...]:
    """Return what is kept by kind, purpose and region; conversations first."""
    groups: dict[tuple[str, Purpose, Region], list[Sealed]] = {}
    for record in records:
        place = record.place
        groups.setdefault((place.kind, place.purpose, place.region), []).append(record)
    ordered = sorted(groups.items(), key=lambda each: (each[0][0] != TRANSCRIPT, each[0]))
    return tuple(
        KeptKind(
            *group,
            len(found),
            min(record.made_at for record in found),
            min(record.delete_at for record in found),
            max(record.delete_at for record in found),
        )
        for group, found in ordered
    )


def outlines(records: Iterable[Sealed]) -> tuple[Outline, ...]:
    """Return the conversations, the one that was continued last first."""
    said: dict[ConversationRef, list[Sealed]] = {}
    notes: dict[ConversationRef, list[Sealed]] = {}
    for record in sorted(records, key=lambda each: (each.made_at, each.place.record)):
        into = {TRANSCRIPT: said, NOTE: notes}.get(record.place.kind)
        if into is not None:
            into.setdefault(record.conversation, []).append(record)
    found = [Outline(ref, tuple(each), tuple(notes.get(ref, ()))) for ref, each in said.items()]
    return tuple(sorted(found, key=lambda each: (each.latest, each.ref), reverse=True))


def exchange(record: Sealed, body: bytes) -> Exchange:
    """Return a record that was opened. Raises Tampered if it does not hold an exchange."""
    read = _object(body)
    asked, answered = _texts(read.get("asked")), _texts(read.get("answered"))
    place = record.place
    return Exchange(
        place.record,
        place.purpose,
        place.region,
        record.made_at,
        record.delete_at,
        asked,
        answered,
    )


def note(record: Sealed, body: bytes) -> Note:
    """Return a note that was opened. Raises Tampered."""
    text = _object(body).get("text")
    if not isinstance(text, str):
        raise Tampered(_UNREADABLE)
    return Note(record.place.record, record.made_at, record.delete_at, text)


def note_body(text: str) -> bytes:
    """Return the bytes of a note, to be sealed."""
    return orjson.dumps({"text": text})


def title(first: Exchange) -> str:
    """Return the beginning of what was asked first, in one line; empty if it holds no words."""
    words = " ".join(" ".join(first.asked or first.answered).split())
    if len(words) <= TITLE_LENGTH:
        return words
    return words[:TITLE_LENGTH].rpartition(" ")[0].rstrip(",;:.") + "\u2026"


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        read = None  # the error would quote the record
    if not isinstance(read, dict):
        raise Tampered(_UNREADABLE)
    return read


def _texts(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise Tampered(_UNREADABLE)
    return tuple(text for text in given if text.strip())


_UNREADABLE = "a record does not hold what its kind says"
