"""The official Anthropic SDK through a running server: it notices nothing but its own words."""

import json

import anthropic
import pytest

EMAIL = "margaret.okafor@example.org"
PHONE = "+1 415-736-0132"
CARD = "4111 1111 1111 1111"
TEXT = f"Write to {EMAIL} or call {PHONE}. I paid with the card {CARD}."
PLANTED = (EMAIL, PHONE, CARD)
TURN = {"role": "user", "content": TEXT}
ASKED = {"max_tokens": 64, "messages": [TURN]}
RUN = {
    "name": "run",
    "description": "Runs a command.",
    "input_schema": {"type": "object", "properties": {"command": {"type": "string"}}},
}


@pytest.fixture(autouse=True)
def nothing_planted_reaches_the_provider(provider):
    yield
    assert provider.seen()
    assert [value for value in PLANTED if value in provider.received()] == []


def test_a_message_comes_back_in_its_own_words(anthropic_client) -> None:
    answer = anthropic_client.messages.create(
        model="standin-echo", system=f"You help {EMAIL}.", **ASKED
    )
    assert answer.content[0].text == TEXT


def test_a_streamed_message_comes_back_in_its_own_words(anthropic_client) -> None:
    with anthropic_client.messages.stream(model="standin-echo", **ASKED) as stream:
        pieces = list(stream.text_stream)
        assert stream.get_final_text() == TEXT
    assert "".join(pieces) == TEXT


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_with_the_real_value(anthropic_client, stream: bool) -> None:
    asked = {"model": "standin-tool", "tools": [RUN], **ASKED}
    if stream:
        with anthropic_client.messages.stream(**asked) as events:
            answer = events.get_final_message()
    else:
        answer = anthropic_client.messages.create(**asked)
    assert answer.content[0].input == {"command": TEXT}


def test_a_whole_round_with_a_tool_keeps_the_words(anthropic_client) -> None:
    called = anthropic_client.messages.create(model="standin-tool", tools=[RUN], **ASKED)
    use = called.content[0]
    result = {"type": "tool_result", "tool_use_id": use.id, "content": f"ok {EMAIL}"}
    answer = anthropic_client.messages.create(
        model="standin-tool",
        max_tokens=64,
        tools=[RUN],
        messages=[
            TURN,
            {"role": "assistant", "content": [use.model_dump(exclude_none=True)]},
            {"role": "user", "content": [result]},
        ],
    )
    assert answer.content[0].text == f"Tool said: ok {EMAIL}"


def test_tokens_are_counted_on_minimized_text(anthropic_client) -> None:
    counted = anthropic_client.messages.count_tokens(model="standin-echo", messages=[TURN])
    assert counted.input_tokens > 0


def test_models_can_be_listed_and_named(anthropic_client) -> None:
    names = [model.id for model in anthropic_client.models.list()]
    assert anthropic_client.models.retrieve(names[0]).id == names[0]


def test_headers_of_the_protocol_pass_and_the_clients_own_do_not(
    anthropic_client, provider
) -> None:
    passing = {"anthropic-beta": "context-1m-2025-08-07", "anthropic-version": "2023-06-01"}
    headers = {**passing, "x-own": "secret"}
    anthropic_client.messages.create(model="standin-echo", extra_headers=headers, **ASKED)
    sent = provider.last().headers
    assert {name: sent[name] for name in passing} == passing
    assert sent["authorization"] == "Bearer own-key"
    assert "x-own" not in sent


def test_an_account_in_the_metadata_leaves_as_a_code(anthropic_client, provider) -> None:
    account = json.dumps({"device_id": "d" * 40, "account_uuid": "", "session_id": "s-1"})
    anthropic_client.messages.create(model="standin-echo", metadata={"user_id": account}, **ASKED)
    assert "d" * 40 not in provider.received()


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("standin-400", anthropic.BadRequestError),
        ("standin-429", anthropic.RateLimitError),
        ("standin-500", anthropic.InternalServerError),
    ],
)
def test_an_error_of_the_provider_stays_that_error(
    anthropic_client, model: str, kind: type[anthropic.APIStatusError], stream: bool
) -> None:
    with pytest.raises(kind) as caught:
        anthropic_client.messages.create(model=model, stream=stream, **ASKED)
    assert EMAIL in caught.value.message


def test_an_answer_that_breaks_off_is_an_error(anthropic_client) -> None:
    with pytest.raises(anthropic.APIStatusError) as caught:
        anthropic_client.messages.create(model="standin-cut", **ASKED)
    assert "upstream_unavailable" in caught.value.message


def test_a_stream_that_breaks_off_is_an_error(anthropic_client) -> None:
    with (
        anthropic_client.messages.stream(model="standin-cut", **ASKED) as stream,
        pytest.raises(anthropic.APIStatusError) as caught,
    ):
        stream.get_final_message()
    assert "upstream_unavailable" in caught.value.message


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_nobody_can_read_never_looks_like_one(
    anthropic_client, stream: bool
) -> None:
    with pytest.raises((anthropic.APIError, ValueError)):
        list(anthropic_client.messages.create(model="standin-garbage", stream=stream, **ASKED))
