r"""A JSON text as the pieces it was written in, so that one string can change and no other byte.

A document is split once, by one pattern, into its string and number tokens and what lies between
them: `pieces[2 * i + 1]` is token `i`. On valid JSON the pattern cuts at the right places: outside
of tokens there are only `{}[]:,`, white space, `true`, `false` and `null`, none of which it
matches, so the first quote always opens a string; inside a string, it takes either a plain byte or
a backslash with the byte after it, and ends at the first quote that is neither. It is linear: every
repetition is possessive, so no byte is ever tried twice.
Joining the pieces gives the very bytes that arrived.

A string may itself hold JSON (a tool's arguments, often). Then it is a document too, whose parent
and place are known, and a change inside is carried outwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import orjson

from privity.errors import BadBody, TooDeep

TOKENS = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+"|-?[0-9][0-9.eE+-]*+)', re.DOTALL)
QUOTE = 0x22
DEEP = "depth limit exceeded"


Spot: TypeAlias = tuple[int, int]
"""A token: the number of the document it stands in, and its own number there."""


class Document:
    """A JSON text in pieces; `parent` is the spot of the string that holds it, if one does."""

    __slots__ = ("parent", "pieces")

    def __init__(self, data: bytes, parent: Spot | None = None) -> None:
        self.pieces: list[bytes] = TOKENS.split(data)
        self.parent = parent

    def __len__(self) -> int:
        """How many string and number tokens there are."""
        return len(self.pieces) // 2

    def token(self, place: int) -> bytes:
        """Return a token as it was written."""
        return self.pieces[2 * place + 1]

    def is_key(self, place: int) -> bool:
        """Say whether a token is the key of an object: a colon follows."""
        return self.pieces[2 * place + 2].lstrip(b" \t\r\n")[:1] == b":"

    def joined(self, edits: Mapping[int, str]) -> bytes:
        """Return the text with other strings in the place of some tokens."""
        pieces = self.pieces.copy()
        for place, text in edits.items():
            pieces[2 * place + 1] = orjson.dumps(text)
        return b"".join(pieces)


def decoded(token: bytes) -> str:
    """Return the string that a token stands for, or a number as written.

    Half of a surrogate pair, which only lenient readers accept, becomes U+FFFD.
    """
    if token[0] != QUOTE:
        return token.decode()
    if b"\\" not in token:
        return token[1:-1].decode()
    try:
        return cast("str", orjson.loads(token))
    except orjson.JSONDecodeError:
        text: str = json.loads(token, strict=False)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def parse_body(data: bytes) -> dict[str, object]:
    """Return the tree of a body. Raises BadBody or TooDeep.

    The parser's error is left out of the chain: it carries the whole document.
    """
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        deep = error.msg.startswith(DEEP)
        tree = None
    else:
        deep = False
    if deep:
        msg = "the body is nested deeper than any reader can follow"
        raise TooDeep(msg)
    if not isinstance(tree, dict):
        msg = "the body is not one JSON object in UTF-8"
        raise BadBody(msg)
    return tree


def nested(text: str, parent: Spot) -> Document | None:
    """Return the document that a string holds, or None when it holds no JSON structure.

    JSON lines count, and so does a JSON string that has escapes, which could hide what it says.
    """
    edge = text.strip(" \t\r\n")
    first, last = edge[:1], edge[-1:]
    if (first, last) not in {("{", "}"), ("[", "]"), ('"', '"')}:
        return None
    if first == '"' and "\\" not in edge:
        return None
    if is_json(text) or all(is_json(line) for line in edge.split("\n") if line.strip()):
        return Document(text.encode(), parent)
    return None


def is_json(text: str) -> bool:
    """Say whether a string is JSON to any common reader. Raises TooDeep.

    Lenient readers take control characters, NaN and half a surrogate pair; models are lenient too.
    What is raised is raised outside of the handlers: the parsers' errors carry the text.
    """
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    else:
        return True
    try:
        json.loads(text, strict=False)
    except ValueError:
        return False
    except RecursionError:
        pass
    else:
        return True
    msg = "a string in the body holds JSON nested deeper than any reader can follow"
    raise TooDeep(msg)


def settle(documents: Sequence[Document], edits: Mapping[Spot, str]) -> bytes:
    """Return the outermost text with all changes carried outwards.

    Documents come in the order in which they were found: inner ones after the one they stand in.
    """
    changes: list[dict[int, str]] = [{} for _ in documents]
    for (number, place), text in edits.items():
        changes[number][place] = text
    for number in range(len(documents) - 1, -1, -1):
        inner = documents[number]
        if inner.parent is not None and changes[number]:
            outer, place = inner.parent
            changes[outer][place] = inner.joined(changes[number]).decode()
    return documents[0].joined(changes[0])
