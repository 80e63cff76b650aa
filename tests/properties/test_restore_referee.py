"""The cut of a stream, judged by an outside referee: the package `chunk-invariance`."""

import json

import pytest
from chunk_invariance import assert_chunk_invariant, per_chunk

from privity.gateway.replies.reply import reply_for
from privity.gateway.restore import Restorer
from privity.gateway.wire.endpoint import Endpoint
from tests.properties.answers import WORDS

TEXTS = [
    "Dear [NAME_bcd234], write to \\[EMAIL\\_k7f3q9\\] (or [IP_xxxxxx]). My name",
    "**email k7f3q9**'s, %5BNAME_bcd234%5D, {{IP_xxxxxx}}, [EMAIL_zzzzzz], [EMAIL_k7f3q9",
    '{"to": "[NAME_bcd234]", "body": "{\\"x\\": \\"\\\\u005bNAME_bcd234\\\\u005d\\"}"} NAME_bcd234',
]
restoring = per_chunk(
    lambda chunk, state: state.feed(chunk),
    state=lambda: Restorer(WORDS),
    flush=lambda state: state.close(),
)


def whole(text: str) -> str:
    return "".join(restoring([text]))


@pytest.mark.parametrize("text", TEXTS)
def test_text_is_the_same_for_every_cut_into_three(text) -> None:
    assert "bcd234" not in whole(text)
    assert assert_chunk_invariant(restoring, whole, text, splits=3) > len(text)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_byte_stream_is_the_same_for_every_cut(end) -> None:
    events = [
        {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}
        for text, finish in [("Zoë 😀 [NA", None), ("ME_bcd234] an", None), ("d [IP", "stop")]
    ]
    lines = [b"data: " + json.dumps(event, ensure_ascii=False).encode() for event in events]
    stream = b": ping" + end + end + (end * 2).join([*lines, b"data: [DONE]", b""])
    client = per_chunk(
        lambda chunk, reply: reply.feed(chunk),
        state=lambda: reply_for(Endpoint.CHAT, "text/event-stream", 200, WORDS),
        flush=lambda reply: reply.close(),
    )

    def at_once(data: bytes) -> bytes:
        return b"".join(client([data]))

    assert b"Hara" in at_once(stream)
    assert_chunk_invariant(client, at_once, stream)
