"""Lists of terms that a team gives: names of projects, customers, products.

Invariants: a term is found as a whole word only; the time is linear in the text, whatever the
number of terms, because each word costs one look-up and the lengths of terms are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from privity.detect.resolve import Candidate
from privity.model.words import Category

LONGEST = 200  # characters of a term
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class TermList:
    """Terms of one kind; with `any_case` they are found in capitals and small letters alike."""

    id: str
    category: Category
    terms: tuple[str, ...]
    any_case: bool
    confidence: float
    near_misses: tuple[str, ...]


class Terms:
    """Finds the terms of all lists."""

    __slots__ = ("_starts",)

    def __init__(self, lists: Iterable[TermList]) -> None:
        self._starts: dict[str, dict[tuple[int, int, bool], dict[str, TermList]]] = {}
        for one in lists:
            for term in one.terms:
                first = WORD.search(term)
                if first is None:
                    continue
                spelled = term.lower() if one.any_case else term
                shape = (first.start(), len(term), one.any_case)
                shapes = self._starts.setdefault(first.group().lower(), {})
                shapes.setdefault(shape, {}).setdefault(spelled, one)

    def __bool__(self) -> bool:
        return bool(self._starts)

    def found(self, text: str) -> Iterator[Candidate]:
        """Return every term that stands in `text` as a whole word."""
        for word in WORD.finditer(text):
            for (offset, length, any_case), known in self._starts.get(
                word.group().lower(), {}
            ).items():
                start = word.start() - offset
                end = start + length
                if start < 0 or end > len(text) or not _whole(text, start, end):
                    continue
                value = text[start:end]
                one = known.get(value.lower() if any_case else value)
                if one is not None:
                    yield Candidate(start, end, one.category, one.confidence, one.id, proven=True)


def _whole(text: str, start: int, end: int) -> bool:
    """Return whether no word goes on over either edge."""
    before = start > 0 and _inside(text[start - 1]) and _inside(text[start])
    after = end < len(text) and _inside(text[end]) and _inside(text[end - 1])
    return not (before or after)


def _inside(character: str) -> bool:
    return character.isalnum() or character == "_"
