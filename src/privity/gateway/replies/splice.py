"""Change some strings of a JSON text and leave every other byte as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import orjson

from privity.gateway.wire.document import QUOTE, Document

Place: TypeAlias = tuple[str | int, ...]
"""The keys and positions that lead to a string."""


def parsed(data: bytes) -> object:
    """Return the tree of a JSON text, or None when it is not one.

    Half of a surrogate pair, which some providers send when they cut an answer, is taken as it is.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def literal(text: str) -> bytes:
    """Return a string as it is written in JSON."""
    try:
        return orjson.dumps(text)
    except TypeError:  # half of a surrogate pair has no UTF-8, but it has an escape
        return json.dumps(text).encode()


def dumped(tree: Mapping[str, object]) -> bytes:
    """Return an object as JSON on one line."""
    try:
        return orjson.dumps(tree)
    except TypeError:
        return json.dumps(tree).encode()


def with_text(data: bytes, old: str, new: str, place: Place) -> bytes:
    """Return a valid JSON text with another string at one place."""
    written = literal(old)
    if b"\\" not in data and data.count(written) == 1:  # without escapes, this is the string
        return data.replace(written, literal(new))
    return spliced(data, {place: new}, None)


def spliced(
    data: bytes, changes: Mapping[Place, str], otherwise: Callable[[str], str] | None
) -> bytes:
    """Return a valid JSON text with other strings at some places.

    `otherwise` is asked about every string elsewhere, keys too; it returns the same text to leave
    it alone.
    """
    document = Document(data)
    edits: dict[int, bytes] = {}
    for number, place in _places(document):
        if place in changes:
            edits[number] = literal(changes[place])
        elif otherwise is not None:
            old = _text(document.token(number))
            new = otherwise(old)
            if new != old:
                edits[number] = literal(new)
    pieces = document.pieces.copy()
    for number, written in edits.items():
        pieces[2 * number + 1] = written
    return b"".join(pieces)


def _text(token: bytes) -> str:
    text: str = json.loads(token)
    return text


def _places(document: Document) -> Iterator[tuple[int, Place]]:
    """Yield the number and the place of every string; a key's place ends in an empty step."""
    place: list[str | int] = []
    for number in range(len(document)):
        _follow(document.pieces[2 * number], place)
        token = document.token(number)
        if token[0] != QUOTE:
            continue
        if document.is_key(number):
            yield number, (*place[:-1], "", "")
            place[-1] = _text(token)
        else:
            yield number, tuple(place)


def _follow(gap: bytes, place: list[str | int]) -> None:
    """Follow the structure between two tokens; an object's place waits for its key."""
    for mark in gap.decode():
        if mark in "{[":
            place.append("" if mark == "{" else 0)
        elif mark in "}]":
            place.pop()
        elif mark == "," and isinstance(step := place[-1], int):
            place[-1] = step + 1
