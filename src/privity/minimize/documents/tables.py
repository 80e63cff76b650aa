"""Tables as CSV: every cell, with its heading as a hint; the headings are scanned like all others.

Invariants: a record in which nothing was found is written as it was; one that changed is written
with the same separator and line end; a table that cannot be read without doubt is refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from privity.errors import BadInput
from privity.minimize.documents.chunk import Found, Place
from privity.minimize.documents.lines import Characters, lines
from privity.model.text import Leaf, Minimized, Raw, Slot

SEPARATORS = ",;\t|"


class Record:
    """A record: its cells, and how it was written."""

    __slots__ = ("_cells", "_headings", "_line", "_separator", "_written", "leaves")

    def __init__(
        self, cells: Sequence[str], written: str, line: int, headings: Sequence[str], separator: str
    ) -> None:
        self._cells = cells
        self._written = written
        self._line = line
        self._headings = headings
        self._separator = separator
        self.leaves = tuple(
            Leaf(Raw(cell), Slot.TEXT, headings[place] if place < len(headings) else "")
            for place, cell in enumerate(cells)
        )

    def place(self, leaf: int, start: int, found: Sequence[Found]) -> Place:
        """Say where a cell stands: the line its record begins on, and the number of its column."""
        del start, found
        return Place(self._line, leaf + 1, f"column {leaf + 1}")

    def joined(self, texts: Sequence[Minimized | None]) -> str:
        """Return the record with other cells."""
        if all(text is None for text in texts):
            return self._written
        cells = [c if t is None else t.text for c, t in zip(self._cells, texts, strict=True)]
        body = self._written.rstrip("\r\n")
        out = io.StringIO()
        ending = self._written[len(body) :]
        csv.writer(out, delimiter=self._separator, lineterminator=ending).writerow(cells)
        return out.getvalue()


class _Taken:
    """Lines that remember what was taken since the last record."""

    __slots__ = ("_lines", "since")

    def __init__(self, source: Iterator[str]) -> None:
        self._lines = source
        self.since: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.since.append(line)
            yield line


def records(source: Characters) -> Iterator[Record]:
    """Yield each record. The first one has the headings. Raises BadInput or TooLarge."""
    incoming = lines(source)
    first = next(incoming, "")
    separator = max(SEPARATORS, key=first.count)
    taken = _Taken(_again(first, incoming))
    reader = csv.reader(taken, delimiter=separator, strict=True)
    headings: tuple[str, ...] = ()
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            cells, broken = [], True
        else:
            broken = False
        if broken:
            msg = f"the record at line {line} cannot be read as CSV; try --format text"
            raise BadInput(msg)
        if cells is None:
            return
        yield Record(cells, "".join(taken.since), line, headings, separator)
        headings = headings or tuple(cells)
        line += len(taken.since)
        taken.since.clear()


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest
