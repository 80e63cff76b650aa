"""What is read from a body, endpoint by endpoint."""

from typing import Any

import orjson
import pytest

from privity.errors import (
    BadBody,
    CallerError,
    MediaRefused,
    ProviderStateRefused,
    TooDeep,
    UnknownField,
    Unscannable,
)
from privity.gateway.wire.endpoint import Endpoint
from privity.gateway.wire.read import Parsed, Rules, read
from privity.gateway.wire.rules import DEEPEST
from privity.model.reveal import reveal
from privity.model.text import Minimized, RawBody, Slot
from privity.model.words import Media, UnknownFields

STRICT = Rules(frozenset(), UnknownFields.REFUSE, 30)
MAIL = "zoe@example.org"
PNG = "data:image/png;base64,iVBORw0KGgo="


def parse(endpoint: Endpoint, rules: Rules = STRICT, /, **fields: Any) -> Parsed:
    return read(endpoint, RawBody(orjson.dumps({"model": "m", **fields})), rules)


def texts(parsed: Parsed) -> list[str]:
    return [reveal(leaf.raw) for leaf in parsed.leaves]


def hints(parsed: Parsed) -> dict[str, str]:
    return {reveal(leaf.raw): leaf.hint for leaf in parsed.leaves}


def user(content: Any) -> list[Any]:
    return [{"role": "user", "content": content}]


# What is a leaf.


@pytest.mark.parametrize(
    ("endpoint", "fields"),
    [
        (Endpoint.CHAT, {"messages": user(MAIL)}),
        (Endpoint.CHAT, {"messages": user([{"type": "text", "text": MAIL}])}),
        (Endpoint.CHAT, {"messages": [{"role": "developer", "content": MAIL}]}),
        (Endpoint.CHAT, {"messages": [{"role": "tool", "tool_call_id": "c", "content": MAIL}]}),
        (Endpoint.CHAT, {"messages": [{"role": "tool", "tool_call_id": MAIL, "content": ""}]}),
        (Endpoint.CHAT, {"messages": [{"role": "function", "name": "f", "content": MAIL}]}),
        (Endpoint.CHAT, {"messages": [{"role": "user", "name": MAIL, "content": ""}]}),
        (Endpoint.CHAT, {"messages": [{"role": "assistant", "refusal": MAIL}]}),
        (Endpoint.CHAT, {"messages": [{"role": "assistant", "reasoning_content": MAIL}]}),
        (
            Endpoint.CHAT,
            {
                "messages": [
                    {"role": "assistant", "function_call": {"name": "f", "arguments": MAIL}}
                ]
            },
        ),
        (Endpoint.CHAT, {"tools": [{"type": "function", "function": {"description": MAIL}}]}),
        (Endpoint.CHAT, {"tools": [{"type": "custom", "custom": {"description": MAIL}}]}),
        (Endpoint.CHAT, {"prediction": {"type": "content", "content": MAIL}}),
        (Endpoint.CHAT, {"metadata": {"customer": MAIL}}),
        (Endpoint.CHAT, {"metadata": {MAIL: "1"}}),
        (Endpoint.CHAT, {"stop": [MAIL]}),
        (Endpoint.CHAT, {"logit_bias": {MAIL: 1}}),
        (
            Endpoint.CHAT,
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"schema": {"const": MAIL}},
                }
            },
        ),
        (Endpoint.CHAT, {"web_search_options": {"user_location": {"approximate": {"city": MAIL}}}}),
        (Endpoint.RESPONSES, {"input": MAIL}),
        (Endpoint.RESPONSES, {"instructions": MAIL}),
        (Endpoint.RESPONSES, {"input": user([{"type": "input_text", "text": MAIL}])}),
        (Endpoint.RESPONSES, {"input": [{"type": "function_call_output", "output": MAIL}]}),
        (
            Endpoint.RESPONSES,
            {"input": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": MAIL}]}]},
        ),
        (Endpoint.RESPONSES, {"input": [{"type": "custom_tool_call", "input": MAIL}]}),
        (
            Endpoint.RESPONSES,
            {"input": [{"type": "local_shell_call", "action": {"command": ["echo", MAIL]}}]},
        ),
        (
            Endpoint.RESPONSES,
            {"input": [{"type": "mcp_call", "arguments": "{}", "error": {"content": [MAIL]}}]},
        ),
        (Endpoint.RESPONSES, {"client_metadata": {"x": MAIL}}),
        (Endpoint.EMBEDDINGS, {"input": MAIL}),
        (Endpoint.EMBEDDINGS, {"input": ["a", MAIL]}),
        (Endpoint.MESSAGES, {"system": MAIL}),
        (Endpoint.MESSAGES, {"system": [{"type": "text", "text": MAIL}]}),
        (Endpoint.MESSAGES, {"messages": [{"role": "system", "content": MAIL}]}),
        (Endpoint.MESSAGES, {"messages": user([{"type": "tool_result", "content": MAIL}])}),
        (
            Endpoint.MESSAGES,
            {
                "messages": user(
                    [{"type": "tool_result", "content": [{"type": "text", "text": MAIL}]}]
                )
            },
        ),
        (Endpoint.MESSAGES, {"messages": user([{"type": "tool_use", "input": {"to": [MAIL]}}])}),
        (Endpoint.MESSAGES, {"messages": user([{"type": "tool_use", "input": {MAIL: 1}}])}),
        (
            Endpoint.MESSAGES,
            {"messages": user([{"type": "document", "source": {"type": "text", "data": MAIL}}])},
        ),
        (Endpoint.MESSAGES, {"messages": user([{"type": "thinking", "thinking": MAIL}])}),
        (Endpoint.MESSAGES, {"messages": user([{"type": "thinking", "signature": MAIL}])}),
        (
            Endpoint.MESSAGES,
            {"messages": user([{"type": "text", "citations": [{"cited_text": MAIL}]}])},
        ),
        (Endpoint.MESSAGES, {"mcp_servers": [{"authorization_token": MAIL}]}),
        (Endpoint.MESSAGES, {"stop_sequences": [MAIL]}),
        (Endpoint.COUNT_TOKENS, {"tools": [{"name": "t", "input_schema": {"const": MAIL}}]}),
    ],
)
def test_text_is_seen_wherever_it_stands(endpoint: Endpoint, fields: dict[str, Any]) -> None:
    assert MAIL in texts(parse(endpoint, **fields))


