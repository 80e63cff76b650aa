import json

import pytest

from privity.gateway.replies.gather import MAX_TEXT
from privity.gateway.replies.reply import Reply, reply_for
from privity.gateway.wire.endpoint import Endpoint
from tests.unit.replies.reading import WORDS, texts

JSON = "application/json"


def whole(reply: Reply, body: bytes) -> bytes:
    return reply.feed(body) + reply.close()


def answered(endpoint: Endpoint, body, status=200, words=WORDS):
    reply = reply_for(endpoint, JSON, status, words)
    return json.loads(whole(reply, json.dumps(body).encode())), reply


def test_every_string_of_a_completion_is_restored() -> None:
    arguments = json.dumps({"to": "[EMAIL_k7f3q9]"})
    message = {
        "content": "Dear [NAME_bcd234]",
        "tool_calls": [{"function": {"arguments": arguments}}],
    }
    body, reply = answered(Endpoint.CHAT, {"id": "c", "choices": [{"message": message}]})
    message = body["choices"][0]["message"]
    assert message["content"] == "Dear Zoë"
    assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == {"to": 'z"@x.org'}
    assert texts(reply) == [("content", "Dear [NAME_bcd234]"), ("arguments", arguments)]


def test_every_string_of_a_message_is_restored() -> None:
    content = [
        {"type": "thinking", "thinking": "NAME_bcd234?", "signature": "NAME_abc"},
        {"type": "text", "text": "Dear [NAME_bcd234]"},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"id": "[EMAIL_k7f3q9]", "n": [1]}},
    ]
    body, reply = answered(Endpoint.MESSAGES, {"id": "m", "content": content})
    assert [block.get("text") for block in body["content"]] == [None, "Dear Zoë", None]
    assert body["content"][2]["input"]["id"] == 'z"@x.org'
    assert texts(reply) == [
        ("thinking", "NAME_bcd234?"), ("text", "Dear [NAME_bcd234]"), ("id", "[EMAIL_k7f3q9]"),
    ]  # fmt: skip


def test_every_string_of_a_response_is_restored() -> None:
    output = [{"type": "message", "content": [{"type": "output_text", "text": "[NAME_bcd234]"}]}]
    body, reply = answered(Endpoint.RESPONSES, {"output": output, "instructions": "NAME_bcd234"})
    assert body["output"][0]["content"][0]["text"] == "Zoë"
    assert body["instructions"] == "Zoë"
    assert texts(reply) == [("text", "[NAME_bcd234]")]


@pytest.mark.parametrize("endpoint", Endpoint)
def test_an_error_that_echoes_the_request_is_restored(endpoint) -> None:
    body, _ = answered(endpoint, {"error": {"message": "bad: [NAME_bcd234]"}}, 400)
    assert body == {"error": {"message": "bad: Zoë"}}


def test_an_answer_that_is_text_is_restored_as_text() -> None:
    reply = reply_for(Endpoint.CHAT, "text/html", 502, WORDS)
    assert whole(reply, b"<p>[EMAIL_k7f3q9]</p>") == b'<p>z"@x.org</p>'
    assert reply.leaves() == ()


def test_bytes_that_are_not_utf8_pass() -> None:
    body = b'{"content": "\xff\xc3 [NAME_bcd234]"}\xe2\x82'
    reply = reply_for(Endpoint.CHAT, JSON, 200, WORDS)
    assert whole(reply, body) == body.replace(b"[NAME_bcd234]", "Zoë".encode())


@pytest.mark.parametrize("endpoint", [Endpoint.EMBEDDINGS, Endpoint.OPENAI_MODELS])
def test_an_answer_without_text_passes(endpoint) -> None:
    reply = reply_for(endpoint, JSON, 200, WORDS)
    body = b'{"data": [{"embedding": [0.1]}]}'
    assert reply.feed(body) == body
    assert reply.close() == b""
    assert reply.leaves() == ()


def test_an_answer_to_a_request_without_words_passes_and_still_has_leaves() -> None:
    body = json.dumps({"content": [{"type": "text", "text": "Hi"}]}).encode()
    reply = reply_for(Endpoint.MESSAGES, JSON, 200, {})
    assert reply.feed(body) == body
    assert reply.close() == b""
    assert texts(reply) == [("text", "Hi")]


def test_no_more_text_is_kept_than_the_limit() -> None:
    reply = reply_for(Endpoint.MESSAGES, "text/event-stream", 200, WORDS)
    delta = {"type": "text_delta", "text": "x" * (MAX_TEXT - 1)}
    data = json.dumps({"type": "content_block_delta", "index": 0, "delta": delta}).encode()
    for _ in range(3):
        reply.feed(b"data: " + data + b"\n\n")
    assert [len(leaf.raw) for leaf in reply.leaves()] == [MAX_TEXT]


def test_a_body_longer_than_the_limit_is_passed_on_whole() -> None:
    for words in (WORDS, {}):
        reply = reply_for(Endpoint.MESSAGES, JSON, 200, words)
        body = json.dumps({"content": "x" * MAX_TEXT}).encode()
        assert reply.feed(body) + reply.feed(b" ") + reply.close() == body + b" "


@pytest.mark.parametrize("body", [b"[1]", b"{", b"[" * 100_000, b"{}"])
def test_a_body_without_texts_has_no_leaves(body) -> None:
    reply = reply_for(Endpoint.CHAT, JSON, 200, WORDS)
    assert whole(reply, body) == body
    assert reply.leaves() == ()
