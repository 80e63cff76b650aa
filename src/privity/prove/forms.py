"""The forms in which a value may hide in bytes.

Each form yields needles: bytes to look for, and the view of the bytes in which to look. Invariant:
`write` (what a careless program would store) and `needles` agree: for every form, the needles are
found in what `write` returns. The self-test checks that on each run, before it trusts a search.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import assert_never
from urllib.parse import quote

SEPARATORS = b" \t\r\n\x00-_.:,;/|+*'\"\\()[]{}<>=#"
SHORTEST = 8
"""A needle shorter than this would be found by chance."""
SHORTEST_JOINED = 9
"""Without separators, digits stand beside foreign digits; so a little more is asked."""


class View(Enum):
    """How bytes are looked at."""

    EXACT = "exact"
    FOLDED = "without regard to case"
    JOINED = "without regard to case and separators"


class Form(Enum):
    """A form in which a value may be written."""

    PLAIN = "plain text"
    BASE64 = "base64, at each alignment"
    BASE64_URL = "base64 for URLs, at each alignment"
    HEX = "hexadecimal"
    URL = "URL-encoded"
    JSON = "JSON-escaped"
    HTML = "HTML entities"
    UTF16 = "UTF-16, either end first"
    REVERSED = "reversed"
    SPLIT = "split by separators or lines"
    HALF = "cut in two"


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes to look for in a view."""

    form: Form
    view: View
    data: bytes


def needles(value: str) -> tuple[Needle, ...]:
    """Return everything to look for, for one value."""
    return tuple(needle for form in Form for needle in _of(form, value))


def write(form: Form, value: str, alignment: int = 0) -> bytes:
    """Return a value as a careless program could store it, after `alignment` foreign bytes."""
    data = b"\x07" * alignment + value.encode()
    match form:
        case Form.BASE64:
            return base64.b64encode(data + b"\x07")
        case Form.BASE64_URL:
            return base64.urlsafe_b64encode(data + b"\x07")
        case Form.SPLIT:
            return b"\n".join(b"-".join(data[i : i + 3] for i in (j, j + 3)) for j in _steps(data))
        case Form.HALF:
            middle = len(value) // 2 - 1
            return b'{"d":"%s"}\n{"d":"%s"}' % (value[:middle].encode(), value[middle:].encode())
        case _:
            found = next(_of(form, value)).data
            return found if form in (Form.HTML, Form.JSON, Form.URL) else found.swapcase()


def _steps(data: bytes) -> range:
    return range(0, len(data), 6)


def _of(form: Form, value: str) -> Iterator[Needle]:
    for view, data in _encoded(form, value):
        kept = data if view is View.EXACT else data.lower()
        kept = kept.translate(None, SEPARATORS) if view is View.JOINED else kept
        if len(kept) >= (SHORTEST_JOINED if view is View.JOINED else SHORTEST):
            yield Needle(form, view, kept)


def _encoded(form: Form, value: str) -> Iterator[tuple[View, bytes]]:  # noqa: C901 - a table
    plain = value.encode()
    match form:
        case Form.PLAIN:
            yield View.FOLDED, plain
        case Form.BASE64 | Form.BASE64_URL:
            swap = bytes.maketrans(b"+/", b"-_" if form is Form.BASE64_URL else b"+/")
            for alignment in range(3):
                yield View.EXACT, _base64(plain, alignment).translate(swap)
        case Form.HEX:
            yield View.FOLDED, plain.hex().encode()
        case Form.URL:
            yield View.FOLDED, "".join(f"%{byte:02x}" for byte in plain).encode()
            yield View.FOLDED, quote(value, safe="").encode()
            yield View.FOLDED, quote(value, safe="").replace("%20", "+").encode()
        case Form.JSON:
            yield View.FOLDED, "".join(map(_unicode_escape, value)).encode()
            yield View.FOLDED, _escaped(value, r"\u{:04x}").encode()
        case Form.HTML:
            yield View.FOLDED, _escaped(value, "&#{};").encode()
            yield View.FOLDED, _escaped(value, "&#x{:x};").encode()
        case Form.UTF16:
            yield View.FOLDED, value.encode("utf-16-le")
            yield View.FOLDED, value.encode("utf-16-be")
        case Form.REVERSED:
            yield View.FOLDED, plain[::-1]
        case Form.SPLIT:
            yield View.JOINED, plain
        case Form.HALF:
            yield from ((View.FOLDED, half) for half in _halves(value))
        case _:
            assert_never(form)


def _base64(data: bytes, alignment: int) -> bytes:
    """Return the characters that depend on the data alone when `alignment` bytes stand before it.

    RFC 4648: three bytes make four characters; those shared with foreign bytes are left out.
    """
    encoded = base64.b64encode(bytes(alignment) + data)
    first = (8 * alignment + 5) // 6
    return encoded[first : 8 * (alignment + len(data)) // 6]


def _unicode_escape(character: str) -> str:
    return f"\\u{ord(character):04x}"


def _escaped(value: str, form: str) -> str:
    return "".join(c if c.isalnum() else form.format(ord(c)) for c in value)


def _halves(value: str) -> Iterator[bytes]:
    """Yield both halves if they are long, and letters: one of them survives any single cut.

    Digits alone would be found by chance, in numbers and in hexadecimal text; words of a
    dictionary, in any text.
    """
    if " " in value:
        return
    # A domain is the same for everyone; only what stands before it was drawn.
    drawn = value.split("@", maxsplit=1)[0]
    middle = len(drawn) // 2
    halves = (drawn[:middle], drawn[middle:])
    if all(sum(c.isalpha() for c in half) >= SHORTEST for half in halves):
        yield from (half.encode() for half in halves)
