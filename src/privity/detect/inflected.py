"""The forms in which a name may come again: the German genitive, the Polish cases.

Only regular endings are known. A caller leaves out forms that are words of their own; a form that
nobody uses finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

POLISH = re.compile("[ąćęłńśźżĄĆĘŁŃŚŹŻ]")
SHORTEST = 4  # letters of a name that is inflected
SIBILANT = ("s", "x", "z", "ß", "ce")
VOWELS = "aeiouyąęó"
ADJECTIVE = ("ski", "cki", "dzki")
WOMAN = ("ska", "cka", "dzka")
FEMININE = ("y", "ie", "ę", "ą", "o")
SOFT = {"k": ("ce",), "g": ("dze",), "r": ("rze",), "ł": ("le",), "t": ("cie",), "d": ("dzie",)}
MASCULINE = ("a", "owi", "em", "u", "ie", "owie", "ów")


def is_polish(text: str) -> bool:
    """Return whether a text has letters that Polish writes and its neighbors mostly do not."""
    return bool(POLISH.search(text))


def german_forms(name: str) -> Iterator[str]:
    """Return "Annas" for "Anna", which is also an English plural; names that hiss have none."""
    if len(name) >= SHORTEST and not name.endswith(SIBILANT):
        yield f"{name}s"


def polish_forms(name: str) -> Iterator[str]:
    """Return the cases of a name: "Kowalskiej", "Nowaka", "Annie"."""
    if len(name) < SHORTEST or not name[-1].islower():
        return
    if name.endswith((*ADJECTIVE, *WOMAN)):
        stem = name[:-1]
        yield from (f"{stem}{end}" for end in ("i", "a", "ą", "ę"))
        yield from (f"{stem}{end}" for end in ("iego", "iemu", "im", "iej", "ich", "imi"))
    elif name.endswith("a"):
        stem = name[:-1]
        yield from (f"{stem}{end}" for end in (*FEMININE, "i", "ii"))
        yield from (f"{stem[:-1]}{end}" for end in SOFT.get(stem[-1], ()))
    elif name[-1] not in VOWELS:
        yield from (f"{name}{end}" for end in MASCULINE)
        if name[-1] in "kg":
            yield f"{name}iem"
        if name[-2] == "e" and name[-1] == "k":
            yield from (f"{name[:-2]}k{end}" for end in ("a", "owi", "iem", "u"))