def test_text_is_decoded_before_it_is_seen() -> None:
    body = rb'{"messages":[{"role":"user","content":"z\u006fe@example.org"}]}'
    assert texts(read(Endpoint.CHAT, RawBody(body), STRICT)) == [MAIL]


@pytest.mark.parametrize(
    "text",
    [
        r'{"to": "z\u006fe@example.org"}',
        r'  ["z\u006fe@example.org"] ',
        r'"z\u006fe@example.org"',
        r'{"to": "z\u006fe@example.org", "cut": "\ud83d"}',
        r'{"to": "z\u006fe@example.org", "score": NaN}',
        '{"a": 1}\n' + r'{"to": "z\u006fe@example.org"}',
    ],
)
def test_escapes_in_json_in_a_string_hide_nothing(text: str) -> None:
    assert MAIL in texts(parse(Endpoint.CHAT, messages=user(text)))


def test_half_a_surrogate_pair_is_text_that_can_be_encoded() -> None:
    parsed = parse(Endpoint.CHAT, messages=user(r'["\ud83d x"]'))
    assert texts(parsed) == ["\N{REPLACEMENT CHARACTER} x"]


@pytest.mark.parametrize("text", ["{not json}", '{"a": 1', '"quoted" and "so on"', "[x]", " "])
def test_what_only_looks_like_json_is_text(text: str) -> None:
    assert texts(parse(Endpoint.CHAT, messages=user(text))) == [text]


def test_a_key_named_twice_in_json_in_a_string_is_seen_twice() -> None:
    found = texts(parse(Endpoint.CHAT, messages=user('{"to": "a@b.org", "to": "c@d.org"}')))
    assert found == ["to", "a@b.org", "to", "c@d.org"]


