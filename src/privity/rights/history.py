"""What the log says about one person: who looked at what is kept, and what else happened with it.

Invariants: everything here stands in the log; an entry that is about somebody else, or that cannot
be read, is not passed on but raised; an event that nobody thought of here is still shown, in the
timeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from privity.audit.entry import Entry, Event
from privity.audit.stored import read_entry
from privity.errors import LogCorrupt
from privity.model.words import AppId, ConversationRef, Purpose, RequestId, SubjectRef

LOOKED = frozenset({Event.CONVERSATION_READ})
"""The events in which somebody of the team's staff saw what is kept of a person."""
EXCHANGES = frozenset({Event.EXCHANGE_ALLOWED, Event.EXCHANGE_REFUSED, Event.EXCHANGE_ENDED})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, as entry `index` of the log says it. `facts`: codes and counts.

    `conversation`: the one it was about, if it was about one.
    """

    index: int
    event: Event
    at: datetime
    app: AppId | None
    purpose: Purpose | None
    facts: Mapping[str, str | int]
    conversation: ConversationRef | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One exchange: where it went, how many findings were treated on its way, whether it is kept.

    `processor` is empty where it was refused and stayed here; then `code` says why. `kept` is None
    until the exchange has its end in the log.
    """

    request: RequestId
    at: datetime
    processor: str
    region: str
    found: int
    kept: bool | None
    code: str


@dataclass(frozen=True, slots=True)
class History:
    """What the log says about a person, newest first each.

    `whole` is False where older entries were not read.
    """

    looked: tuple[Line, ...]
    happened: tuple[Line, ...]
    messages: tuple[Message, ...]
    whole: bool


def history(subject: SubjectRef, entries: Iterable[tuple[int, bytes]], *, whole: bool) -> History:
    """Return what entries (index, canonical bytes) say about a person, newest first.

    Raises LogCorrupt for an entry that is about somebody else.
    """
    read = sorted(((index, read_entry(body)) for index, body in entries), reverse=True, key=_index)
    if any(entry.subject != subject for _, entry in read):
        msg = "an entry of the log is not about the person it was found for"
        raise LogCorrupt(msg)
    lines = [_line(index, entry) for index, entry in read if entry.event not in EXCHANGES]
    return History(
        tuple(line for line in lines if line.event in LOOKED),
        tuple(line for line in lines if line.event not in LOOKED),
        _messages([entry for _, entry in read if entry.event in EXCHANGES]),
        whole,
    )


def _index(each: tuple[int, Entry]) -> int:
    return each[0]


def _line(index: int, entry: Entry) -> Line:
    said = (entry.app, entry.purpose, entry.facts, entry.conversation)
    return Line(index, entry.event, entry.at, *said)


def _messages(entries: list[Entry]) -> tuple[Message, ...]:
    ends = {e.request: e for e in entries if e.event is Event.EXCHANGE_ENDED}
    return tuple(
        _message(entry.request, entry, ends.get(entry.request))
        for entry in entries
        if entry.event is not Event.EXCHANGE_ENDED and entry.request is not None
    )


def _message(request: RequestId, begun: Entry, end: Entry | None) -> Message:
    return Message(
        request,
        begun.at,
        str(begun.facts.get("processor", "")),
        str(begun.facts.get("region", "")),
        sum(begun.tally.values()),
        None if end is None else bool(end.facts.get("kept")),
        str(begun.facts.get("code", "")),
    )
