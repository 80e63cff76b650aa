import json

from privity.gateway.wire.endpoint import Endpoint
from tests.unit.replies.reading import passed

RESPONSES = Endpoint.RESPONSES


def text(piece, number=3, item=0):
    return {
        "type": "response.output_text.delta", "item_id": "i", "output_index": item,
        "content_index": 0, "delta": piece, "sequence_number": number, "logprobs": [],
    }  # fmt: skip


def deltas(events):
    return [event.get("delta") for event in events]


def test_a_token_over_two_events_is_restored() -> None:
    assert deltas(passed(RESPONSES, text("[NAME_"), text("bcd234]!"))) == ["", "Zoë!"]


def test_the_event_that_ends_a_text_repeats_it_whole() -> None:
    done = {**text(""), "type": "response.output_text.done", "text": "to NAME_bcd234"}
    del done["delta"]
    out = passed(RESPONSES, text("to NAME_bcd234", 7) | {"obfuscation": "x"}, done)
    assert deltas(out) == ["to ", "Zoë", None]
    assert out[1] == text("Zoë", 7)  # the number of the event before it
    assert out[2]["text"] == "to Zoë"


def test_only_texts_of_the_same_place_end() -> None:
    for done in (
        {"type": "response.output_text.done", "output_index": 1},
        {"type": "response.refusal.done", "output_index": 0},
        {"type": "response.output_item.done", "output_index": 1},
        {"type": "response.created"},
    ):
        assert deltas(passed(RESPONSES, text("my name"), done, text("!"))) == ["my ", None, "name!"]


def test_a_part_an_item_and_the_response_end_their_texts() -> None:
    for done in (
        {"type": "response.content_part.done", "output_index": 0, "content_index": 0},
        {"type": "response.output_item.done", "output_index": 0},
        {"type": "response.incomplete"},
        {"type": "response.failed"},
    ):
        assert deltas(passed(RESPONSES, text("my name"), done)) == ["my ", "name", None]


def test_arguments_are_escaped() -> None:
    def piece(part):
        return {"type": "response.function_call_arguments.delta", "output_index": 1, "delta": part}

    out = passed(RESPONSES, piece('{"to":"[EMAIL_k7'), piece('f3q9]"}'))
    assert json.loads("".join(deltas(out))) == {"to": 'z"@x.org'}


def test_each_field_of_a_delta_object_grows_by_itself() -> None:
    def output(out, err):
        delta = {"stdout": out, "stderr": err, "code": 0}
        return {"type": "response.shell_call_output_content.delta", "delta": delta}

    events = passed(RESPONSES, output("[NAME_", "NAME"), output("bcd234]", ""))
    assert [e["delta"].get("stdout") for e in events] == ["", "Zoë", None]
    assert [e["delta"].get("stderr") for e in events] == ["", "", "NAME"]


def test_audio_is_not_text() -> None:
    for delta in ("NAME", None):
        sent = {"type": "response.audio.delta", "delta": delta}
        assert passed(RESPONSES, sent) == [sent]
    assert passed(RESPONSES, {"type": "x.delta", "delta": 1}) == [{"type": "x.delta", "delta": 1}]


def test_the_whole_response_is_restored_wherever_it_echoes_text() -> None:
    def response(name):
        return {
            "instructions": name,
            "metadata": {"k": name},
            "user": name,
            "output": [{"type": "function_call", "arguments": json.dumps({"a": name})}],
        }

    sent = {"type": "response.completed", "response": response("[NAME_bcd234]")}
    assert json.loads(passed(RESPONSES, sent)[0]["response"]["output"][0]["arguments"]) == {
        "a": "Zoë"
    }
    assert passed(RESPONSES, sent)[0]["response"]["user"] == "Zoë"
