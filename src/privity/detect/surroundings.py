"""The words around a value: what a person wrote before it, after it, and the field's name.

Invariant: the window is bounded, so a candidate costs the same in any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BEFORE = 72  # characters
AFTER = 32
WORDS = re.compile(r"[^\W_]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
HINT_LENGTH = 100
FILTERED = 3  # letters


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


def gates_of(context: Context) -> tuple[str, ...]:
    """Return regexes of which one matches in every text where a phrase could be found.

    Phrases without a word of three letters have a regex of their own, because no filter of letters
    can tell where they are not. Each may match elsewhere too: letters beyond ASCII have no word
    boundary in RE2.
    """
    phrases = [*context.words, *(f"{start}*" for start in context.starts)]
    phrases += [p.strip() if p.endswith(" ") else f"{p.strip()}*" for p in context.phrases]
    long = [phrase for phrase in phrases if max(map(len, phrase.split())) >= FILTERED]
    short = [phrase for phrase in phrases if phrase not in long]
    return tuple(
        "(?i)(?:" + "|".join(sorted(map(_gate, some))) + ")" for some in (long, short) if some
    )


def _gate(phrase: str) -> str:
    open_ended = phrase.endswith("*")
    words = phrase.rstrip("*").split()
    before = r"(?:\b|_)" if words[0][0].isascii() else ""
    after = "" if open_ended or not words[-1][-1].isascii() else r"(?:\b|_)"
    return before + r"[\W_]+".join(re.escape(word) for word in words) + after