@pytest.mark.parametrize("role", ["user", "assistant", "system", "developer"])
def test_what_a_speaker_is_called_is_a_user_name(role: str) -> None:
    parsed = parse(Endpoint.CHAT, messages=[{"role": role, "name": "Zoe_Odegard", "content": ""}])
    assert hints(parsed) == {"Zoe_Odegard": "username"}


@pytest.mark.parametrize("role", ["function", "tool"])
def test_what_a_tool_is_called_is_not(role: str) -> None:
    parsed = parse(Endpoint.CHAT, messages=[{"role": role, "name": "get_weather", "content": ""}])
    assert hints(parsed) == {"get_weather": "name"}


def test_numbers_of_seven_digits_are_seen_and_shorter_ones_are_not() -> None:
    content = [{"type": "tool_use", "input": {"a": 1234567, "b": 123456, "c": 48.8583}}]
    assert texts(parse(Endpoint.MESSAGES, messages=user(content))) == [
        "a", "1234567", "b", "c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("age", "47"),
        ("customerAge", "47"),
        ("lat", "37.7749"),
        ("lon", "-122.41"),
        ("pin", "4821"),
        ("mrn", "482913"),
        ("zip", "94110"),
        ("zip-code", "94110"),
    ],
)
@pytest.mark.parametrize("nested", ["string", "object", "list"])
def test_a_short_number_under_a_telling_name_is_seen(key: str, number: str, nested: str) -> None:
    written = orjson.Fragment(number)
    content: Any = {key: written} if nested != "list" else {key: [written]}
    if nested == "string":
        content = orjson.dumps(content).decode()
    fields = [{"type": "tool_use", "input": content}]
    assert texts(parse(Endpoint.MESSAGES, messages=user(fields))) == [key, number]


def test_a_short_number_in_metadata_is_seen_by_its_name() -> None:
    assert "47" in texts(parse(Endpoint.CHAT, metadata={"age": 47}))


@pytest.mark.parametrize(
    "field",
    [
        {"max_age": 60},
        {"minAge": 18},
        {"page": 47},
        {"sin": 0.8414},
        {"lat": 37},
        {"ip": 4821},
        {"steps": 482913},
        {"age": {"type": "integer", "minimum": 18, "maximum": 99, "default": 47}},
    ],
)
def test_a_short_number_under_another_name_is_not_seen(field: dict[str, Any]) -> None:
    content = [{"type": "tool_use", "input": field}]
    assert [
        t for t in texts(parse(Endpoint.MESSAGES, messages=user(content))) if t[0].isdigit()
    ] == []


def test_settings_are_never_seen_by_their_names() -> None:
    parsed = parse(
        Endpoint.CHAT, messages=user("hi"), max_tokens=47, temperature=0.7, seed=4821, n=1
    )
    assert texts(parsed) == ["hi"]


def test_a_long_number_in_json_in_a_string_is_seen() -> None:
    assert "4155550132" in texts(parse(Endpoint.CHAT, messages=user('{"phone": 4155550132}')))


def test_a_number_that_changes_becomes_a_string() -> None:
    parsed = parse(Endpoint.CHAT, metadata={"user": 4155550132})
    changed = [Minimized("[PHONE_bcdfgh]") if t.isdigit() else None for t in texts(parsed)]
    body = orjson.loads(parsed.rebuild(changed).data)
    assert body["metadata"] == {"user": "[PHONE_bcdfgh]"}


def test_settings_and_control_values_are_not_leaves() -> None:
    parsed = parse(
        Endpoint.CHAT,
        model="gpt-4o-2024-08-06",
        messages=[
            {"role": "assistant", "tool_calls": [{"id": "call_" + "a1" * 12, "type": "function"}]},
            {"role": "tool", "tool_call_id": "call_" + "a1" * 12, "content": ""},
        ],
        temperature=0.1 + 0.2,
        max_completion_tokens=100_000,
        seed=9_007_199_254_740_991,
        stream=True,
        tool_choice={"type": "function", "function": {"name": "get_weather"}},
    )
    assert texts(parsed) == []


