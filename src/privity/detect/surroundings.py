"""The words around a value: what a person wrote before it, after it, and the field's name.

Invariant: the window is bounded, so a candidate costs the same in any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import re2

BEFORE = 72  # characters
AFTER = 32
WORDS = re.compile(r"[^\W_]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
HINT_LENGTH = 100


def hint_words(hint: str) -> list[str]:
    """Return the words of a field's name: `customerSsn` and `customer_ssn` are customer, ssn."""
    return WORDS.findall(HUMP.sub(" ", hint[-HINT_LENGTH:]).lower())


def window(text: str, start: int, end: int) -> list[str]:
    """Return the words near `[start, end)`, in lower case, a mark where the value stands."""
    near = f"{text[max(0, start - BEFORE) : start]} 0 {text[end : end + AFTER]}"
    return WORDS.findall(near.lower())


@dataclass(frozen=True, slots=True)
class Context:
    """The phrases of a pattern, sorted by how they are sought."""

    words: frozenset[str]
    starts: tuple[str, ...]  # of words
    phrases: tuple[str, ...]  # of several words, a blank around each

    @classmethod
    def of(cls, phrases: Iterable[str]) -> Context:
        """Sort phrases; `steuer*` is the start of a word."""
        listed = tuple(phrases)
        long = tuple(f" {p} " for p in listed if " " in p and not p.endswith("*"))
        return cls(
            frozenset(p for p in listed if " " not in p and not p.endswith("*")),
            tuple(p[:-1] for p in listed if p.endswith("*") and " " not in p),
            long + tuple(f" {p[:-1]}" for p in listed if p.endswith("*") and " " in p),
        )

    def __bool__(self) -> bool:
        return bool(self.words or self.starts or self.phrases)

    def among(self, words: Sequence[str]) -> bool:
        """Return whether one of the phrases is among these words, in lower case."""
        if not self.words.isdisjoint(words):
            return True
        if self.starts and any(word.startswith(self.starts) for word in words):
            return True
        if not self.phrases:
            return False
        joined = f" {' '.join(words)} "
        return any(phrase in joined for phrase in self.phrases)

    def which(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the phrases that are among these words, in order of the alphabet."""
        joined = f" {' '.join(words)} "
        found = {word for word in words if word in self.words}
        found |= {f"{start}*" for start in self.starts if any(w.startswith(start) for w in words)}
        return tuple(sorted(found | {p.strip() for p in self.phrases if p in joined}))


class Nearby:
    """Many contexts, and which of them a text could satisfy: one look-up for each of its words.

    Invariant: what is not named cannot be satisfied anywhere in the text.
    """

    __slots__ = ("_starting", "_starts", "_words")

    def __init__(self, contexts: Sequence[Context]) -> None:
        words: dict[str, set[int]] = {}
        starts: dict[str, set[int]] = {}
        for number, context in enumerate(contexts):
            for phrase in context.phrases:
                whole = phrase.strip().split()[: None if phrase.endswith(" ") else -1]
                words.setdefault(max(reversed(whole), key=len), set()).add(number)
            for word in context.words:
                words.setdefault(word, set()).add(number)
            for start in context.starts:
                starts.setdefault(start, set()).add(number)
        longest = sorted(starts, key=len, reverse=True)
        self._words = words
        self._starts = {
            start: set().union(*(starts[s] for s in longest if start.startswith(s)))
            for start in longest
        }
        listed = "|".join(map(re.escape, longest))
        self._starting = re2.compile(f" (?:{listed})") if longest else None

    def of(self, text: str) -> set[int]:
        """Return the numbers of the contexts of which a phrase could be in `text`."""
        words = WORDS.findall(text.lower())
        found: set[int] = set()
        for word in self._words.keys() & words:
            found |= self._words[word]
        if self._starting is not None:
            for match in self._starting.finditer(f" {' '.join(words)}"):
                found |= self._starts[match.group()[1:]]
        return found
