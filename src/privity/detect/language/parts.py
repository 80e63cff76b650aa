"""Cut a text into the model's pieces, and long texts into overlapping windows.

Invariants: the windows of a text cover all its pieces; each piece is judged in exactly one window,
the one where it has the most context on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

START, PAD, END = 0, 1, 2
LONGEST = 160  # pieces in a window, without its two ends
OVERLAP = 40  # pieces that two neighbours share


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one text: their numbers, and where each begins and ends in it."""

    ids: Sequence[int]
    places: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces `[start, end)` of text number `text`; `[judge_from, judge_to)` are judged here."""

    text: int
    start: int
    end: int
    judge_from: int
    judge_to: int


def split(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Pieces]:
    """The pieces of every text, in order."""
    # One by one: the library's batches would start threads of their own.
    encoded = [tokenizer.encode(text, add_special_tokens=False) for text in texts]
    return [Pieces(found.ids, found.offsets) for found in encoded]


def windows(texts: Sequence[Pieces]) -> list[Window]:
    """The windows of all texts; a text without pieces has none."""
    found: list[Window] = []
    for number, pieces in enumerate(texts):
        found.extend(_cut(number, len(pieces.ids)))
    return found


def _cut(text: int, length: int) -> list[Window]:
    if not length:
        return []
    found, start = [], 0
    while True:
        end = min(start + LONGEST, length)
        judge_from = start + OVERLAP // 2 if start else 0
        judge_to = end if end == length else end - OVERLAP // 2
        found.append(Window(text, start, end, judge_from, judge_to))
        if end == length:
            return found
        start += LONGEST - OVERLAP
