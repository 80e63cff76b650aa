"""Change how a text is written, and keep its marks true.

A text is a list of (characters, mark) pairs here, so every change carries the marks along.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

Cell = tuple[str, int]  # characters, and the number of the mark that holds them (-1: none)
Marks = list[tuple[int, int, str]]
_LOOK_ALIKE = dict(zip("aeopcxyiBHKMTAEOPCX", "аеорсхуіВНКМТАЕОРСХ", strict=True))
_LEET = dict(zip("aeiost", "431057", strict=True))
_SCAN = {
    "l": "1",
    "o": "0",
    "O": "0",
    "ł": "l",
    "ę": "e",
    "ą": "a",
    "ś": "s",
    "ż": "z",
    "m": "rn",
    "i": "í",
    "S": "5",
    "B": "8",
}
_EMOJI = "😂 😭 🔥 ❤️ 🙏 👍 😅 🎉 ✨ 💀 😊 🤔 🥲 👀 📧 ☎️ 🏠".split()
_FILLERS = ("um", "uh", "like", "you know", "so", "well", "okay")


def to_cells(text: str, marks: Marks) -> list[Cell]:
    owner = [-1] * len(text)
    for number, (start, end, _label) in enumerate(marks):
        owner[start:end] = [number] * (end - start)
    return list(zip(text, owner, strict=True))


def from_cells(cells: list[Cell], marks: Marks) -> tuple[str, Marks]:
    """Marks are found again by their number; an empty one is gone."""
    places: dict[int, tuple[int, int]] = {}
    at = 0
    for chars, owner in cells:
        if owner >= 0 and chars:
            places[owner] = (places.get(owner, (at, 0))[0], at + len(chars))
        at += len(chars)
    found = [(*places[number], mark[2]) for number, mark in enumerate(marks) if number in places]
    return "".join(chars for chars, _ in cells), found


def _each(change: Callable[[str], str]) -> Callable[[list[Cell], random.Random], list[Cell]]:
    return lambda cells, _chance: [(change(chars), owner) for chars, owner in cells]


def _plain(char: str) -> str:
    char = {"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "đ": "d"}.get(char, char)
    return "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))


def _typos(cells: list[Cell], chance: random.Random) -> list[Cell]:
    out: list[Cell] = []
    for chars, owner in cells:
        draw = chance.random()
        if chars.isalpha() and draw < 0.012:
            continue
        if chars.isalpha() and draw < 0.02:
            out.append((chars + chars, owner))
        elif (
            out
            and chars.isalpha()
            and draw < 0.028
            and out[-1][0].isalpha()
            and out[-1][1] == owner
        ):
            out[-1], swapped = (chars, owner), out[-1]
            out.append(swapped)
        else:
            out.append((chars, owner))
    return out


def _replace(
    table: dict[str, str], share: float, *, inside: bool
) -> Callable[[list[Cell], random.Random], list[Cell]]:
    def change(cells: list[Cell], chance: random.Random) -> list[Cell]:
        return [
            (
                table[c]
                if c in table and (owner >= 0 or not inside) and chance.random() < share
                else c,
                owner,
            )
            for c, owner in cells
        ]

    return change


def _zero_width(cells: list[Cell], chance: random.Random) -> list[Cell]:
    hidden = "\u200b"
    return [
        (c + hidden if owner >= 0 and chance.random() < 0.25 else c, owner) for c, owner in cells
    ]


def _tokenized(cells: list[Cell], _chance: random.Random) -> list[Cell]:
    """Blanks around punctuation, as old corpora have it."""
    out: list[Cell] = []
    for chars, owner in cells:
        if chars in ",.!?:;()'@#\"" and chars:
            if out and out[-1][0] not in " \n":
                out.append((" ", owner if out[-1][1] == owner else -1))
            out.append((chars, owner))
            out.append((" ", owner))
        elif chars == " " and out and out[-1][0] == " ":
            out[-1] = (" ", owner if out[-1][1] == owner else -1)
        else:
            out.append((chars, owner))
    return out


def _unpointed(cells: list[Cell], _chance: random.Random) -> list[Cell]:
    """As a microphone hears it: lower case, no commas or stops outside marks."""
    return [(c.lower(), owner) for c, owner in cells if owner >= 0 or c not in ',.!?;:"()']


def _chatty(cells: list[Cell], chance: random.Random) -> list[Cell]:
    """Emoji or fillers between words."""
    words = _EMOJI if chance.random() < 0.6 else _FILLERS
    return [
        (
            f" {chance.choice(words)} " if c == " " and owner < 0 and chance.random() < 0.08 else c,
            owner,
        )
        for c, owner in cells
    ]


_LOWER, _UPPER = _each(lambda c: c.lower() if len(c.lower()) == 1 else c), _each(str.upper)
MANNERS: tuple[tuple[float, Callable[[list[Cell], random.Random], list[Cell]]], ...] = (
    (0.16, _LOWER),
    (0.04, _UPPER),
    (0.04, _unpointed),
    (0.05, _typos),
    (0.05, _each(_plain)),
    (0.05, _tokenized),
    (0.04, _chatty),
    (0.015, _replace(_SCAN, 0.15, inside=False)),
    (0.01, _replace(_LOOK_ALIKE, 0.5, inside=True)),
    (0.01, _replace(_LEET, 0.4, inside=True)),
    (0.01, _zero_width),
)


def disguise(text: str, marks: Marks, chance: random.Random) -> tuple[str, Marks]:
    """Write the text in another manner, or leave it."""
    cells = to_cells(text, marks)
    for share, change in MANNERS:
        if chance.random() < share:
            cells = change(cells, chance)
    return from_cells(cells, marks)
