"""Find tokens in text that may be JSON, whose strings may hold JSON, and so on.

Tool-call arguments are JSON inside a JSON string; a value put back there must be escaped once for
each string it stands in. A layer follows one level; the decoded inside of a string is a layer of
its own, and what that one finds is mapped back to the characters as they were written. Text that
has begun as JSON and then breaks its grammar is read as text, but what is put into it is still
escaped: a person's words can end no string and add no field.

Invariants: characters that are not part of a token are never changed, whatever their escapes;
the edits do not depend on how the text is cut; every edit inside valid JSON leaves valid JSON
whose decoded string holds exactly the person's words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum, auto
from typing import final

import orjson

from privity.gateway.restore.finder import Edit, Finder
from privity.gateway.restore.follow import Follower, Seen
from privity.gateway.restore.known import Known
from privity.gateway.restore.spelling import inside_string

MAX_LEVELS = 6
"""Strings inside strings that are followed; what is deeper is text."""

SIGNED = frozenset({"thinking"})
"""Fields whose text the provider has signed and reads again."""

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\]+')
_WHOLE = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_STRINGS = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([^u])|u)", re.DOTALL)
_CUT_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_DECODED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class _Mode(Enum):
    START = auto()  # only white space so far, or since a document ended
    JSON = auto()  # in a document, outside of strings
    STRING = auto()  # in a string of a document
    TEXT = auto()  # not JSON; this is final


@final
class _Inside:
    """The decoded inside of one string, and where each of its characters was written."""

    __slots__ = ("_layer", "_places", "_written", "length")

    def __init__(self, layer: Layer, start: int) -> None:
        self._layer = layer
        self._places = [0]  # decoded, where the distance to the written place changes
        self._written = [start]
        self.length = 0

    def feed(self, decoded: str) -> list[Edit]:
        return self._mapped(self._layer.feed(decoded))

    def close(self) -> list[Edit]:
        return self._mapped(self._layer.close())

    @property
    def settled(self) -> int:
        return self._at(self._layer.settled)

    def escape(self, start: int, end: int) -> None:
        """Note that the next decoded character is written in `[start, end)`."""
        self._places += (self.length, self.length + 1)
        self._written += (start, end)
        self.length += 1

    def forget(self) -> None:
        """Drop the places that no edit can come back to."""
        keep = bisect_right(self._places, self._layer.settled) - 1
        del self._places[:keep], self._written[:keep]

    def _at(self, place: int) -> int:
        near = bisect_right(self._places, place) - 1
        return self._written[near] + place - self._places[near]

    def _mapped(self, edits: list[Edit]) -> list[Edit]:
        return [
            Edit(self._at(start), self._at(end), inside_string(value))
            for start, end, value in edits
        ]


@final
class Layer:
    """One level of text that arrives in pieces."""

    __slots__ = (
        "_cut",
        "_end",
        "_finder",
        "_follower",
        "_inside",
        "_key",
        "_known",
        "_levels",
        "_mode",
        "_signed",
    )

    def __init__(self, known: Known, levels: int = MAX_LEVELS, *, signed: bool) -> None:
        self._signed = signed
        self._key = ""  # the last one that was read
        self._known = known
        self._levels = levels
        self._mode = _Mode.START if levels else _Mode.TEXT
        self._finder = Finder(known, 0, signed=signed)
        self._follower = Follower()
        self._inside: _Inside | None = None
        self._cut = ""  # an escape whose end has not come yet
        self._end = 0

    @property
    def settled(self) -> int:
        """The place in the stream before which nothing can change any more."""
        return self._finder.settled if self._inside is None else self._inside.settled

    def feed(self, text: str) -> list[Edit]:
        """Take more text; return the edits that are certain now, in order of place."""
        start = self._end - len(self._cut)
        self._end += len(text)
        text, self._cut = self._cut + text, ""
        edits: list[Edit] = []
        at = 0
        while at < len(text):
            if self._mode is _Mode.TEXT:
                edits += self._text(text[at:] if at else text)
                break
            if self._mode is _Mode.STRING:
                at = self._string(text, at, start, edits)
            elif self._mode is _Mode.JSON:
                at = self._json(text, at, start, edits)
            else:
                at = self._start(text, at, edits)
        return edits

    def close(self) -> list[Edit]:
        """End the text; return the edits that its end makes certain."""
        if self._inside is not None:
            edits, self._inside = self._inside.close(), None
        else:
            edits = self._escaped(self._finder.close())
        self._finder.restart(self._end)
        return edits

    def _start(self, text: str, at: int, edits: list[Edit]) -> int:
        """Pass white space; then say whether this may be a document."""
        space = _SPACE.match(text, at)
        end = at if space is None else space.end()
        edits += self._finder.feed(text[at:end])
        if end < len(text):
            self._follower = Follower()
            if at == 0 and self._is_document(text, end):
                return self._document(text, edits)
            self._mode = _Mode.JSON if text[end] in "{[" else _Mode.TEXT
        return end

    @staticmethod
    def _is_document(text: str, at: int) -> bool:
        """Say whether the whole piece is one document, as most are that are not streamed."""
        if text[at] + text.rstrip(" \t\n\r")[-1] not in {"{}", "[]"}:
            return False
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError:  # it holds the text: it must not go further
            return False
        return True

    def _document(self, text: str, edits: list[Edit]) -> int:
        """Read a whole document at once: only strings that may hold a token are looked into."""
        start, at = self._end - len(text), 0
        pieces = _STRINGS.split(text) if self._known.may_be_in(text) else []
        for number in range(1, len(pieces), 2):
            at += len(pieces[number - 1])
            string = pieces[number]
            is_key = pieces[number + 1].lstrip(" \t\n\r")[:1] == ":"
            if is_key:
                self._key = orjson.loads(string)
            if self._known.may_be_in(string):
                self._open_string(start + at + 1, is_key=is_key)
                self._string(text, at + 1, start, edits)
            at += len(string)
        self._mode = _Mode.START
        self._finder.restart(self._end)
        return len(text)

    def _json(self, text: str, at: int, start: int, edits: list[Edit]) -> int:
        """Read a document up to its next string, its end, or the end of the piece."""
        end, seen = self._follower.follow(text, at)
        if seen is Seen.QUOTE:  # what stands before it is JSON, which holds no token
            return self._quote(text, end, start)
        edits += self._text(text[at:end])
        if seen is Seen.END:
            self._mode = _Mode.START
        elif seen is Seen.BREAK:
            self._mode = _Mode.TEXT
        return end

    def _quote(self, text: str, at: int, start: int) -> int:
        """Begin a string; pass it if it is whole and can hold no token."""
        if self._follower.at_key:
            self._key = ""
        whole = _WHOLE.match(text, at)
        if whole is not None and not self._known.may_be_in(whole[0]):
            if self._follower.at_key:
                self._key = whole[0][:-1]
            self._finder.restart(start + whole.end())
            return whole.end()
        self._open_string(start + at, is_key=self._follower.at_key)
        return at

    def _open_string(self, place: int, *, is_key: bool) -> None:
        signed = self._signed or (self._key in SIGNED and not is_key)
        self._mode = _Mode.STRING
        self._inside = _Inside(Layer(self._known, self._levels - 1, signed=signed), place)

    def _string(self, text: str, at: int, start: int, edits: list[Edit]) -> int:
        """Decode the inside of a string, up to its quote or the end of the piece."""
        inside = self._inside
        assert inside is not None  # noqa: S101 - the mode says so
        decoded: list[str] = []
        while at < len(text):
            if plain := _PLAIN.match(text, at):
                decoded.append(plain[0])
                inside.length += len(plain[0])
                at = plain.end()
            elif text[at] == '"':
                edits += self._fed(inside, decoded)
                edits += inside.close()
                self._inside, self._mode = None, _Mode.JSON
                self._finder.restart(start + at + 1)
                return at + 1
            elif (escape := _ESCAPE.match(text, at)) and not _CUT_ESCAPE.match(text, at):
                decoded.append(_decoded(escape))
                inside.escape(start + at, start + escape.end())
                at = escape.end()
            else:
                self._cut, at = text[at:], len(text)
        edits += self._fed(inside, decoded)
        inside.forget()
        return at

    def _fed(self, inside: _Inside, decoded: list[str]) -> list[Edit]:
        text = "".join(decoded)
        if self._follower.at_key:
            self._key += text
        return inside.feed(text)

    def _text(self, text: str) -> list[Edit]:
        return self._escaped(self._finder.feed(text))

    def _escaped(self, edits: list[Edit]) -> list[Edit]:
        """Escape what is put into broken JSON: it may stand inside quotes or not."""
        if not self._follower.has_string:
            return edits
        return [Edit(start, end, inside_string(value)) for start, end, value in edits]


def _decoded(escape: re.Match[str]) -> str:
    digits, letter = escape.group(1, 2)
    if digits is not None:
        return chr(int(digits, 16))
    return "u" if letter is None else _DECODED.get(letter, letter)
