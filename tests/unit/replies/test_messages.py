import json

from privity.gateway.replies.reply import reply_for
from privity.gateway.wire.endpoint import Endpoint
from privity.model.reveal import reveal
from tests.unit.replies.reading import WORDS, event, passed, streamed, texts

MESSAGES = Endpoint.MESSAGES


def delta(kind, field, text, index=0):
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, field: text}}


def text(piece, index=0):
    return delta("text_delta", "text", piece, index)


STOP = {"type": "content_block_stop", "index": 0}


def test_a_token_over_two_events_is_restored() -> None:
    assert passed(MESSAGES, text("Dear [NA"), text("ME_bcd234]!"), STOP) == [
        text("Dear "), text("Zoë!"), STOP,
    ]  # fmt: skip


def test_what_is_held_leaves_before_the_block_stops() -> None:
    assert passed(MESSAGES, text("my name"), STOP) == [text("my "), text("name"), STOP]


def test_blocks_do_not_mix() -> None:
    out = passed(MESSAGES, text("[NAME_"), text("bcd234]", 1), STOP)
    assert out == [text(""), text("bcd234]", 1), text("[NAME_"), STOP]


def test_a_tools_input_is_escaped() -> None:
    def piece(part):
        return delta("input_json_delta", "partial_json", part)

    out = passed(MESSAGES, piece('{"to": "[EMAIL_'), piece('k7f3q9]"}'), STOP)
    got = "".join(e["delta"]["partial_json"] for e in out[:-1])
    assert json.loads(got) == {"to": 'z"@x.org'}


def test_thinking_is_whole_before_its_signature() -> None:
    signature = delta("signature_delta", "signature", "EMAIL_abc")
    out = passed(MESSAGES, delta("thinking_delta", "thinking", "ask [NAME_bcd234] name"), signature)
    assert [e["delta"].get("thinking") for e in out] == ["ask Zoë ", "name", None]
    assert out[-1] == signature


def sent_again(text: str) -> str:
    """Stand in for the way out: each value becomes its token again."""
    for token, raw in WORDS.items():
        text = text.replace(reveal(raw), token)
    return text


def test_thinking_that_is_sent_back_is_the_text_that_was_signed() -> None:
    signed = "Ask [NAME_bcd234], that is NAME_bcd234 or \\[NAME\\_bcd234\\], by [EMAIL_k7f3q9]."
    streamed_back = passed(MESSAGES, delta("thinking_delta", "thinking", signed), STOP)
    reply = reply_for(MESSAGES, "application/json", 200, WORDS)
    body = {"content": [{"thinking": signed, "signature": "x"}, {"text": "NAME_bcd234"}]}
    plain_back = json.loads(reply.feed(json.dumps(body).encode()) + reply.close())["content"]
    assert plain_back[1] == {"text": "Zoë"}
    for text in (streamed_back[0]["delta"]["thinking"], plain_back[0]["thinking"]):
        assert "Ask Zoë," in text
        assert sent_again(text) == signed


def test_the_end_of_the_message_and_an_error_end_every_block() -> None:
    for last in ({"type": "message_stop"}, {"type": "error", "error": {"message": "NAME_bcd234"}}):
        out = passed(MESSAGES, text("NAME_bcd234"), text("NAME", 1), last)
        assert [e.get("delta", {}).get("text") for e in out] == ["", "", "Zoë", "NAME", None]
    assert out[-1]["error"] == {"message": "Zoë"}


def test_whole_strings_of_any_event_are_restored() -> None:
    for sent in (
        {"type": "content_block_start", "content_block": {"type": "text", "text": "[NAME_bcd234]"}},
        delta("citations_delta", "citation", {"cited_text": "[NAME_bcd234]"}),
        delta("novel_delta", "novel", "[NAME_bcd234]"),
        {"type": "novel", "a": [{"b": "[NAME_bcd234]"}]},
        {"type": "content_block_delta", "delta": ["[NAME_bcd234]"], "index": 0},
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": ["[NAME_bcd234]"]},
         "index": 0},
    ):  # fmt: skip
        wanted = json.loads(json.dumps(sent).replace("[NAME_bcd234]", "Zoë"))
        assert passed(MESSAGES, sent) == [wanted]


def test_pings_and_comments_pass() -> None:
    reply = streamed(MESSAGES)
    for raw in (event({"type": "ping"}, "ping"), b": keep-alive\n\n", b"event: x\n\n"):
        assert reply.feed(raw) == raw


def test_a_flush_names_its_event() -> None:
    reply = streamed(MESSAGES)
    reply.feed(event(text("my name"), "content_block_delta"))
    out = reply.feed(event(STOP, "content_block_stop"))
    assert out.split(b"\n")[0] == b"event: content_block_delta"


def test_the_leaves_are_the_blocks() -> None:
    reply = streamed(MESSAGES)
    for sent in (delta("thinking_delta", "thinking", "Hm"), text("Hi", 1), text("!", 1)):
        reply.feed(event(sent))
    assert texts(reply) == [("thinking", "Hm"), ("text", "Hi!")]
