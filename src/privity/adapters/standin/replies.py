"""The wire shapes of answers, whole and as server-sent events.

Shapes follow the public references of both providers; their SDKs read them in the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias, assert_never

import orjson

from privity.adapters.standin.request import Api, Asked

Json: TypeAlias = "dict[str, object]"
MADE_AT = 1_700_000_000
MODELS = ("standin-echo", "standin-fixed", "standin-tool")


@dataclass(frozen=True, slots=True)
class Call:
    """A tool to be run, with its arguments as JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model says: text, or a tool call."""

    text: str
    call: Call | None = None


def whole(asked: Asked, reply: Reply) -> bytes:
    """Return the answer in one JSON object."""
    match asked.api:
        case Api.CHAT:
            return orjson.dumps(_chat(asked, reply))
        case Api.RESPONSES:
            return orjson.dumps(_response(asked, reply, done=True))
        case Api.MESSAGES:
            return orjson.dumps(_message(asked, reply))
        case _:
            assert_never(asked.api)


def events(asked: Asked, reply: Reply, chunk_chars: int) -> list[bytes]:
    """Return the answer as server-sent events, each with its blank line."""
    match asked.api:
        case Api.CHAT:
            return list(_chat_events(asked, reply, chunk_chars))
        case Api.RESPONSES:
            return list(_response_events(asked, reply, chunk_chars))
        case Api.MESSAGES:
            return list(_message_events(asked, reply, chunk_chars))
        case _:
            assert_never(asked.api)


def error(path: str, status: int, message: str) -> bytes:
    """Return an error as the provider of that path words it."""
    kinds = {400: "invalid_request_error", 404: "not_found_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "api_error")
    inner: Json = {"type": kind, "message": message}
    if path.startswith(Api.MESSAGES.value):
        return orjson.dumps({"type": "error", "error": inner, "request_id": "req_standin"})
    return orjson.dumps({"error": {**inner, "param": None, "code": kind}})


def embeddings(body: bytes) -> bytes:
    """Return one small vector for each input."""
    given = orjson.loads(body).get("input", "")
    rows = range(len(given) if isinstance(given, list) else 1)
    vector = [0.0, 0.5, -0.5, 1.0]
    data = [{"object": "embedding", "index": i, "embedding": vector} for i in rows]
    usage = {"prompt_tokens": len(body) // 4, "total_tokens": len(body) // 4}
    return orjson.dumps({"object": "list", "model": "standin-embed", "data": data, "usage": usage})


def count_tokens(body: bytes) -> bytes:
    """Return a token count: a quarter of the bytes."""
    return orjson.dumps({"input_tokens": max(1, len(body) // 4)})


def models() -> bytes:
    """Return a model list that both SDKs can read."""
    data = [_model(name) for name in MODELS]
    ends: Json = {"has_more": False, "first_id": MODELS[0], "last_id": MODELS[-1]}
    return orjson.dumps({"object": "list", "data": data, **ends})


def model(name: str) -> bytes:
    """Return one model."""
    return orjson.dumps(_model(name))


def _model(name: str) -> Json:
    return {
        "id": name,
        "object": "model",
        "type": "model",
        "created": MADE_AT,
        "owned_by": "standin",
        "display_name": name,
        "created_at": "2023-11-14T00:00:00Z",
    }


def _pieces(text: str, size: int) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)] or [""]


def _counts(asked: Asked, reply: Reply) -> tuple[int, int]:
    return max(1, asked.size // 4), max(1, len(reply.text) // 4)


def _named(kind: str, fields: Json) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), orjson.dumps({"type": kind, **fields}))


# OpenAI chat completions


def _chat(asked: Asked, reply: Reply) -> Json:
    message: Json = {"role": "assistant", "content": None if reply.call else reply.text}
    if reply.call:
        function = {"name": reply.call.name, "arguments": reply.call.arguments}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": function}]
    choice: Json = {"index": 0, "message": message, "logprobs": None}
    choice["finish_reason"] = "tool_calls" if reply.call else "stop"
    return {
        "id": "chatcmpl-standin",
        "object": "chat.completion",
        "created": MADE_AT,
        "model": asked.model,
        "choices": [choice],
        "usage": _chat_usage(asked, reply),
    }


def _chat_usage(asked: Asked, reply: Reply) -> Json:
    given, made = _counts(asked, reply)
    return {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made}


def _chat_chunk(asked: Asked, choices: list[Json], usage: Json | None = None) -> bytes:
    chunk: Json = {
        "id": "chatcmpl-standin",
        "object": "chat.completion.chunk",
        "created": MADE_AT,
        "model": asked.model,
        "choices": choices,
    }
    if usage:
        chunk["usage"] = usage
    return b"data: " + orjson.dumps(chunk) + b"\n\n"


def _chat_events(asked: Asked, reply: Reply, size: int) -> Iterator[bytes]:
    def event(delta: Json, finish: str | None = None) -> bytes:
        return _chat_chunk(asked, [{"index": 0, "delta": delta, "finish_reason": finish}])

    call = reply.call
    yield event({"role": "assistant", "content": None if call else ""})
    if call:
        opening = {"id": "call_1", "type": "function"}
        function = {"name": call.name, "arguments": ""}
        yield event({"tool_calls": [{"index": 0, **opening, "function": function}]})
        for piece in _pieces(call.arguments, size):
            yield event({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
    else:
        for piece in _pieces(reply.text, size):
            yield event({"content": piece})
    yield event({}, "tool_calls" if call else "stop")
    if asked.usage:
        yield _chat_chunk(asked, [], _chat_usage(asked, reply))
    yield b"data: [DONE]\n\n"


# Anthropic messages


def _message(asked: Asked, reply: Reply) -> Json:
    given, made = _counts(asked, reply)
    block: Json = {"type": "text", "text": reply.text}
    if reply.call:
        arguments = orjson.loads(reply.call.arguments)
        block = {"type": "tool_use", "id": "toolu_1", "name": reply.call.name, "input": arguments}
    return {
        "id": "msg_standin",
        "type": "message",
        "role": "assistant",
        "model": asked.model,
        "content": [block],
        "stop_reason": "tool_use" if reply.call else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": given, "output_tokens": made},
    }


def _message_events(asked: Asked, reply: Reply, size: int) -> Iterator[bytes]:
    given, made = _counts(asked, reply)
    opening: Json = {**_message(asked, reply), "content": [], "stop_reason": None}
    opening["usage"] = {"input_tokens": given, "output_tokens": 1}
    yield _named("message_start", {"message": opening})
    call = reply.call
    block: Json = {"type": "text", "text": ""}
    if call:
        block = {"type": "tool_use", "id": "toolu_1", "name": call.name, "input": {}}
    yield _named("content_block_start", {"index": 0, "content_block": block})
    yield _named("ping", {})
    for piece in _pieces(call.arguments if call else reply.text, size):
        delta: Json = {"type": "text_delta", "text": piece}
        if call:
            delta = {"type": "input_json_delta", "partial_json": piece}
        yield _named("content_block_delta", {"index": 0, "delta": delta})
    yield _named("content_block_stop", {"index": 0})
    ending: Json = {"stop_reason": "tool_use" if call else "end_turn", "stop_sequence": None}
    yield _named("message_delta", {"delta": ending, "usage": {"output_tokens": made}})
    yield _named("message_stop", {})


# OpenAI responses


def _item(reply: Reply, *, done: bool) -> Json:
    status = "completed" if done else "in_progress"
    if reply.call:
        return {
            "type": "function_call",
            "id": "fc_1",
            "call_id": "call_1",
            "status": status,
            "name": reply.call.name,
            "arguments": reply.call.arguments if done else "",
        }
    return {
        "type": "message",
        "id": "msg_1",
        "status": status,
        "role": "assistant",
        "content": [_part(reply.text)] if done else [],
    }


def _part(text: str) -> Json:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _response(asked: Asked, reply: Reply, *, done: bool) -> Json:
    given, made = _counts(asked, reply)
    usage: Json = {
        "input_tokens": given,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": made,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": given + made,
    }
    return {
        "id": "resp_standin",
        "object": "response",
        "created_at": MADE_AT,
        "status": "completed" if done else "in_progress",
        "model": asked.model,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "output": [_item(reply, done=True)] if done else [],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "top_p": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage if done else None,
    }


def _response_events(asked: Asked, reply: Reply, size: int) -> Iterator[bytes]:
    number = count()

    def event(kind: str, fields: Json) -> bytes:
        return _named(f"response.{kind}", {"sequence_number": next(number), **fields})

    opening = _response(asked, reply, done=False)
    yield event("created", {"response": opening})
    yield event("in_progress", {"response": opening})
    yield event("output_item.added", {"output_index": 0, "item": _item(reply, done=False)})
    call = reply.call
    if call:
        at: Json = {"item_id": "fc_1", "output_index": 0}
        for piece in _pieces(call.arguments, size):
            yield event("function_call_arguments.delta", {**at, "delta": piece})
        full = {"name": call.name, "arguments": call.arguments}
        yield event("function_call_arguments.done", {**at, **full})
    else:
        at = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        yield event("content_part.added", {**at, "part": _part("")})
        for piece in _pieces(reply.text, size):
            yield event("output_text.delta", {**at, "delta": piece, "logprobs": []})
        yield event("output_text.done", {**at, "text": reply.text, "logprobs": []})
        yield event("content_part.done", {**at, "part": _part(reply.text)})
    yield event("output_item.done", {"output_index": 0, "item": _item(reply, done=True)})
    yield event("completed", {"response": _response(asked, reply, done=True)})
