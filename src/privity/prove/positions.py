"""Every endpoint and position in which text reaches a provider: a request for each.

A position takes a text and returns a request body with the text in that place and nowhere else.
`comes_back` says whether a model that repeats the last user message would repeat it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import orjson

Json: TypeAlias = "dict[str, object]"

CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"
MESSAGES = "/v1/messages"
EMBEDDINGS = "/v1/embeddings"
COUNT_TOKENS = "/v1/messages/count_tokens"
STREAMED = (CHAT, RESPONSES, MESSAGES)
GREETING = "Hello, what can you tell me?"


@dataclass(frozen=True, slots=True)
class Position:
    """A place for text: `body` puts it there."""

    path: str
    name: str
    body: Callable[[str], Json]
    comes_back: bool = False

    def request(self, text: str, model: str, *, stream: bool) -> bytes:
        """Return the request's body."""
        extra: Json = {"stream": True} if stream else {}
        return orjson.dumps({"model": model, **self.body(text), **extra})


def positions() -> Iterator[Position]:
    """Yield every position."""
    for path, places in (
        (CHAT, _CHAT),
        (RESPONSES, _RESPONSES),
        (MESSAGES, _MESSAGES),
        (EMBEDDINGS, _EMBEDDINGS),
        (COUNT_TOKENS, _COUNT_TOKENS),
    ):
        for name, body in places.items():
            yield Position(path, name, body, name in COMES_BACK and path in STREAMED)


COMES_BACK = frozenset({"user text", "user text in parts", "input", "input in parts"})


def _said(text: str) -> str:
    """Return JSON text, for the places that hold JSON inside a string."""
    return orjson.dumps({"note": text, "more": [{"of": {"it": text}}]}).decode()


def _user(text: object = GREETING) -> Json:
    return {"role": "user", "content": text}


def _schema(text: str = "what to run") -> Json:
    field = {"type": "string", "description": text}
    return {"type": "object", "properties": {"command": field}, "required": ["command"]}


# OpenAI chat completions


def _chat(*turns: Json) -> Json:
    return {"messages": [*turns]}


def _chat_call(arguments: str, result: object) -> Json:
    call = {"id": "call_1", "type": "function"}
    call["function"] = {"name": "run", "arguments": arguments}  # type: ignore[assignment]
    calling: Json = {"role": "assistant", "content": None, "tool_calls": [call]}
    return _chat(_user(), calling, {"role": "tool", "tool_call_id": "call_1", "content": result})


def _chat_tool(description: str, schema: Json) -> Json:
    function = {"name": "run", "description": description, "parameters": schema}
    return _chat(_user()) | {"tools": [{"type": "function", "function": function}]}


def _answer_format(text: str) -> Json:
    schema = {"name": "answer", "description": text, "schema": _schema(text)}
    return {"type": "json_schema", "json_schema": schema}


_CHAT: dict[str, Callable[[str], Json]] = {
    "user text": lambda t: _chat(_user(t)),
    "user text in parts": lambda t: _chat(_user([{"type": "text", "text": t}])),
    "system prompt": lambda t: _chat({"role": "system", "content": t}, _user()),
    "developer prompt": lambda t: _chat({"role": "developer", "content": t}, _user()),
    "earlier answer": lambda t: _chat(_user(), {"role": "assistant", "content": t}, _user()),
    "earlier refusal": lambda t: _chat(
        _user(), {"role": "assistant", "content": None, "refusal": t}, _user()
    ),
    "tool arguments": lambda t: _chat_call(_said(t), "done"),
    "tool result": lambda t: _chat_call("{}", t),
    "tool result in parts": lambda t: _chat_call("{}", [{"type": "text", "text": t}]),
    "JSON in a tool result": lambda t: _chat_call("{}", _said(t)),
    "tool description": lambda t: _chat_tool(t, _schema()),
    "tool parameter": lambda t: _chat_tool("runs a command", _schema(t)),
    "user field": lambda t: _chat(_user()) | {"user": t},
    "safety identifier": lambda t: _chat(_user()) | {"safety_identifier": t},
    "metadata": lambda t: _chat(_user()) | {"metadata": {"note": t}},
    "JSON in metadata": lambda t: _chat(_user()) | {"metadata": {"note": _said(t)}},
    "expected answer": lambda t: _chat(_user()) | {"prediction": {"type": "content", "content": t}},
    "stop sequences": lambda t: _chat(_user()) | {"stop": [t]},
    "answer format": lambda t: _chat(_user()) | {"response_format": _answer_format(t)},
}


# OpenAI responses


def _input(*items: Json) -> Json:
    return {"input": [*items]}


def _responses_call(arguments: str, output: str) -> Json:
    call: Json = {"type": "function_call", "call_id": "call_1", "name": "run"}
    result: Json = {"type": "function_call_output", "call_id": "call_1", "output": output}
    return _input(_user(), {**call, "arguments": arguments}, result)


