"""JSON, a value on each line or one value in all: every string and number, keys too.

Invariants: a line is read as JSON or refused; only tokens in which something was found change, all
else stays as it was written; a number that is treated becomes a string.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import orjson

from privity.errors import BadInput
from privity.minimize.documents.chunk import Found, Place
from privity.minimize.documents.lines import LONGEST_LINE, Characters, lines, read_some
from privity.model.text import Leaf, Minimized, Raw, Slot

_TOKEN = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+"|-?[0-9][0-9.eE+-]*+)|([{}\[\],:])')
MARK = "\ufeff"
"""The mark that some programs put at the start of UTF-8."""
_Step: TypeAlias = "int | _Key"


class _Key:
    """A key on the way to a value: the number of its leaf, and what it is called."""

    __slots__ = ("leaf", "name")

    def __init__(self, leaf: int, name: str) -> None:
        self.leaf = leaf
        self.name = name


class JsonRow:
    """A line of JSON in tokens."""

    __slots__ = ("_line", "_paths", "_spans", "_text", "leaves")

    def __init__(self, text: str, line: int) -> None:
        self._text = text
        self._line = line
        self._spans: list[tuple[int, int]] = []
        self._paths: list[tuple[_Step, ...]] = []
        self.leaves: list[Leaf] = []
        self._read()

    def place(self, leaf: int, start: int, found: Sequence[Found]) -> Place:
        """Say where a character of a token stands, by line, column and path."""
        token = self._spans[leaf][0]
        at = token + start + (self._text[token] == '"')
        line = self._line + self._text.count("\n", 0, at)
        path = "".join(_shown(step, found) for step in self._paths[leaf])
        return Place(line, at - self._text.rfind("\n", 0, at), f"${path}")

    def joined(self, texts: Sequence[Minimized | None]) -> str:
        """Return the line with other strings in the place of some tokens."""
        pieces: list[str] = []
        end = 0
        for (start, stop), text in zip(self._spans, texts, strict=True):
            if text is not None:
                pieces += (self._text[end:start], orjson.dumps(text.text).decode())
                end = stop
        return "".join((*pieces, self._text[end:]))

    def _read(self) -> None:
        """Walk the tokens of a valid JSON text, keeping the way to each."""
        way: list[_Step | None] = []  # None: an object whose key comes next
        for token in _TOKEN.finditer(self._text):
            mark = token.group(2)
            if mark is None:
                self._leaf(token, way)
            elif mark in "{[":
                way.append(None if mark == "{" else 0)
            elif mark in "}]":
                way.pop()
            elif mark == ",":
                last = way[-1]
                way[-1] = last + 1 if isinstance(last, int) else None

    def _leaf(self, token: re.Match[str], way: list[_Step | None]) -> None:
        written = token.group()
        text = str(orjson.loads(written)) if written[0] == '"' else written
        hint = next((step.name for step in reversed(way) if isinstance(step, _Key)), "")
        if way and way[-1] is None:
            way[-1] = _Key(len(self.leaves), text)
            hint = ""
        self._spans.append(token.span())
        self._paths.append(tuple(step for step in way if step is not None))
        self.leaves.append(Leaf(Raw(text), Slot.TEXT, hint))


def json_lines(source: Characters) -> Iterator[JsonRow]:
    """Yield each line. Raises BadInput or TooLarge."""
    for number, line in enumerate(lines(source), start=1):
        if line.strip():
            _check(line, f"line {number} is not JSON in UTF-8")
        yield JsonRow(line, number)


def json_whole(source: Characters) -> Iterator[JsonRow]:
    """Yield one value that fills the text. Raises BadInput."""
    text = read_some(source, LONGEST_LINE + 1)
    _check(text, f"the text is not one JSON value of up to {LONGEST_LINE} characters")
    yield JsonRow(text, 1)


def _check(text: str, otherwise: str) -> None:
    try:
        orjson.loads(text.removeprefix(MARK))
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        valid = False
    else:
        valid = True
    if not valid:  # outside of the handler: the inner error holds the whole text
        raise BadInput(otherwise)


def _shown(step: _Step, found: Sequence[Found]) -> str:
    """Name a step of a path; a key in which something was found is only numbered."""
    if isinstance(step, int):
        return f"[{step}]"
    if found[step.leaf]:
        return f".<key {step.leaf}>"
    return f".{step.name}" if step.name.isidentifier() else f"[{orjson.dumps(step.name).decode()}]"
