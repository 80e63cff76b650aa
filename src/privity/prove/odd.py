"""Requests that must be refused, each with planted text where an error message could pick it up."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import orjson

from privity.prove.positions import CHAT, EMBEDDINGS, MESSAGES, RESPONSES

PICTURE = "a picture"
_JSON = (("content-type", "application/json"),)


@dataclass(frozen=True, slots=True)
class Odd:
    """A request that is wrong in one way."""

    name: str
    target: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = _JSON
    method: str = "POST"


def odd_requests(text: str) -> Iterator[Odd]:
    """Yield one request for each way of being wrong."""
    turn = {"role": "user", "content": text}
    chat = {"model": "standin-echo", "messages": [turn]}
    good = orjson.dumps(chat)
    quoted = quote(text)
    one_line = text.replace("\n", " ").encode("ascii", "replace").decode()
    yield Odd("no such endpoint", "/v1/completions", orjson.dumps({"prompt": text}))
    yield Odd("text in the path", "/v1/chat/" + quoted, good)
    yield Odd("text in the query", f"{CHAT}?note={quoted}", good)
    yield Odd("text as a model's id", "/v1/models/" + quoted, b"", method="GET")
    yield Odd("text in a header", CHAT, good, (*_JSON, ("anthropic-beta", one_line)))
    yield Odd("text as the conversation", CHAT, good, (*_JSON, ("session-id", one_line)))
    yield Odd("text as the method", "/v1/models", good, method="PUT")
    yield Odd("half a body", CHAT, good[:-5])
    yield Odd("not an object", CHAT, orjson.dumps([text]))
    yield Odd("a key twice", CHAT, good[:-1] + b',"messages":' + orjson.dumps([turn]) + b"}")
    yield Odd("not UTF-8", CHAT, good.replace(b"user", b"us\xffer"))
    yield Odd("UTF-16", CHAT, good.decode().encode("utf-16"))
    yield Odd("compressed", CHAT, gzip.compress(good), (*_JSON, ("content-encoding", "gzip")))
    yield Odd("another content type", CHAT, good, (("content-type", "text/plain"),))
    yield Odd("an unknown field", CHAT, orjson.dumps({**chat, "note_to_self": text}))
    yield Odd("text as a field's name", CHAT, orjson.dumps({**chat, text: 1}))
    yield Odd("text as a role", CHAT, orjson.dumps({**chat, "messages": [{**turn, "role": text}]}))
    yield Odd("text as the model", CHAT, orjson.dumps({**chat, "model": text}))
    yield Odd("text as a number", CHAT, orjson.dumps({**chat, "temperature": text}))
    nested = b'{"model":"m","messages":' + b"[" * 2000 + orjson.dumps(text) + b"]" * 2000 + b"}"
    yield Odd("too deep", CHAT, nested)
    picture = {"type": "image_url", "image_url": {"url": "data:text/plain," + quoted}}
    yield Odd(
        "a picture", CHAT, orjson.dumps({**chat, "messages": [{**turn, "content": [picture]}]})
    )
    tokens = {"model": "standin-embed", "input": [[1, 2, 3]], "user": text}
    yield Odd("tokens as numbers", EMBEDDINGS, orjson.dumps(tokens))
    kept = {"model": "standin-echo", "input": text, "previous_response_id": "resp_1"}
    yield Odd("a conversation kept elsewhere", RESPONSES, orjson.dumps(kept))
    block = {"type": "something_new", "text": text}
    strange = {"model": "standin-echo", "max_tokens": 9, "messages": [{**turn, "content": [block]}]}
    yield Odd("an unknown part", MESSAGES, orjson.dumps(strange))
