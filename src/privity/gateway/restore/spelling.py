"""The spellings of a token that are understood, beside its canonical form `[EMAIL_k7f3q9]`.

Models change the case, drop or replace the brackets, escape them for Markdown, URLs, HTML or
JSON, and write the underscore as a space or a hyphen. The code must be whole, and bounded: a
letter or digit of ASCII on a side without bracket means that this is not a token.

Brackets that nobody writes for their own sake go with the token: `[]` however escaped, `⟦⟧`,
`【】`, `{{}}`, and `<>` except around an address, where they belong to the mail format. Round and
curly brackets and quotation marks may be the author's: they stay.

Invariants: both patterns run in linear time (every repetition is bounded); no kind can be read
inside a code, for each kind has a letter that the alphabet of codes lacks; no spelling holds a
double quote, so a JSON string ends every token.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from string import ascii_letters, digits
from typing import NamedTuple
from urllib.parse import quote

from privity.model.token import ALPHABET, CODE_LENGTH, KINDS

CLOSERS: Mapping[str, tuple[str, ...]] = {
    "[": ("]", "\\]"),
    "\\[": ("\\]", "]"),
    "⟦": ("⟧",),
    "【": ("】",),
    "{{": ("}}",),
    "<": (">",),
    "&lt;": ("&gt;",),
    "%5b": ("%5d",),
    "&#91;": ("&#93;",),
    "&#x5b;": ("&#x5d;",),
    "&lbrack;": ("&rbrack;",),
    "&lsqb;": ("&rsqb;",),
    "\\u005b": ("\\u005d",),
}
"""Each opening bracket, in lower case, with what closes it."""

_SEPARATORS = ("_", "\\_", " ", "-", "\u00a0", "\u2011", "%5f", "&#95;", "\\u005f")
_ANGLES = frozenset({"<", "&lt;"})
_BOUND = frozenset(ascii_letters + digits)
_LONGEST_OPENER = max(map(len, CLOSERS))
_ADDRESSES = frozenset({"EMAIL", "URL"})
_LONGEST_KIND = max(map(len, KINDS))
_ENDS = tuple({closer for closers in CLOSERS.values() for closer in closers})
LONGEST = (
    _LONGEST_OPENER
    + _LONGEST_KIND
    + max(map(len, _SEPARATORS))
    + CODE_LENGTH
    + max(map(len, _ENDS))
)
"""The most characters that a spelling can have."""


def _any(spellings: tuple[str, ...]) -> str:
    longest_first = sorted(spellings, key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, longest_first)) + ")"


def _beginnings(spellings: tuple[str, ...]) -> tuple[str, ...]:
    """Return every proper, non-empty prefix that is not itself a spelling."""
    return tuple(
        {s[:n] for s in spellings for n in range(1, len(s))}.difference(spellings),
    )


_OPEN = _any(tuple(CLOSERS))
_BARE = "(?<![a-z0-9])"
_OPENED = re.compile(rf"{_OPEN}\Z", re.ASCII | re.IGNORECASE)
_CODE = re.compile(
    rf"{_any(_SEPARATORS)}([{ALPHABET}]{{{CODE_LENGTH}}})(?![a-z0-9])({_any(_ENDS)})?",
    re.ASCII | re.IGNORECASE,
)
_BEGUN = re.compile(
    rf"{_any(_beginnings(tuple(CLOSERS)))}\Z"
    rf"|({_OPEN})\Z"
    rf"|(?:({_OPEN})|{_BARE})([a-z]{{1,{_LONGEST_KIND}}})"
    rf"(?:({_any(_beginnings(_SEPARATORS))})?\Z"
    rf"|{_any(_SEPARATORS)}([{ALPHABET}]{{0,{CODE_LENGTH}}})({_any(_beginnings(_ENDS))})?\Z)",
    re.ASCII | re.IGNORECASE,
)


class Spelled(NamedTuple):
    """Something spelled like a token at `[start, end)`; `key` is `KIND_code`."""

    start: int
    end: int
    key: str
    opener: str


class Begun(NamedTuple):
    """The end of a text, from `start`, could be the beginning of a token.

    `kind` and `code` are what is there of them, None where that part has not begun; the kind is
    whole when the code is not None.
    """

    start: int
    kind: str | None
    code: str | None


def spelled(text: str, at: int, kind: str, place: int) -> Spelled | None:
    """Return the token whose kind is written at `place`, or None when it is only a word.

    What stands before `at` belongs to something else, but still bounds the token.
    """
    rest = _CODE.match(text, place + len(kind))
    if rest is None:
        return None
    opened = _OPENED.search(text[max(at, place - _LONGEST_OPENER) : place])
    if opened is None and place and text[place - 1] in _BOUND:
        return None
    opener = "" if opened is None else opened[0].lower()
    code, closer = rest.group(1, 2)
    start, end = place, rest.end(1)
    if _closes(opener, (closer or "").lower(), kind):
        start, end = place - len(opener), rest.end()
        if opener == "\\[" and closer == "]":  # the backslash is a path's, not the token's
            start += 1
    return Spelled(start, end, f"{kind}_{code.lower()}", opener)


def mangled(text: str, found: Spelled) -> bool:
    """Say whether a token is written in any other way than the canonical one."""
    return text[found.start : found.end] != f"[{found.key}]"


def _closes(opener: str, closer: str, kind: str) -> bool:
    if kind in _ADDRESSES and opener in _ANGLES:
        return False
    return closer in CLOSERS.get(opener, ())


def begun(text: str, at: int) -> Begun | None:
    """Return the first place from `at` from which the rest of `text` could begin a token."""
    match = _BEGUN.search(text, at)
    while match is not None:
        opener, kind, separating, code, closing = match.group(2, 3, 4, 5, 6)
        if closing is None or _may_close(opener, code, closing):
            return Begun(
                match.start(),
                kind and kind.upper(),
                "" if separating else code and code.lower(),
            )
        match = _BEGUN.search(text, match.start() + 1)
    return None


def _may_close(opener: str | None, code: str, closing: str) -> bool:
    if opener is None or len(code) < CODE_LENGTH:
        return False
    return any(closer.startswith(closing.lower()) for closer in CLOSERS[opener.lower()])


def fitted(value: str, opener: str) -> str:
    """Return a value in the escaping that the token's opening bracket was written in."""
    if opener == "%5b":
        return quote(value, safe="@:")
    if opener.startswith("&"):
        return html.escape(value)
    if opener == "\\u005b":
        return inside_string(value)
    return value


def inside_string(value: str) -> str:
    """Return a value as it stands between the quotes of a JSON string (RFC 8259, section 7)."""
    return encode_basestring(value)[1:-1]