def test_sealed_reasoning_passes_as_it_is() -> None:
    sealed = "gAAAAABo" + "x9_-" * 30
    items = [{"type": "reasoning", "id": "rs_" + "a1" * 12, "encrypted_content": sealed}]
    assert texts(parse(Endpoint.RESPONSES, input=items)) == []


def test_a_hint_is_the_nearest_field() -> None:
    call = {"name": "send", "arguments": '{"to": {"e-mail": ["zoe@example.org"]}}'}
    parsed = parse(
        Endpoint.CHAT,
        messages=[{"role": "assistant", "content": "hi", "tool_calls": [{"function": call}]}],
        metadata={"First name": "Zoë", "a@b.org": "value"},
    )
    assert hints(parsed) == {
        "hi": "content",
        "to": "arguments",
        "e-mail": "arguments",
        MAIL: "e_mail",
        "First name": "metadata",
        "Zoë": "First_name",
        "a@b.org": "metadata",
        "value": "",
    }


# What is refused.


@pytest.mark.parametrize(
    ("endpoint", "fields", "refused", "where"),
    [
        (Endpoint.CHAT, {"secret": "x"}, UnknownField, "secret"),
        (Endpoint.CHAT, {"messages": [{"hidden": "x"}]}, UnknownField, "messages[0].hidden"),
        (Endpoint.CHAT, {"temperature": {"a": "b"}}, UnknownField, "temperature"),
        (Endpoint.CHAT, {"zoe@example.org": "x"}, UnknownField, "(a key not shown)"),
        (Endpoint.CHAT, {"n4155550132": "x"}, UnknownField, "(a key not shown)"),
        (Endpoint.CHAT, {"zoe@example.org": 1}, UnknownField, "(a key not shown)"),
        (Endpoint.CHAT, {"phone": 4155550132}, UnknownField, "phone"),
        (Endpoint.CHAT, {"n": ["x", {"a": "b"}]}, UnknownField, "n[1]"),
        (
            Endpoint.CHAT,
            {"messages": user([{"type": "image_url", "image_url": {"url": PNG}}])},
            MediaRefused,
            "messages[0].content[0].image_url.url",
        ),
        (
            Endpoint.CHAT,
            {"messages": user([{"type": "input_audio", "input_audio": {"data": "UklG"}}])},
            MediaRefused,
            "`audio`",
        ),
        (
            Endpoint.RESPONSES,
            {"input": user([{"type": "input_file", "file_url": "https://e.org/a.pdf"}])},
            MediaRefused,
            "`file`",
        ),
        (
            Endpoint.RESPONSES,
            {"input": [{"type": "image_generation_call", "result": "iVBORw0KGgo="}]},
            MediaRefused,
            "`image`",
        ),
        (
            Endpoint.MESSAGES,
            {"messages": user([{"type": "image", "source": {"type": "url", "url": "https://e"}}])},
            MediaRefused,
            "`image`",
        ),
        (
            Endpoint.MESSAGES,
            {"messages": user([{"type": "document", "source": {"type": "base64", "data": "JVB"}}])},
            MediaRefused,
            "`file`",
        ),
        (Endpoint.RESPONSES, {"previous_response_id": "resp_1"}, ProviderStateRefused, "previous"),
        (Endpoint.RESPONSES, {"conversation": "conv_1"}, ProviderStateRefused, "conversation"),
        (Endpoint.RESPONSES, {"conversation": {"id": "c"}}, ProviderStateRefused, "conversation"),
        (Endpoint.RESPONSES, {"prompt": {"id": "pmpt_1"}}, ProviderStateRefused, "prompt"),
        (
            Endpoint.RESPONSES,
            {"input": [{"type": "item_reference", "id": "msg_1"}]},
            ProviderStateRefused,
            "input[0].id",
        ),
        (
            Endpoint.RESPONSES,
            {"tools": [{"type": "file_search", "vector_store_ids": ["vs_1"]}]},
            ProviderStateRefused,
            "vector_store_ids[0]",
        ),
        (
            Endpoint.CHAT,
            {"messages": [{"role": "assistant", "audio": {"id": "audio_1"}}]},
            ProviderStateRefused,
            "messages[0].audio.id",
        ),
        (Endpoint.MESSAGES, {"container": "container_1"}, ProviderStateRefused, "container"),
        (
            Endpoint.MESSAGES,
            {"messages": user([{"type": "document", "source": {"type": "file", "file_id": "f"}}])},
            ProviderStateRefused,
            "file_id",
        ),
        (Endpoint.EMBEDDINGS, {"input": [1, 2, 3]}, Unscannable, "token arrays"),
        (Endpoint.EMBEDDINGS, {"input": [[1, 2], [3]]}, Unscannable, "token arrays"),
        (
            Endpoint.RESPONSES,
            {"input": [{"content": [{"type": "output_text", "logprobs": [{"token": "z"}]}]}]},
            Unscannable,
            "logprobs",
        ),
    ],
)
def test_what_cannot_be_judged_is_refused_and_said_where(
    endpoint: Endpoint, fields: dict[str, Any], refused: type[CallerError], where: str
) -> None:
    with pytest.raises(refused) as raised:
        parse(endpoint, **fields)
    assert where in raised.value.detail


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"x"',
        b"{",
        b'{"a":1}{}',
        b'{"a":NaN}',
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        rb'{"a":"\ud83d"}',
    ],
)
def test_what_is_not_one_object_in_utf_8_is_refused(body: bytes) -> None:
    with pytest.raises(BadBody):
        read(Endpoint.CHAT, RawBody(body), STRICT)


