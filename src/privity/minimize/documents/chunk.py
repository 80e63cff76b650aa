"""A stretch of a document that was scanned: its texts, what was found, and where it stands.

Invariants: what is between findings comes out as it went in, character for character; a place
never shows a value: a key or a heading in which something was found is named by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from privity.minimize.pseudonym import Pseudonyms
from privity.minimize.treat import treat
from privity.model.finding import Finding, Tally
from privity.model.reveal import reveal
from privity.model.text import Leaf, Minimized
from privity.model.words import Category, Treatment

Found: TypeAlias = tuple[Finding, ...]
Find: TypeAlias = Callable[[Sequence[Leaf]], tuple[Found, ...]]
BATCH = 65_536
"""Characters that are scanned together, about."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: line and column from 1, and the path to its field, if it has one."""

    line: int
    column: int
    path: str = ""


class Row(Protocol):
    """A line, a record or a stretch of text."""

    @property
    def leaves(self) -> Sequence[Leaf]:
        """Its texts."""
        ...

    def place(self, leaf: int, start: int, found: Sequence[Found]) -> Place:
        """Say where a character of a leaf stands; `found` is what each leaf of the row holds."""
        ...

    def joined(self, texts: Sequence[Minimized | None]) -> str:
        """Return the row with other texts; where None stands, with its own."""
        ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding and its place. The value is in `value()` alone."""

    place: Place
    finding: Finding
    leaf: Leaf

    def value(self) -> str:
        """Return what was found, in plain text: only for someone who asked to see it."""
        return reveal(self.leaf.raw)[self.finding.start : self.finding.end]


@dataclass(frozen=True, slots=True)
class Treating:
    """How findings are treated, over a whole document: one value, one token."""

    treatments: Mapping[Category, Treatment]
    pseudonyms: Pseudonyms
    key: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows that were scanned together; `found` has what each leaf of each row holds."""

    rows: tuple[tuple[Row, tuple[Found, ...]], ...]

    def sightings(self) -> Iterator[Sighting]:
        """Yield what was found, in order of place."""
        for row, found in self.rows:
            for number, (leaf, held) in enumerate(zip(row.leaves, found, strict=True)):
                for finding in held:
                    yield Sighting(row.place(number, finding.start, found), finding, leaf)

    def treated(self, how: Treating) -> tuple[str, Tally]:
        """Return the text of these rows with every finding treated, and what was found."""
        leaves = [leaf for row, _ in self.rows for leaf in row.leaves]
        found = [held for _, each in self.rows for held in each]
        treated = treat(leaves, found, how.treatments, how.pseudonyms, how.key)
        pieces: list[str] = []
        start = 0
        for row, _ in self.rows:
            end = start + len(row.leaves)
            pieces.append(row.joined(treated.texts[start:end]))
            start = end
        return "".join(pieces), treated.tally


def scanned(rows: Iterable[Row], find: Find) -> Iterator[Chunk]:
    """Scan rows together, about `BATCH` characters at once. Raises DetectorUnavailable.

    Together, because a value that is known from one row is then recognized in the others.
    """
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(len(leaf.raw) for leaf in row.leaves)
        if size >= BATCH:
            yield _scanned(batch, find)
            batch, size = [], 0
    if batch:
        yield _scanned(batch, find)


def _scanned(batch: Sequence[Row], find: Find) -> Chunk:
    found = iter(find([leaf for row in batch for leaf in row.leaves]))
    return Chunk(tuple((row, tuple(next(found) for _ in row.leaves)) for row in batch))
