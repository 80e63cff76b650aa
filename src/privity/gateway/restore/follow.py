"""Follow a text that may be a JSON document (RFC 8259), one piece at a time.

Only what stands outside strings is read here. The aim is not to validate, but to know for sure
whether a quote opens a JSON string: as soon as the text is not the beginning of a document, it
is text, and that is said.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import final

_PART = re.compile(r'[ \t\n\r]*+(?:([\[\]{}:,"])|([-+.0-9A-Za-z]+)|\Z)')
_LITERAL = re.compile(
    r"t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?"
    r"|-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]*)?)?"
)
_DIGITS = re.compile(r"([0-9])[0-9]+")


class Seen(Enum):
    """Why following stopped."""

    ALL = auto()  # the piece ends; more of the document may come
    QUOTE = auto()  # a string has begun; the quote is read
    END = auto()  # the document is whole
    BREAK = auto()  # this is not JSON


class _Wanted(Enum):
    VALUE = auto()
    VALUE_OR_END = auto()
    KEY = auto()
    KEY_OR_END = auto()
    COLON = auto()
    COMMA_OR_END = auto()


_VALUES = (_Wanted.VALUE, _Wanted.VALUE_OR_END)
_KEYS = (_Wanted.KEY, _Wanted.KEY_OR_END)
_CLOSABLE = (_Wanted.VALUE_OR_END, _Wanted.KEY_OR_END, _Wanted.COMMA_OR_END)


@final
class Follower:
    """The place in a document between two strings."""

    __slots__ = ("_literal", "_nested", "_wanted", "has_string")

    def __init__(self) -> None:
        self._nested: list[str] = []
        self._wanted = _Wanted.VALUE
        self._literal = ""
        self.has_string = False

    @property
    def at_key(self) -> bool:
        """Whether the string that was just read, or has just begun, is the key of an object."""
        return self._wanted is _Wanted.COLON

    def follow(self, text: str, at: int) -> tuple[int, Seen]:
        """Read from `at`; return where reading stopped, and why."""
        while at < len(text):
            match = _PART.match(text, at)
            if match is None:
                return at, Seen.BREAK
            mark, literal = match.groups()
            if literal is None or match.start(2) > at:
                self._literal = ""
            if mark is not None:
                if not self._takes(mark):
                    return at, Seen.BREAK
                if mark == '"':
                    return match.end(), Seen.QUOTE
                if not self._nested:
                    return match.end(), Seen.END
            elif literal is not None and not self._goes_on(literal):
                return at, Seen.BREAK
            at = match.end()
        return at, Seen.ALL

    def _goes_on(self, part: str) -> bool:
        """Take a number or a name, or more of the one that the last piece ended in."""
        if not self._literal and self._wanted not in _VALUES:
            return False
        self._literal += part
        self._wanted = _Wanted.COMMA_OR_END
        if _LITERAL.fullmatch(self._literal) is None:
            return False
        self._literal = _DIGITS.sub(r"\1", self._literal)  # the others change nothing
        return True

    def _takes(self, mark: str) -> bool:
        wanted = self._wanted
        if mark == '"':
            self.has_string = True
            self._wanted = _Wanted.COLON if wanted in _KEYS else _Wanted.COMMA_OR_END
            return wanted in _KEYS or wanted in _VALUES
        if mark in "[{":
            self._nested.append("]" if mark == "[" else "}")
            self._wanted = _Wanted.VALUE_OR_END if mark == "[" else _Wanted.KEY_OR_END
            return wanted in _VALUES
        if mark == ":":
            self._wanted = _Wanted.VALUE
            return wanted is _Wanted.COLON
        if mark == ",":
            self._wanted = _Wanted.KEY if self._nested[-1] == "}" else _Wanted.VALUE
            return wanted is _Wanted.COMMA_OR_END
        self._wanted = _Wanted.COMMA_OR_END
        return wanted in _CLOSABLE and self._nested.pop() == mark