def test_a_refusal_carries_nothing_of_the_body() -> None:
    with pytest.raises(BadBody) as raised:
        read(Endpoint.CHAT, RawBody(b'{"a": "zoe@example.org'), STRICT)
    assert raised.value.__context__ is None
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("depth", [31, 500, 5000, 100_000])
def test_a_body_beyond_the_depth_is_refused(depth: int) -> None:
    nest = b'{"a":' * depth + b"1" + b"}" * depth
    with pytest.raises(TooDeep):
        read(Endpoint.CHAT, RawBody(b'{"metadata":' + nest + b"}"), STRICT)


@pytest.mark.parametrize("depth", [31, 500, 5000])
def test_arrays_beyond_the_depth_are_refused(depth: int) -> None:
    for field in (b'{"metadata":', b'{"stop":'):
        with pytest.raises(TooDeep):
            read(Endpoint.CHAT, RawBody(field + b"[" * depth + b"]" * depth + b"}"), STRICT)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (b'{"content":', b"}"),
        (b'[{"content":', b"}]"),
        (b'{"type":"tool_use","input":', b"}"),
        (b"[", b"]"),
        (b'{"a":', b"}"),
    ],
)
def test_a_generous_limit_does_not_reach_the_end_of_the_stack(start: bytes, end: bytes) -> None:
    generous = Rules(frozenset(), UnknownFields.TREAT, 100_000)
    for depth in (150, 400):
        body = b'{"messages":[{"content":' + start * depth + b'"x"' + end * depth + b"}]}"
        if start.startswith(b"[{") or depth > DEEPEST:
            with pytest.raises(TooDeep):
                read(Endpoint.MESSAGES, RawBody(body), generous)
        else:
            assert "x" in texts(read(Endpoint.MESSAGES, RawBody(body), generous))


def test_json_in_strings_counts_as_depth() -> None:
    text = MAIL
    for _ in range(12):
        text = orjson.dumps([text]).decode()
    shallow = Rules(frozenset(), UnknownFields.REFUSE, 10)
    with pytest.raises(TooDeep):
        parse(Endpoint.CHAT, shallow, messages=user(text))


def test_json_in_a_string_that_no_reader_can_follow_is_refused() -> None:
    with pytest.raises(TooDeep) as raised:
        parse(Endpoint.CHAT, messages=user("[" * 100_000 + "]" * 100_000))
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_unknown_fields_too_small_to_hold_text_pass() -> None:
    parsed = parse(Endpoint.CHAT, new=True, other=12, null_=None, empty=[], nothing={}, blank="")
    assert texts(parsed) == ["new", "other", "null_", "empty", "nothing", "blank"]


