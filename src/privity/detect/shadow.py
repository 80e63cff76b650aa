"""Read what a person sees, not what was typed to get past a filter.

Invisible characters, soft hyphens, full-width forms, digits of other scripts, look-alike @ signs,
dots and dashes, and mathematical letters are put into their plain form in a shadow of the text;
patterns read the shadow, and findings are mapped back, so that a finding covers every character
that was typed. Most texts need none of this: one linear search decides.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f"
)
BLANKS = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
MARKS = "\u2010-\u2015\u2212\u2024\u3002\ufe52\ufe58\ufe63\ufe6b"
FORMS = (
    "\uff01-\uff65\u2460-\u249b\u24b6-\u24ea\U0001d400-\U0001d7ff"
    "\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59"
)
BROKEN = "\ud800-\udfff"  # halves of characters, which UTF-8 cannot write
SUSPICIOUS = re.compile(f"[{INVISIBLE}{BLANKS}{MARKS}{FORMS}{BROKEN}]")
JOINED = re.compile(r"_[A-Za-z]{0,2}\d[\dA-Za-z -]{7}|\d[\d-]{6,34}_")
HIDDEN = re.compile(f"[{INVISIBLE}]")
PLAIN = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-"),
    **dict.fromkeys("\u2024\u3002\ufe52", "."),
    "\ufe6b": "@",
}


@dataclass(frozen=True, slots=True)
class Shadow:
    """`text` in plain form; `origin[i]` is where its character i stands in the original.

    No origin means that every character stands where it stood.
    """

    text: str
    origin: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where `[start, end)` of the shadow stands in the original."""
        if not self.origin:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


def shadow_of(text: str) -> Shadow | None:
    """Return the plain form of `text`, or None when it is plain already."""
    if text.isascii() or not SUSPICIOUS.search(text):
        return None
    plain = SUSPICIOUS.sub(_plain, text)
    if len(plain) == len(text):
        return Shadow(plain, ())
    origin: list[int] = []
    last = 0
    for hidden in HIDDEN.finditer(text):
        origin.extend(range(last, hidden.start()))
        last = hidden.end()
    origin.extend(range(last, len(text)))
    return Shadow(plain, tuple(origin))


def unjoined(text: str) -> str | None:
    """Return `text` with blanks for underscores where one could join a number to a word, or None.

    Every character stays in its place.
    """
    return text.replace("_", " ") if "_" in text and JOINED.search(text) else None


def _plain(match: re.Match[str]) -> str:
    """Return one plain character for another, nothing for an invisible one."""
    character = match.group()
    if HIDDEN.match(character):
        return ""
    if "\ud800" <= character <= "\udfff":
        return "?"
    if character in PLAIN:
        return PLAIN[character]
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character
