"""Lay words of texts out in sheets that the network reads at once.

A long text is cut into parts, each with the words within reach of it; short texts share a sheet,
with blank rows between them, so that none sees another.

Invariants: each word of each text is judged in exactly one part; no sheet is longer than a part may
be, so memory does not grow with the texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

STEPS = (1, 2, 4, 8, 16)  # how far apart the three words are that each layer looks at
REACH = sum(STEPS)
GAP = max(STEPS)  # blank rows between texts; they stay blank in each layer
CHUNK = 400  # words judged at once; more needs memory and gains no time
LONGEST = CHUNK + 2 * REACH
BLOCK = 4000  # words whose own vectors are kept at once


@dataclass(frozen=True, slots=True)
class Part:
    """Words `[start, end)` of text number `text`, judged from words `[low, high)`."""

    text: int
    low: int
    start: int
    end: int
    high: int

    @property
    def size(self) -> int:
        """How many words are seen."""
        return self.high - self.low


def parts(sizes: Sequence[int]) -> Iterator[Part]:
    """Cut texts with so many words."""
    for number, size in enumerate(sizes):
        for start in range(0, size, CHUNK):
            end = min(start + CHUNK, size)
            yield Part(number, max(0, start - REACH), start, end, min(size, end + REACH))


def groups(some: Iterable[Part], most: int) -> Iterator[list[Part]]:
    """Group parts, in order, that have `most` rows together, gaps included, or are alone."""
    group: list[Part] = []
    rows = 0
    for part in some:
        if group and rows + GAP + part.size > most:
            yield group
            group, rows = [], 0
        rows += part.size + GAP * bool(group)
        group.append(part)
    if group:
        yield group