def _responses_tool(description: str, schema: Json) -> Json:
    tool = {"type": "function", "name": "run", "description": description, "parameters": schema}
    return _input(_user()) | {"tools": [tool]}


def _output(text: str) -> Json:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {"type": "message", "id": "msg_1", "role": "assistant", "content": content}


def _reasoning(text: str) -> Json:
    summary = [{"type": "summary_text", "text": text}]
    return {"type": "reasoning", "id": "rs_1", "summary": summary}


_RESPONSES: dict[str, Callable[[str], Json]] = {
    "input": lambda t: {"input": t},
    "input in parts": lambda t: _input(_user([{"type": "input_text", "text": t}])),
    "instructions": lambda t: _input(_user()) | {"instructions": t},
    "earlier answer": lambda t: _input(_user(), _output(t), _user()),
    "reasoning": lambda t: _input(_user(), _reasoning(t), _output("Well."), _user()),
    "tool arguments": lambda t: _responses_call(_said(t), "done"),
    "tool result": lambda t: _responses_call("{}", t),
    "JSON in a tool result": lambda t: _responses_call("{}", _said(t)),
    "tool description": lambda t: _responses_tool(t, _schema()),
    "tool parameter": lambda t: _responses_tool("runs a command", _schema(t)),
    "user field": lambda t: _input(_user()) | {"user": t},
    "safety identifier": lambda t: _input(_user()) | {"safety_identifier": t},
    "metadata": lambda t: _input(_user()) | {"metadata": {"note": t}},
    "JSON in metadata": lambda t: _input(_user()) | {"metadata": {"note": _said(t)}},
}


# Anthropic messages


def _messages(*turns: Json) -> Json:
    return {"max_tokens": 64, "messages": [*turns]}


def _messages_call(given: Json, result: object) -> Json:
    call = {"type": "tool_use", "id": "toolu_1", "name": "run", "input": given}
    back = {"type": "tool_result", "tool_use_id": "toolu_1", "content": result}
    return _messages(_user(), {"role": "assistant", "content": [call]}, _user([back]))


def _messages_tool(description: str, schema: Json) -> Json:
    tool = {"name": "run", "description": description, "input_schema": schema}
    return _messages(_user()) | {"tools": [tool]}


def _thinking(text: str) -> Json:
    block = {"type": "thinking", "thinking": text, "signature": "c2lnbmF0dXJl"}
    return {"role": "assistant", "content": [block, {"type": "text", "text": "Well."}]}


def _document(text: str, title: str) -> Json:
    source = {"type": "text", "media_type": "text/plain", "data": text}
    document = {"type": "document", "source": source, "title": title, "context": title}
    return _messages(_user([document, {"type": "text", "text": GREETING}]))


def _search_result(text: str) -> Json:
    content = [{"type": "text", "text": text}]
    found = {"type": "search_result", "source": "notes", "title": text, "content": content}
    return _messages(_user([found, {"type": "text", "text": GREETING}]))


_MESSAGES: dict[str, Callable[[str], Json]] = {
    "user text": lambda t: _messages(_user(t)),
    "user text in parts": lambda t: _messages(_user([{"type": "text", "text": t}])),
    "system prompt": lambda t: _messages(_user()) | {"system": t},
    "system prompt in parts": lambda t: (
        _messages(_user()) | {"system": [{"type": "text", "text": t}]}
    ),
    "earlier answer": lambda t: _messages(_user(), {"role": "assistant", "content": t}, _user()),
    "earlier thinking": lambda t: _messages(_user(), _thinking(t), _user()),
    "tool arguments": lambda t: _messages_call({"note": t, "deep": [{"er": t}]}, "done"),
    "JSON in tool arguments": lambda t: _messages_call({"note": _said(t)}, "done"),
    "tool result": lambda t: _messages_call({}, t),
    "tool result in parts": lambda t: _messages_call({}, [{"type": "text", "text": t}]),
    "JSON in a tool result": lambda t: _messages_call({}, _said(t)),
    "tool description": lambda t: _messages_tool(t, _schema()),
    "tool parameter": lambda t: _messages_tool("runs a command", _schema(t)),
    "document": lambda t: _document(t, "notes"),
    "document title": lambda t: _document("nothing", t),
    "search result": _search_result,
    "user id": lambda t: _messages(_user()) | {"metadata": {"user_id": t}},
    "JSON in the user id": lambda t: _messages(_user()) | {"metadata": {"user_id": _said(t)}},
    "stop sequences": lambda t: _messages(_user()) | {"stop_sequences": [t]},
}

_EMBEDDINGS: dict[str, Callable[[str], Json]] = {
    "input": lambda t: {"input": t},
    "inputs": lambda t: {"input": ["one", t]},
    "user field": lambda t: {"input": "one", "user": t},
}

_COUNT_TOKENS: dict[str, Callable[[str], Json]] = {
    "user text": lambda t: {"messages": [_user(t)]},
    "system prompt": lambda t: {"messages": [_user()], "system": t},
}
