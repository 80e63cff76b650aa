"""Read texts a stretch at a time, so that memory does not grow with them.

A stretch of a long text overlaps its neighbors by more than the network can see, and counts only
for what begins in its own part; short texts are read together.

Law: every place of every text is in the own part of exactly one stretch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from privity.model.finding import Finding

OWN = 65_536  # characters; also of the texts that are read together
OVERLAP = 2_048  # characters: more than what stands around a word matters for


@dataclass(frozen=True, slots=True)
class Stretch:
    """`text` begins at `start` of text `number`; what begins in its `[first, last)` counts."""

    number: int
    start: int
    text: str
    first: int
    last: int

    def own(self, found: Sequence[Finding]) -> Iterator[Finding]:
        """Yield, at their places in the whole text, the findings that count."""
        if not self.start:
            yield from (f for f in found if f.start < self.last)
            return
        for f in found:
            if self.first <= f.start < self.last:
                yield replace(f, start=f.start + self.start, end=f.end + self.start)


def stretches(texts: Sequence[str]) -> Iterator[list[Stretch]]:
    """Yield what is read together."""
    group: list[Stretch] = []
    size = 0
    for number, text in enumerate(texts):
        for stretch in _cut(number, text):
            if group and size + len(stretch.text) > OWN:
                yield group
                group, size = [], 0
            group.append(stretch)
            size += len(stretch.text)
    if group:
        yield group


def _cut(number: int, text: str) -> Iterator[Stretch]:
    for first in range(0, max(1, len(text)), OWN):
        start = max(0, first - OVERLAP)
        last = min(len(text), first + OWN)
        shown = text[start : last + OVERLAP]
        yield Stretch(number, start, shown, first - start, last - start)
