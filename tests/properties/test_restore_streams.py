"""The laws of restoring streams: for any cut of the bytes, the client reads what a whole gives."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privity.gateway.replies.reply import reply_for
from privity.gateway.replies.sse import Splitter, frame
from privity.gateway.restore import Known, restored
from privity.gateway.wire.endpoint import Endpoint
from tests.properties.answers import WORDS, cuts, texts

KNOWN = Known(WORDS)
EVENTS = "text/event-stream; charset=utf-8"


def chat(pieces, arguments):
    def chunk(delta, finish=None):
        return {"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces:
        yield chunk({"content": piece})
    for piece in arguments:
        yield chunk({"tool_calls": [{"index": 2, "function": {"arguments": piece}}]})
    yield chunk({}, "stop")


def messages(pieces, arguments):
    for index, kind, field, parts in [
        (0, "text_delta", "text", pieces),
        (1, "input_json_delta", "partial_json", arguments),
    ]:
        yield {"type": "content_block_start", "index": index, "content_block": {"type": "text"}}
        for part in parts:
            delta = {"type": kind, field: part}
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_stop"}


def responses(pieces, arguments):
    for index, stem, parts in [
        (0, "response.output_text", pieces),
        (1, "response.function_call_arguments", arguments),
    ]:
        for part in parts:
            yield {"type": stem + ".delta", "output_index": index, "delta": part}
        yield {"type": stem + ".done", "output_index": index}
    yield {"type": "response.completed"}


def read_chat(event):
    for choice in event["choices"]:
        for call in choice["delta"].get("tool_calls", ()):
            yield 1, call["function"]["arguments"]
        yield 0, choice["delta"].get("content", "")


def read_messages(event):
    for field in ("text", "partial_json"):
        yield event.get("index"), event.get("delta", {}).get(field, "")


def read_responses(event):
    yield event.get("output_index"), event.get("delta", "")


APIS = {
    Endpoint.CHAT: (chat, read_chat),
    Endpoint.MESSAGES: (messages, read_messages),
    Endpoint.RESPONSES: (responses, read_responses),
}


def read(stream: bytes, reader):
    """Read a stream as a client does: the text of the answer, and of the tool's arguments."""
    got, kinds = {0: "", 1: ""}, []
    for raw in Splitter().feed(stream):
        event = json.loads(frame(raw).data)
        kinds.append(event.get("type"))
        for key, text in reader(event):
            if text:
                got[key] += text
    return got, kinds


def written(events, end: bytes, *, ascii_only: bool) -> bytes:
    return b"".join(
        b"data: " + json.dumps(event, ensure_ascii=ascii_only).encode() + end + end
        for event in events
    )


def fed(reply, pieces) -> bytes:
    return b"".join([reply.feed(piece) for piece in pieces]) + reply.close()


utf8_texts = texts.filter(lambda text: text.encode("utf-8", "replace").decode() == text)


@pytest.mark.parametrize("endpoint", APIS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_client_reads_the_whole_answer_restored(endpoint, data) -> None:
    events, reader = APIS[endpoint]
    prose, arguments = data.draw(utf8_texts), '{"a": "' + data.draw(utf8_texts)
    sent = list(events(data.draw(cuts(prose)), data.draw(cuts(arguments))))
    end = data.draw(st.sampled_from([b"\n", b"\r\n", b"\r"]))
    stream = written(sent, end, ascii_only=data.draw(st.booleans()))
    reply = reply_for(endpoint, EVENTS, 200, WORDS)
    got, kinds = read(fed(reply, data.draw(cuts(stream))), reader)
    assert got == {0: restored(prose, KNOWN), 1: restored(arguments, KNOWN)}
    wanted = [event.get("type") for event in sent]
    assert len(kinds) >= len(wanted)
    remaining = iter(kinds)
    assert all(kind in remaining for kind in wanted)  # the same events in the same order


@pytest.mark.parametrize("endpoint", APIS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_stream_without_tokens_passes_byte_for_byte(endpoint, data) -> None:
    events, _ = APIS[endpoint]
    words = data.draw(st.lists(st.sampled_from(["Hello ", "😀", "né.", '"', "\\u00e9!"])))
    stream = written(events(words, words), b"\n", ascii_only=data.draw(st.booleans()))
    reply = reply_for(endpoint, EVENTS, 200, WORDS)
    assert fed(reply, data.draw(cuts(stream))) == stream


@pytest.mark.parametrize("endpoint", APIS)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_every_event_leaves_as_soon_as_it_is_complete(endpoint, data) -> None:
    events, _ = APIS[endpoint]
    sent = list(events(data.draw(cuts(data.draw(utf8_texts))), []))
    reply = reply_for(endpoint, EVENTS, 200, WORDS)
    for event in sent:
        out = reply.feed(written([event], b"\n", ascii_only=False))
        *before, last = [json.loads(frame(raw).data) for raw in Splitter().feed(out)]
        assert last.get("type") == event.get("type")
        assert len(before) <= 1


@given(
    st.binary(max_size=200), st.sampled_from(list(APIS)), st.sampled_from([EVENTS, "text/plain"])
)
def test_no_bytes_can_break_it(data, endpoint, kind) -> None:
    reply = reply_for(endpoint, kind, 200, WORDS)
    assert fed(reply, [data]) == data


@settings(deadline=None)
@given(utf8_texts.flatmap(lambda t: cuts(json.dumps({"content": [{"text": t}]}).encode())))
def test_a_document_in_any_cut_is_the_document_restored(pieces) -> None:
    reply = reply_for(Endpoint.MESSAGES, "application/json", 200, WORDS)
    text = json.loads(b"".join(pieces))["content"][0]["text"]
    assert json.loads(fed(reply, pieces)) == {"content": [{"text": restored(text, KNOWN)}]}
