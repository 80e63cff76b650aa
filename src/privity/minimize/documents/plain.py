"""Plain text of any length, lines of any length, in bounded memory, and nothing cut.

A window of text is scanned at once. Its margin, the last characters, is not written yet, because
what stands there may go on behind the window; it is scanned again at the head of the next one.
What is written ends earlier still, in front of any finding that reaches into the margin. The last
characters that were written are shown to the detector again, as context, and not written again.

Invariants: every character is written exactly once; no finding that is shorter than the margin is
cut or missed because of where a window ends; a finding that reaches back into what is written is
treated from there on; a value too long to be held whole is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from privity.errors import TooLarge
from privity.minimize.documents.chunk import Chunk, Find, Found, Place
from privity.minimize.documents.lines import Characters, read_some
from privity.model.finding import Finding
from privity.model.text import Leaf, Minimized, Raw, Slot


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of what is scanned at once, in characters: all of it, its margin, and what was before it."""

    window: int = 131_072
    margin: int = 16_384
    before: int = 1_024
    longest: int = 2_097_152


SIZES = Sizes()


class Stretch:
    """A stretch of text, and where it begins."""

    __slots__ = ("_at", "_text", "leaves")

    def __init__(self, text: str, at: Place) -> None:
        self._text = text
        self._at = at
        self.leaves = (Leaf(Raw(text), Slot.TEXT, ""),)

    def place(self, leaf: int, start: int, found: Sequence[Found]) -> Place:
        """Say where a character stands."""
        del leaf, found
        lines = self._text.count("\n", 0, start)
        if not lines:
            return Place(self._at.line, self._at.column + start)
        return Place(self._at.line + lines, start - self._text.rindex("\n", 0, start))

    def joined(self, texts: Sequence[Minimized | None]) -> str:
        """Return the stretch, treated."""
        return self._text if texts[0] is None else texts[0].text

    def end(self) -> Place:
        """Say where the next stretch begins."""
        return self.place(0, len(self._text), ())


def windows(source: Characters, find: Find, sizes: Sizes = SIZES) -> Iterator[Chunk]:
    """Yield a text in stretches that were scanned with what is around them.

    Raises BadInput, TooLarge or DetectorUnavailable.
    """
    window = read_some(source, sizes.window)
    written = 0  # characters at the head of the window that are context only
    at = Place(1, 1)
    while len(window) > written:
        more = read_some(source, sizes.window)
        found = find((Leaf(Raw(window), Slot.TEXT, ""),))[0]
        end = len(window) if not more else _end(found, written, len(window) - sizes.margin)
        if end > written:
            stretch = Stretch(window[written:end], at)
            yield Chunk(((stretch, (_within(found, written, end),)),))
            at = stretch.end()
            start = max(0, end - sizes.before)
            window, written = window[start:], end - start
        elif len(window) > sizes.longest:
            msg = f"a value near line {at.line} is too long to be treated whole"
            raise TooLarge(msg)
        window += more


def _end(found: Found, written: int, latest: int) -> int:
    """Return where the window may end: at `latest`, or in front of a finding that is there."""
    end = latest
    for finding in reversed(found):
        if finding.start < end < finding.end:
            end = finding.start
    return max(end, written)


def _within(found: Found, start: int, end: int) -> tuple[Finding, ...]:
    """Return the findings of a stretch, counted from its start."""
    return tuple(
        replace(finding, start=max(finding.start, start) - start, end=finding.end - start)
        for finding in found
        if finding.end > start and finding.start < end
    )
