"""Look for needles in everything that was written.

Files are read raw, in windows that overlap by more than the longest needle, so that databases,
write-ahead logs and half-written pages need no reader of their own, and nothing is missed at a
boundary. All needles are sought at once, by one automaton for each view; where two overlap, the
longer is told. Invariant: a hit names the place, the kind and the form, never the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import re2

from privity.prove.canaries import Canary
from privity.prove.forms import SEPARATORS, Form, View, needles

WINDOW = 1 << 22
OVERLAP = 1 << 12
AUTOMATON_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to be searched: a file, or something that was captured."""

    group: str
    name: str
    content: Path | bytes


@dataclass(frozen=True, slots=True)
class Hit:
    """A canary was found. What was planted in `planted` stands in `name`, written as `form`."""

    group: str
    name: str
    kind: str
    planted: str
    form: Form


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched in one group of sources, and what was found there."""

    group: str
    sources: int
    size: int
    hits: tuple[Hit, ...]


class Search:
    """Knows all needles of all canaries."""

    __slots__ = ("_automata", "_meanings", "size")

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._meanings: dict[tuple[View, bytes], set[tuple[Canary, Form]]] = {}
        for canary in canaries:
            for needle in needles(canary.value):
                meaning = self._meanings.setdefault((needle.view, needle.data), set())
                meaning.add((canary, needle.form))
        self.size = len(self._meanings)
        self._automata = {view: self._automaton(view) for view in View}

    def group(self, name: str, sources: Sequence[Source]) -> Searched:
        """Search a group of sources. A file that is gone by now has nothing left to find."""
        size, hits = 0, []
        for source in sources:
            length, found = self._source(source)
            size += length
            hits += [
                Hit(name, source.name, canary.kind, canary.place, form)
                for canary, form in sorted(found, key=lambda f: (f[0].kind, f[1].value))
            ]
        return Searched(name, len(sources), size, tuple(hits))

    def _source(self, source: Source) -> tuple[int, set[tuple[Canary, Form]]]:
        if isinstance(source.content, bytes):
            return len(source.content), self.find(source.content)
        size, found = 0, set()
        try:
            with source.content.open("rb") as file:
                for length, window in _windows(file):
                    size += length
                    found |= self.find(window)
        except FileNotFoundError:
            return size, found
        return size, found

    def find(self, data: bytes) -> set[tuple[Canary, Form]]:
        """Return which canaries stand in some bytes, and in which form."""
        folded = data.lower()
        views = {
            View.EXACT: data,
            View.FOLDED: folded,
            View.JOINED: folded.translate(None, SEPARATORS),
        }
        return {
            meaning
            for view, seen in views.items()
            for data in {match.group() for match in self._automata[view].finditer(seen)}
            for meaning in self._meanings[view, data]
        }

    def _automaton(self, view: View) -> re2._Regexp[bytes]:
        """Return an expression that matches where any needle of a view stands."""
        options = re2.Options()
        options.encoding = re2.Options.Encoding.LATIN1
        options.max_mem = AUTOMATON_BYTES
        options.longest_match = True
        options.never_capture = True
        wanted = sorted(data for found, data in self._meanings if found is view)
        # Without needles: an expression that matches nothing.
        return re2.compile(b"|".join(map(re2.escape, wanted)) or rb"[^\x00-\xff]", options)


def files(group: str, folder: Path) -> list[Source]:
    """Return every regular file below a folder, links not followed."""
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and not p.is_symlink())
    return [Source(group, str(path.relative_to(folder)), path) for path in found]


def open_files(group: str, process: int) -> list[Source]:
    """Return what a process holds open, deleted files included, and its command and environment.

    Reads Linux's /proc; elsewhere the list is empty, and the report says so.
    """
    folder = Path("/proc") / str(process)
    found = [Source(group, name, folder / name) for name in ("cmdline", "environ")]
    try:
        handles = sorted((folder / "fd").iterdir())
        return [
            *(s for s in found if isinstance(s.content, Path) and s.content.exists()),
            *(Source(group, f"fd/{h.name}", h) for h in handles if h.is_file()),
        ]
    except OSError:
        return []


def _windows(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield each window with the number of its bytes that are new."""
    tail = b""
    while block := file.read(WINDOW):
        yield len(block), tail + block
        tail = (tail + block)[-OVERLAP:]
