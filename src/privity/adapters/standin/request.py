"""Read from a request what an answer depends on. Parts of unknown shape count as empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

import orjson


class Api(Enum):
    """The endpoints that answer with text."""

    CHAT = "/v1/chat/completions"
    RESPONSES = "/v1/responses"
    MESSAGES = "/v1/messages"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that the request offers, with the name of its first argument that is a string."""

    name: str
    argument: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `text` is the last user message, `tail` the last part of it."""

    api: Api
    model: str
    stream: bool
    usage: bool
    size: int
    text: str
    tail: str
    tools: tuple[Tool, ...]
    tool_result: str | None


def ask(api: Api, body: bytes) -> Asked:
    """Return what a body asks for. Raises ValueError if it is not a JSON object."""
    loaded = orjson.loads(body)
    if not isinstance(loaded, dict):
        msg = "not an object"
        raise ValueError(msg)  # noqa: TRY004 - like a body that is no JSON at all
    text, tail, result = _conversation(loaded)
    options = _object(loaded.get("stream_options"))
    return Asked(
        api=api,
        model=str(loaded.get("model", "standin")),
        stream=loaded.get("stream") is True,
        usage=options.get("include_usage") is True,
        size=len(body),
        text=text,
        tail=tail,
        tools=tuple(_tools(loaded)),
        tool_result=result,
    )


def _conversation(body: Mapping[str, object]) -> tuple[str, str, str | None]:
    """Return the last user text, its last part, and a tool's result if that came after it."""
    turns = body.get("messages", body.get("input", ()))
    if isinstance(turns, str):
        return turns, turns, None
    text, tail, result = "", "", None
    for turn in map(_object, _list(turns)):
        content = turn.get("content", "")
        if turn.get("type") == "function_call_output":
            result = _text(turn.get("output", ""))
        elif turn.get("role") == "tool":
            result = _text(content)
        elif turn.get("role") == "user":
            given = [p for p in _list(content) if _object(p).get("type") == "tool_result"]
            if given:
                result = _text(_object(given[-1]).get("content", ""))
            else:
                text, result = _text(content), None
                tail = text if isinstance(content, str) else _text(_list(content)[-1:])
    return text, tail, result


def _tools(body: Mapping[str, object]) -> Iterator[Tool]:
    for offered in map(_object, _list(body.get("tools"))):
        function = _object(offered.get("function")) or offered
        name = function.get("name")
        if isinstance(name, str):
            schema = _object(function.get("parameters") or function.get("input_schema"))
            fields = _object(schema.get("properties")).items()
            strings = (key for key, field in fields if _object(field).get("type") == "string")
            yield Tool(name, next(strings, None))


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = (p if isinstance(p, str) else _object(p).get("text", "") for p in _list(content))
    return "".join(p for p in parts if isinstance(p, str))


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