def test_unknown_fields_are_scanned_where_the_rules_say_so() -> None:
    treat = Rules(frozenset(), UnknownFields.TREAT, 30)
    parsed = parse(Endpoint.CHAT, treat, new={"a": [MAIL, 4155550132]}, temperature={"b": MAIL})
    assert texts(parsed) == ["new", "a", MAIL, "4155550132", "b", MAIL]


def test_accepted_media_pass_as_they_are_and_are_named() -> None:
    rules = Rules(frozenset({Media.IMAGE}), UnknownFields.REFUSE, 30)
    parsed = parse(
        Endpoint.CHAT,
        rules,
        messages=user([{"type": "image_url", "image_url": {"url": PNG}}]),
    )
    assert texts(parsed) == []
    assert parsed.media == {Media.IMAGE}


def test_the_address_of_accepted_media_is_text() -> None:
    rules = Rules(frozenset({Media.IMAGE}), UnknownFields.REFUSE, 30)
    url = "https://example.org/zoe.odegard.png"
    content = [{"type": "image_url", "image_url": {"url": url}}]
    assert texts(parse(Endpoint.CHAT, rules, messages=user(content))) == [url]


# Who speaks, and since when.


def named(raw: Any) -> str | None:
    return None if raw is None else reveal(raw)


USER_ID = '{"device_id":"d1","account_uuid":"a1","session_id":"s1"}'


@pytest.mark.parametrize(
    ("endpoint", "fields", "person", "conversation"),
    [
        (Endpoint.CHAT, {}, None, None),
        (Endpoint.CHAT, {"user": "u1"}, "u1", None),
        (Endpoint.CHAT, {"user": "u1", "safety_identifier": "s1"}, "s1", None),
        (Endpoint.CHAT, {"user": "", "metadata": {"user_id": "u2"}}, "u2", None),
        (Endpoint.CHAT, {"metadata": {"session_id": "s9"}}, None, "s9"),
        (Endpoint.RESPONSES, {"prompt_cache_key": "k1"}, None, "k1"),
        (Endpoint.MESSAGES, {"metadata": {"user_id": "u3"}}, "u3", None),
        (Endpoint.MESSAGES, {"metadata": {"user_id": USER_ID}}, "a1", "s1"),
        (
            Endpoint.MESSAGES,
            {"metadata": {"user_id": '{"device_id":"d1","account_uuid":"","session_id":"s1"}'}},
            "d1",
            "s1",
        ),
        (Endpoint.MESSAGES, {"metadata": {"user_id": '{"x":1}'}}, '{"x":1}', None),
        (Endpoint.MESSAGES, {"metadata": {"user_id": "12345"}}, "12345", None),
        (Endpoint.MESSAGES, {"metadata": {"user_id": None}}, None, None),
        (Endpoint.MESSAGES, {"metadata": None}, None, None),
        (
            Endpoint.MESSAGES,
            {"metadata": {"user_id": "user_ab12_account_c3_session_d4-e5"}},
            "user_ab12_account_c3",
            "d4-e5",
        ),
    ],
)
def test_a_body_names_its_person_and_conversation(
    endpoint: Endpoint, fields: dict[str, Any], person: str | None, conversation: str | None
) -> None:
    parsed = parse(endpoint, **fields)
    assert (named(parsed.person), named(parsed.conversation)) == (person, conversation)


def test_every_part_of_an_account_is_an_account() -> None:
    parsed = parse(Endpoint.MESSAGES, metadata={"user_id": USER_ID})
    accounts = [reveal(leaf.raw) for leaf in parsed.leaves if leaf.slot is Slot.ACCOUNT]
    assert accounts == ["d1", "a1", "s1"]


