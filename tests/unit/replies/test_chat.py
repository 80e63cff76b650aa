import json

from privity.gateway.replies.reply import reply_for
from privity.gateway.wire.endpoint import Endpoint
from tests.unit.replies.reading import EVENTS, event, passed, streamed, texts, trees

CHAT = Endpoint.CHAT


def chunk(delta, finish=None, index=0):
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}


def deltas(events):
    return [choice["delta"] for event in events for choice in event["choices"]]


def test_a_token_over_two_chunks_is_restored() -> None:
    out = passed(CHAT, chunk({"content": "Dear [NAME_"}), chunk({"content": "bcd234]!"}))
    assert deltas(out) == [{"content": "Dear "}, {"content": "Zoë!"}]


def test_choices_do_not_mix() -> None:
    out = passed(
        CHAT,
        chunk({"content": "[NAME_"}),
        chunk({"content": "bcd234]"}, index=1),
        chunk({"content": "bcd234]"}),
    )
    assert deltas(out) == [{"content": ""}, {"content": "bcd234]"}, {"content": "Zoë"}]


def test_tool_calls_do_not_mix_and_are_escaped() -> None:
    def call(index, text):
        return chunk({"tool_calls": [{"index": index, "function": {"arguments": text}}]})

    out = passed(CHAT, call(0, '{"a":"[EMAIL'), call(1, "{"), call(0, '_k7f3q9]"}'))
    arguments = [d["tool_calls"][0]["function"]["arguments"] for d in deltas(out)]
    assert arguments[:3] == ['{"a":"', "", 'z\\"@x.org"}']
    assert arguments[3] == "{"  # broken off: flushed at the end


def test_every_field_that_grows_has_its_own_restorer() -> None:
    def piece(text):
        return {
            "content": text,
            "refusal": text,
            "reasoning_content": text,
            "function_call": {"name": "f", "arguments": text},
            "audio": {"id": "a", "transcript": text, "data": "AAAA"},
            "tool_calls": [{"index": 3, "custom": {"input": text}}],
        }

    out = deltas(passed(CHAT, chunk(piece("[NAME_")), chunk(piece("bcd234]"))))
    assert out == [piece(""), piece("Zoë")]


def test_what_is_held_leaves_before_the_chunk_that_finishes() -> None:
    out = passed(CHAT, chunk({"content": "to NAME_bcd234"}), chunk({}, "stop"))
    assert deltas(out) == [{"content": "to "}, {"content": "Zoë"}, {}]
    assert [e["choices"][0]["finish_reason"] for e in out] == [None, None, "stop"]
    assert out[1]["id"] == "c1"


def test_a_chunk_that_finishes_with_text_carries_what_was_held() -> None:
    out = passed(CHAT, chunk({"content": "NAME_"}), chunk({"content": "bcd234"}, "stop"))
    assert deltas(out) == [{"content": ""}, {"content": "Zoë"}]


def test_a_held_tool_call_is_flushed_in_its_own_shape() -> None:
    call = {"index": 2, "id": "t", "function": {"name": "f", "arguments": "NAME_bcd234"}}
    out = passed(CHAT, chunk({"tool_calls": [call]}), chunk({}, "tool_calls"))
    assert deltas(out)[1] == {"tool_calls": [{"index": 2, "function": {"arguments": "Zoë"}}]}


def test_the_end_marker_flushes_what_no_chunk_finished() -> None:
    reply = streamed(CHAT)
    reply.feed(event(chunk({"content": "NAME_bcd234"})))
    before, _, after = reply.feed(b"data: [DONE]\n\n").partition(b"data: [DONE]\n\n")
    assert (deltas(trees(before)), after) == ([{"content": "Zoë"}], b"")


def test_ids_usage_and_log_probabilities_are_untouched() -> None:
    sent = chunk({"content": "Hi"}) | {"usage": {"total_tokens": 1}}
    sent["choices"][0]["logprobs"] = {"content": [{"token": "[NAME", "bytes": [91]}]}
    assert passed(CHAT, sent) == [sent]


def test_other_strings_of_a_chunk_are_restored_whole() -> None:
    note = {"annotations": [{"type": "url_citation", "title": "About [NAME_bcd234]"}]}
    assert deltas(passed(CHAT, chunk(note)))[0]["annotations"][0]["title"] == "About Zoë"


