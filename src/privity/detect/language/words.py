"""Cut a text into words, and say of each word what can be seen without the others.

A word is a run of letters, a run of digits, blanks with a line's end, or a sign. Whatever
depends on the word alone is worked out once for each distinct word: its pieces and those of its
other spelling (`Anna` for `anna`, `anna` for `Anna`), and the numbers of its ends and of its shape.

Invariant: words are in order and do not overlap; what is between them is blank.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from zlib import crc32

PART = re.compile(
    r"[^\W\d_]{1,40}|\d{1,40}|\s+|\.{2,40}|-{2,40}|={2,40}|_{1,40}|\*{2,40}|#{2,40}|[\s\S]"
)
MARK = "\0"  # before a word: of one byte, so that texts with it are of one byte a letter, too
WRITTEN = "▁"  # the mark in the file of pieces
HEAD = 3  # characters
UNKNOWN = 3
UNKNOWN_COST = -30.0
GRAMS = 16384
SLOTS = 10  # numbers that a word has besides its pieces


@dataclass(frozen=True, slots=True)
class Seen:
    """What can be seen of a word: numbers of pieces, of its other spelling's, and of its form."""

    pieces: tuple[int, ...]
    other: tuple[int, ...]
    form: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """The words of a text, and where each begins and ends in it."""

    words: Sequence[str]
    places: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces that words are made of: their numbers, and the logarithms of their chances.

    `reach` says, for `HEAD` characters that pieces begin with, how long the longest of those is.
    """

    known: Mapping[str, int]
    chances: Sequence[float]
    reach: Mapping[str, int]

    @classmethod
    def of(cls, known: Mapping[str, int], chances: Sequence[float]) -> Pieces:
        """Return pieces by number."""
        reach: dict[str, int] = {}
        for piece in known:
            if len(piece) >= HEAD:
                reach[piece[:HEAD]] = max(len(piece), reach.get(piece[:HEAD], HEAD))
        return cls(known, chances, reach)

    def cut(self, word: str) -> tuple[int, ...]:
        """Return the likeliest pieces (Viterbi; Kudo, arXiv:1804.10959); a known word is one."""
        text = MARK + word
        whole = self.known.get(text)
        if whole is not None:
            return (whole,)
        get, reach, chances = self.known.get, self.reach.get, self.chances
        length = len(text)
        sums = [0.0, *[-inf] * length]  # of the best way to each place
        cuts = [(0, UNKNOWN)] * (length + 1)  # where its last piece begins, and which that is
        for start in range(length):
            sum_here = sums[start]
            if sum_here + UNKNOWN_COST > sums[start + 1]:
                sums[start + 1], cuts[start + 1] = sum_here + UNKNOWN_COST, (start, UNKNOWN)
            far = start + reach(text[start : start + HEAD], HEAD - 1)
            for end in range(start + 1, min(far, length) + 1):
                piece = get(text[start:end])
                if piece is not None and sum_here + chances[piece] > sums[end]:
                    sums[end], cuts[end] = sum_here + chances[piece], (start, piece)
        numbers = []
        end = length
        while end:
            end, number = cuts[end]
            numbers.append(number)
        return tuple(reversed(numbers))

    def see(self, word: str) -> Seen:
        """Return what can be seen of a word."""
        if word[0].isspace():
            return Seen((), (), _form(line_ends(word)))
        plain = word if word.isascii() else unicodedata.normalize("NFKC", word)
        if not plain[0].isalpha():
            return Seen(self.cut(plain[:20]), (), _form(plain))
        other = plain.lower() if plain.istitle() else plain.title()
        return Seen(self.cut(plain), self.cut(other), _form(plain))


def cut(text: str) -> Cut:
    """Return the words of a text."""
    parts = PART.findall(text)
    words: list[str] = []
    places: list[tuple[int, int]] = []
    end = 0
    for part in parts:
        start = end
        end += len(part)
        if not part.isspace() or "\n" in part:
            words.append(part)
            places.append((start, end))
    return Cut(words, places)


def line_ends(word: str) -> str:
    """Return all that is seen of a blank word: its line ends, three at most."""
    return "\n" * min(3, word.count("\n"))


def _form(word: str) -> tuple[int, ...]:
    """Return `SLOTS` numbers below `GRAMS`: the word, its ends, its letters and its shape."""
    low = word.lower()
    bare = low
    if not low.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))
    grams = (
        f"w{low[:24]}",
        f"b{bare[:24]}",
        *(f"<{bare[:n]}" for n in (1, 2, 3)),
        *(f"{bare[-n:]}>" for n in (1, 2, 3, 4)),
        f"s{_shape(word)}",
    )
    return tuple(crc32(gram.encode()) % GRAMS for gram in grams)


def _shape(word: str) -> str:
    if word.isdigit():
        return f"d{len(word)}"
    if not word.isalpha():
        return word[0] + str(min(3, len(word)))
    size = str(min(len(word), 4))
    if word.islower():
        return "a" + size
    if word.isupper():
        return "A" + size
    return ("Aa" if word.istitle() else "aA") + size
