"""Finding entries of the log, newest first, without reading it all.

Invariants: what is found fits every part of the question, judged on the entry itself, not on how it
was found; a search looks at a bounded number of entries and says where it stopped, so that the next
one goes on from there and nothing is left out in between; an entry that cannot be read is shown as
such where nothing more is asked than its place.

Entries are written almost in order of their times (processes agree to a few entries), so the bounds
of time are found by halving, with some slack, and judged again entry by entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.audit.entry import Entry, Event
from privity.audit.stored import read_entry
from privity.errors import BadInput, LogCorrupt

AT_MOST = 500_000
"""How many entries one search looks at."""
SLACK = 512
"""By how many entries the order of times may be off."""
REFERENCE = r"(?=[0-9]*[a-f])[0-9a-f]{16}|[0-9a-f]{28,64}|pvr_[0-9a-f]{28}"
"""What references look like: hex digits. Nothing that somebody is called or has fits, no name, no
address, no number of a phone or card; so none gets into an address bar or the log by being typed.
"""
_REFERENCE = re.compile(REFERENCE)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `reference`: of staff, a person, a grant, a request."""

    event: Event | None = None
    reference: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def parts(self) -> tuple[bytes, ...]:
        """Return what the bytes of every entry that fits hold."""
        event = () if self.event is None else (f'"event":"{self.event.value}"',)
        reference = (f'"{self.reference}"',) if self.reference else ()
        return tuple(each.encode("ascii") for each in (*event, *reference))

    def fits(self, entry: Entry) -> bool:
        """Say whether an entry is one of those."""
        early = self.since is not None and entry.at < self.since
        late = self.until is not None and entry.at >= self.until
        another = self.event is not None and entry.event is not self.event
        strange = bool(self.reference) and self.reference not in _references(entry)
        return not (early or late or another or strange)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry and its place; `entry` is None where somebody wrote what cannot be read."""

    index: int
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, newest first, among the entries from `first` up to `size`.

    `older`: where the next search goes on (below this index), or None at the beginning of the log
    or of the time that was asked for.
    """

    lines: tuple[Line, ...]
    size: int
    first: int
    older: int | None


class Searchable(Protocol):
    """A log that stands still."""

    def newest(
        self, parts: tuple[bytes, ...], start: int, stop: int, most: int
    ) -> Iterable[tuple[int, bytes]]:
        """Yield (index, bytes) of entries in [start, stop) that hold all parts, newest first."""
        ...


def reference(given: str) -> str:
    """Return a reference to look for; empty for any. Raises BadInput."""
    if given and not _REFERENCE.fullmatch(given):
        message = "a reference is the hex digits that stand in an entry, never a name or a number"
        raise BadInput(message)
    return given


def search(
    log: Searchable, asked: Search, span: tuple[int, int], most: int, looks: int = AT_MOST
) -> Found:
    """Return up to `most` entries below `span[0]` in a log of `span[1]` entries."""
    before, size = span
    stop = min(before, size)
    if asked.until is not None:
        stop = min(stop, size, place_of(log, asked.until, size) + SLACK)
    begin = 0 if asked.since is None else max(0, place_of(log, asked.since, size) - SLACK)
    first = max(begin, stop - looks)
    lines: list[Line] = []
    for index, body in log.newest(asked.parts(), first, stop, looks):
        line = _line(index, body)
        if asked.fits(line.entry) if line.entry is not None else not asked.parts():
            lines.append(line)
        if len(lines) == most:
            return Found(tuple(lines), size, index, index if index > begin else None)
    return Found(tuple(lines), size, first, first if first > begin else None)


def place_of(log: Searchable, moment: datetime, size: int) -> int:
    """Return the first index whose entry is of this moment or later, by halving."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        found = next(iter(log.newest((), middle, middle + 1, 1)), None)
        entry = None if found is None else _line(*found).entry
        if entry is not None and entry.at >= moment:
            high = middle
        else:
            low = middle + 1
    return low


def _line(index: int, body: bytes) -> Line:
    try:
        return Line(index, read_entry(body))
    except LogCorrupt:
        return Line(index, None)


def _references(entry: Entry) -> frozenset[str]:
    """Return every reference that an entry makes."""
    named = (entry.request, entry.app, entry.subject, entry.conversation, *entry.because)
    facts = (value for value in entry.facts.values() if isinstance(value, str))
    return frozenset({str(each) for each in named if each is not None} | set(facts))
