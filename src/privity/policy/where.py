"""On which line each key of a TOML file stands.

`tomllib` reads values but forgets where they stood. This second reader only locates: it never
decides what a value is, so a mistake here can misname a line and nothing else.

Invariants: it is given text that `tomllib` has accepted; every key and every element of a list
that `tomllib` returns has a line here (a property test compares the two).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import TypeAlias, final

Path: TypeAlias = tuple[str | int, ...]
"""How to get to a value: names of keys, and places in lists starting at 0."""

_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*+)*+")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_SCALAR = re.compile(
    r'"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'{3}(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'"
    r"|[^,\]}#\n]+",
    re.DOTALL,
)


def locate(text: str) -> Mapping[Path, int]:
    """Return the line, starting at 1, of every key and list element of a valid TOML text."""
    return _Reader(text.replace("\r\n", "\n")).read()


@final
class _Reader:
    """One pass over the text, statement by statement."""

    __slots__ = ("_at", "_found", "_lists", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[Path, int] = {(): 1}
        self._lists: dict[Path, int] = {}

    def read(self) -> Mapping[Path, int]:
        """Read to the end."""
        inside: Path = ()
        self._skip(_GAP)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                inside = self._header()
            else:
                self._pair(inside)
            self._skip(_GAP)
        return self._found

    def _header(self) -> Path:
        """Read `[a.b]` or `[[a.b]]` and return the path of the table it opens."""
        line = self._line()
        repeated = self._text.startswith("[[", self._at)
        self._at += 2 if repeated else 1
        keys = self._keys()
        self._at += 2 if repeated else 1
        path: Path = ()
        for number, key in enumerate(keys, start=1):
            path = (*path, key)
            self._found.setdefault(path, line)
            if repeated and number == len(keys):
                self._lists[path] = self._lists.get(path, 0) + 1
            if path in self._lists:
                path = (*path, self._lists[path] - 1)
                self._found.setdefault(path, line)
        return path

    def _pair(self, inside: Path) -> None:
        """Read `a.b = value`."""
        line = self._line()
        path = inside
        for key in self._keys():
            path = (*path, key)
            self._found.setdefault(path, line)
        self._at += 1  # the equals sign
        self._value(path)

    def _keys(self) -> tuple[str, ...]:
        """Read a dotted key and the space around it."""
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            raw = self._skip(_KEY)
            keys.append(tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw)
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return tuple(keys)
            self._at += 1

    def _value(self, path: Path) -> None:
        """Step over a value, noting what is inside lists and inline tables."""
        self._skip(_SPACE)
        opening = self._text[self._at]
        if opening not in "[{":
            self._skip(_SCALAR)
            return
        self._at += 1
        self._skip(_GAP)
        place = 0
        while self._text[self._at] not in "]}":
            if opening == "[":
                self._found[(*path, place)] = self._line()
                self._value((*path, place))
                place += 1
            else:
                self._pair(path)
            self._skip(_GAP)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(_GAP)
        self._at += 1

    def _skip(self, what: re.Pattern[str]) -> str:
        found = what.match(self._text, self._at)
        if found is None:  # pragma: no cover - tomllib accepted the text
            msg = f"no {what.pattern} at character {self._at}"
            raise ValueError(msg)
        self._at = found.end()
        return found.group()

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