def test_only_the_text_that_changed_changes_in_the_bytes() -> None:
    choice = b'{"index":0, "delta":{"content":"\\u00e9 [NAME_bcd234]"}}'
    raw = b'data:  {"choices" : [' + choice + b'], "x":1e2}\n\n'
    assert streamed(CHAT).feed(raw) == raw.replace(b'"\\u00e9 [NAME_bcd234]"', '"é Zoë"'.encode())


def test_equal_texts_of_several_choices_change_in_their_own_places() -> None:
    texts = ["NAME", "NAME_bcd234 x", "NAME"]
    sent = chunk({})
    sent["choices"] = [{"index": n, "delta": {"content": t}} for n, t in enumerate(texts)]
    again = chunk({"content": "_bcd234."}, index=2)
    out = passed(CHAT, sent, again)
    assert deltas(out)[:4] == [{"content": t} for t in ("", "Zoë x", "", "Zoë.")]


def test_an_equal_string_elsewhere_stays() -> None:
    sent = chunk({"content": "PHONE? NAME"}) | {"id": "PHONE? NAME"}
    out = passed(CHAT, sent, chunk({"content": "!"}))
    assert out[0]["id"] == "PHONE? NAME"
    assert deltas(out) == [{"content": "PHONE? "}, {"content": "NAME!"}]


def test_half_a_surrogate_pair_is_passed_on() -> None:
    raw = b'data: {"choices":[{"index":0,"delta":{"content":"\\ud83d [NAME_bcd234]"}}]}\n\n'
    assert b'"\\ud83d Zo\\u00eb"' in streamed(CHAT).feed(raw)


def test_half_a_surrogate_pair_in_an_earlier_field_does_not_stop_a_flush() -> None:
    reply = streamed(CHAT)
    reply.feed(b'data: {"id":"\\ud83d","choices":[{"index":0,"delta":{"content":"NAME"}}]}\n\n')
    assert trees(reply.close())[0]["choices"][0]["delta"] == {"content": "NAME"}


def test_strange_shapes_pass() -> None:
    for sent in ({"choices": 1}, {"choices": [1, {"delta": 2}]}, {}, chunk({"tool_calls": [None]})):
        assert passed(CHAT, sent) == [sent]
    no_index = {"choices": [{"delta": {"content": "NAME_bcd234", "tool_calls": {}}}]}
    assert passed(CHAT, no_index)[-1]["choices"][0]["delta"] == {"content": "Zoë"}


def test_what_cannot_be_read_passes_with_tokens_in_place() -> None:
    reply = streamed(CHAT)
    for raw in (
        b'data: {"choices": [NAME_bcd234]\n\n',
        b"data: \xff\n\n",
        b'data: "NAME_bcd234"\n\n',
    ):
        assert reply.feed(raw) == raw


def test_a_stream_cut_off_gives_what_was_held_and_then_the_rest() -> None:
    reply = streamed(CHAT)
    reply.feed(event(chunk({"content": "NAME_bcd234"})) + b'data: {"cho')
    out = reply.close()
    assert out.endswith(b'\n\ndata: {"cho')
    assert deltas(trees(out)) == [{"content": "Zoë"}]


def test_the_leaves_are_the_texts_as_the_model_gave_them() -> None:
    reply = streamed(CHAT)
    for text in ("Dear [NAME_", "bcd234]"):
        reply.feed(event(chunk({"content": text})))
    call = {"index": 0, "id": "t1", "function": {"name": "f", "arguments": "{}"}}
    reply.feed(event(chunk({"tool_calls": [call]})))
    assert texts(reply) == [("content", "Dear [NAME_bcd234]"), ("arguments", "{}")]


def test_a_stream_with_no_words_passes_and_still_has_leaves() -> None:
    reply = reply_for(CHAT, EVENTS + ";charset=utf-8", 200, {})
    stream = b"".join([event(chunk({"content": "Hi " * 400})) for _ in range(300)])
    assert reply.feed(stream + b"data: [DONE]\n\n") + reply.close() == stream + b"data: [DONE]\n\n"
    assert texts(reply) == [("content", "Hi " * 400 * 300)]


def test_a_flush_keeps_the_line_ends_and_name_of_its_stream() -> None:
    reply = streamed(CHAT)
    data = json.dumps(chunk({"content": "NAME"})).encode()
    reply.feed(b"id: 4\r\ndata: " + data + b"\r\n\r\n")
    out = reply.close()
    assert out.startswith(b"id: 4\r\ndata: {")
    assert out.endswith(b"}\r\n\r\n")
