"""What a client reads in an answer: its text and tool arguments, whole, plain or streamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

_WHOLE = frozenset({"content", "text", "arguments", "input", "command"})
_DELTAS = frozenset({"content", "text", "arguments", "partial_json", "delta"})


def said(answer: bytes) -> str:
    """Return the text of an answer; nothing if it is not one."""
    if answer.lstrip().startswith(b"{"):
        return "".join(_texts(_loaded(answer), _WHOLE))
    events = (line[6:] for line in answer.split(b"\n") if line.startswith(b"data: {"))
    return "".join(_delta(_loaded(event)) for event in events)


def _delta(event: object) -> str:
    """Return what one event adds. Events that repeat the whole are left out."""
    if not isinstance(event, Mapping):
        return ""
    kind = event.get("type")
    if kind is not None and not str(kind).endswith((".delta", "_delta")):
        return ""
    return "".join(_texts(event, _DELTAS))


def _texts(value: object, names: frozenset[str], name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if name in names:
            yield value
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member, names, name)
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from _texts(member, names, key)


def _loaded(data: bytes) -> object:
    try:
        loaded: object = orjson.loads(data)
    except ValueError:
        return None
    return loaded
