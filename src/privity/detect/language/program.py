"""What only looks like personal data because it is a piece of a program.

Invariant: each test looks at a bounded stretch of text around what was found.
"""

from __future__ import annotations

import re

LONGEST_WORD = 200  # characters; what has no end sooner is no word
_HYPHENS = 3  # of a chain of small words
_SLUG = re.compile(rf"(?<![\w-])[a-z]+(?:-[a-z]+){{{_HYPHENS},}}(?![\w-])")
_SLUG_PART = re.compile(r"[a-z-]+")
_PRECISE = re.compile(r"\d\.\d{10}")
_ENTRY = re.compile(r"-?\d+\.\d+")
ROW = 40  # characters
_LISTED = re.compile(r"-?\d+\.\d+, -?$")


def in_identifier(text: str, start: int, end: int) -> bool:
    """Return whether `[start, end)` is a part of a name or of a product, as in `sys.argv`."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    low = text[start].islower()
    if before.endswith(("_", "::")) or after.startswith(("_", "::")):
        return True
    if (
        len(before) == 2
        and before[0].isalnum()
        and (before[1] == "*" or (before[1] == "." and low))
    ):
        return True
    if low and text[end - 1] == "." and after[:1].isalnum():
        return True
    return len(after) == 2 and (
        (after[0] == "*" and after[1].isalnum()) or (after[0] == "." and after[1].islower())
    )


def in_slug(text: str, start: int, end: int) -> bool:
    """Return whether `[start, end)` is in a chain of words, as in `red-kettle-on-a-shelf`.

    Four small words at least: nobody's name has so many hyphens and no capital.
    """
    if not _SLUG_PART.fullmatch(text, start, end):
        return False
    low, high = max(0, start - LONGEST_WORD), min(len(text), end + LONGEST_WORD)
    if text.count("-", low, high) < _HYPHENS:
        return False
    chain = _SLUG.search(text, low, high)
    while chain is not None and chain.end() < end:
        chain = _SLUG.search(text, chain.end(), high)
    return chain is not None and chain.start() <= start


def in_fraction(text: str, start: int, end: int) -> bool:
    """Return whether `[start, end)` is a decimal fraction, as in `0.8090169943749474`.

    Of a row of fractions (`-0.54, 0.84, -0.54`), a third or later one.
    """
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if len(before) == 2 and before[0].isdigit() and before[1] == ".":
        return True
    if len(after) == 2 and after[0] == "." and after[1].isdigit():
        return True
    if _PRECISE.search(text, start, min(end, start + LONGEST_WORD)):
        return True
    if not _ENTRY.fullmatch(text, start, end):
        return False
    return len(_ENTRY.findall(text, max(0, start - ROW), start)) > 1 and bool(
        _LISTED.search(text, max(0, start - ROW), start)
    )
