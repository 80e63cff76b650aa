"""The words around a value: what a person wrote before it, after it, and the field's name.

Invariant: the window is bounded, so a candidate costs the same in any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

BEFORE = 72  # characters
AFTER = 32
WORDS = re.compile(r"[^\W_]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
HINT_LENGTH = 100


def words_of(text: str) -> str:
    """Return the words of `text` in lower case, a blank around each."""
    return f" {' '.join(WORDS.findall(text.lower()))} "


def hint_words(hint: str) -> str:
    """Return the words of a field's name: `customerSsn` and `customer_ssn` are ` customer ssn `."""
    return words_of(HUMP.sub(" ", hint[-HINT_LENGTH:]))


def window(text: str, start: int, end: int) -> str:
    """Return the words near `[start, end)`."""
    before = text[max(0, start - BEFORE) : start]
    return words_of(before) + words_of(text[end : end + AFTER])


def mentions(words: str, phrases: Iterable[str]) -> bool:
    """Return whether one of the phrases is among the words; `steuer*` is the start of a word."""
    return any(
        (f" {phrase[:-1]}" if phrase.endswith("*") else f" {phrase} ") in words
        for phrase in phrases
    )