@pytest.mark.parametrize(
    ("endpoint", "fields", "opening"),
    [
        (Endpoint.CHAT, {"messages": [{"role": "system", "content": "s"}, *user("hi")]}, "hi"),
        (Endpoint.CHAT, {"messages": user([{"type": "text", "text": "hi"}])}, "hi"),
        (Endpoint.CHAT, {"messages": user([{"type": "text"}, "hi"])}, "hi"),
        (Endpoint.CHAT, {"messages": [{"role": "system", "content": "s"}]}, "s"),
        (Endpoint.CHAT, {"messages": [None, {"role": "user"}]}, ""),
        (Endpoint.CHAT, {}, ""),
        (Endpoint.RESPONSES, {"input": "hi"}, "hi"),
        (Endpoint.EMBEDDINGS, {"input": ["hi", "there"]}, "hi"),
    ],
)
def test_the_opening_is_the_first_text_of_the_person(
    endpoint: Endpoint, fields: dict[str, Any], opening: str
) -> None:
    assert reveal(parse(endpoint, **fields).opening) == opening


@pytest.mark.parametrize(
    ("endpoint", "fields", "fresh"),
    [
        (Endpoint.CHAT, {"user": "u", "messages": user("a"), "stop": "z"}, ["a"]),
        (
            Endpoint.CHAT,
            {
                "messages": [*user("a"), {"role": "assistant", "content": "b"}, *user("c")],
                "metadata": {"x": "z"},
            },
            ["c"],
        ),
        (Endpoint.CHAT, {"messages": [*user("a"), {"role": "assistant", "content": "b"}]}, []),
        (Endpoint.CHAT, {"messages": [], "stop": "z"}, ["z"]),
        (Endpoint.RESPONSES, {"instructions": "i", "input": "a"}, ["a"]),
        (
            Endpoint.RESPONSES,
            {
                "input": [
                    *user("a"),
                    {"type": "function_call", "arguments": "b"},
                    {"type": "function_call_output", "output": "c"},
                ]
            },
            ["c"],
        ),
        (
            Endpoint.MESSAGES,
            {
                "messages": [*user("a"), {"role": "assistant", "content": "b"}, *user("c")],
                "system": "s",
            },
            ["c"],
        ),
    ],
)
def test_the_newest_turn_is_what_comes_after_the_model(
    endpoint: Endpoint, fields: dict[str, Any], fresh: list[str]
) -> None:
    parsed = parse(endpoint, **fields)
    assert texts(parsed)[parsed.fresh_from : parsed.fresh_to] == fresh


@pytest.mark.parametrize(
    ("fields", "model", "stream"),
    [
        ({"model": "gpt-4o", "stream": True}, "gpt-4o", True),
        ({"model": MAIL, "stream": "true"}, "", False),
        ({"model": 7}, "", False),
    ],
)
def test_only_the_name_of_a_model_is_told(
    fields: dict[str, Any], model: str, *, stream: bool
) -> None:
    parsed = parse(Endpoint.CHAT, **fields)
    assert (parsed.model, parsed.stream) == (model, stream)


def test_an_endpoint_without_a_body_takes_no_fields() -> None:
    assert texts(read(Endpoint.OPENAI_MODELS, RawBody(b"{}"), STRICT)) == []
    with pytest.raises(UnknownField):
        read(Endpoint.ANTHROPIC_MODELS, RawBody(b'{"a":"b"}'), STRICT)


def test_there_must_be_one_text_for_each_leaf() -> None:
    with pytest.raises(ValueError, match="zip"):
        parse(Endpoint.CHAT, messages=user("a")).rebuild([])


# What the person says.


def spoken(endpoint: Endpoint, **fields: Any) -> list[str]:
    return [reveal(leaf.raw) for leaf in parse(endpoint, **fields).said]


def test_only_the_persons_own_newest_turns_are_what_they_say() -> None:
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "from a tool"}
    turns = [
        *user("before"),
        {"role": "assistant", "content": "answer"},
        {"role": "user", "content": [result, {"type": "text", "text": "beside it"}]},
        *user("now"),
    ]
    assert spoken(Endpoint.MESSAGES, max_tokens=9, system="rules", messages=turns) == ["now"]


def test_what_an_operator_or_a_tool_says_is_not_the_persons() -> None:
    turns = [
        {"role": "system", "content": "rules"},
        *user("now"),
        {"role": "tool", "tool_call_id": "call_1", "content": "from a tool"},
    ]
    assert spoken(Endpoint.CHAT, messages=turns) == ["now"]
