"""The official OpenAI SDK through a running server: it notices nothing but its own words."""

import json

import openai
import pytest

EMAIL = "margaret.okafor@example.org"
PHONE = "+1 415-736-0132"
CARD = "4111 1111 1111 1111"
TEXT = f"Write to {EMAIL} or call {PHONE}. I paid with the card {CARD}."
PLANTED = (EMAIL, PHONE, CARD)
TURN = {"role": "user", "content": TEXT}
RUN = {
    "type": "function",
    "function": {
        "name": "run",
        "description": "Runs a command.",
        "parameters": {"type": "object", "properties": {"command": {"type": "string"}}},
    },
}


@pytest.fixture(autouse=True)
def nothing_planted_reaches_the_provider(provider):
    yield
    assert provider.seen()
    assert [value for value in PLANTED if value in provider.received()] == []


def test_a_chat_comes_back_in_its_own_words(openai_client) -> None:
    answer = openai_client.chat.completions.create(model="standin-echo", messages=[TURN])
    assert answer.choices[0].message.content == TEXT


def test_a_streamed_chat_comes_back_in_its_own_words(openai_client) -> None:
    stream = openai_client.chat.completions.create(
        model="standin-echo",
        messages=[TURN],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == TEXT
    assert chunks[-1].usage.total_tokens > 0


def test_a_tool_is_called_with_the_real_value(openai_client) -> None:
    answer = openai_client.chat.completions.create(
        model="standin-tool", messages=[TURN], tools=[RUN]
    )
    call = answer.choices[0].message.tool_calls[0]
    assert json.loads(call.function.arguments) == {"command": TEXT}


def test_a_tool_is_called_with_the_real_value_in_a_stream(openai_client) -> None:
    with openai_client.chat.completions.stream(
        model="standin-tool", messages=[TURN], tools=[RUN]
    ) as stream:
        call = stream.get_final_completion().choices[0].message.tool_calls[0]
    assert json.loads(call.function.arguments) == {"command": TEXT}


def test_a_whole_round_with_a_tool_keeps_the_words(openai_client) -> None:
    called = openai_client.chat.completions.create(
        model="standin-tool", messages=[TURN], tools=[RUN]
    )
    message = called.choices[0].message
    result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": f"ok {EMAIL}"}
    answer = openai_client.chat.completions.create(
        model="standin-tool",
        messages=[TURN, message.model_dump(exclude_none=True), result],
        tools=[RUN],
    )
    assert answer.choices[0].message.content == f"Tool said: ok {EMAIL}"


def test_a_response_comes_back_in_its_own_words(openai_client) -> None:
    answer = openai_client.responses.create(
        model="standin-echo", input=TEXT, instructions=f"Help {EMAIL}."
    )
    assert answer.output_text == TEXT


def test_a_streamed_response_comes_back_in_its_own_words(openai_client) -> None:
    with openai_client.responses.stream(model="standin-echo", input=TEXT) as stream:
        deltas = [e.delta for e in stream if e.type == "response.output_text.delta"]
        assert stream.get_final_response().output_text == TEXT
    assert "".join(deltas) == TEXT


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_calls_a_tool_with_the_real_value(openai_client, stream: bool) -> None:
    tool = {"type": "function", **RUN["function"], "strict": False}
    asked = {"model": "standin-tool", "input": TEXT, "tools": [tool]}
    if stream:
        with openai_client.responses.stream(**asked) as events:
            answer = events.get_final_response()
    else:
        answer = openai_client.responses.create(**asked)
    assert json.loads(answer.output[0].arguments) == {"command": TEXT}


def test_embeddings_are_made_of_minimized_text(openai_client) -> None:
    answer = openai_client.embeddings.create(model="standin-embed", input=["one", TEXT])
    assert len(answer.data) == 2
    assert all(len(row.embedding) == 4 for row in answer.data)


def test_models_can_be_listed_and_named(openai_client) -> None:
    names = [model.id for model in openai_client.models.list()]
    assert openai_client.models.retrieve(names[0]).id == names[0]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("standin-400", openai.BadRequestError),
        ("standin-429", openai.RateLimitError),
        ("standin-500", openai.InternalServerError),
    ],
)
def test_an_error_of_the_provider_stays_that_error(
    openai_client, model: str, kind: type[openai.APIStatusError], stream: bool
) -> None:
    with pytest.raises(kind) as caught:
        openai_client.chat.completions.create(model=model, messages=[TURN], stream=stream)
    assert EMAIL in caught.value.message


def test_how_long_to_wait_is_passed_on(openai_client) -> None:
    with pytest.raises(openai.RateLimitError) as caught:
        openai_client.chat.completions.create(model="standin-429", messages=[TURN])
    assert caught.value.response.headers["retry-after"] == "1"


def test_an_answer_that_breaks_off_is_an_error(openai_client) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        openai_client.chat.completions.create(model="standin-cut", messages=[TURN])
    assert caught.value.code == "upstream_unavailable"


def test_a_stream_that_breaks_off_is_an_error(openai_client) -> None:
    stream = openai_client.chat.completions.create(
        model="standin-cut", messages=[TURN], stream=True
    )
    with pytest.raises(openai.APIError) as caught:
        list(stream)
    assert caught.value.code == "upstream_unavailable"


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_nobody_can_read_never_looks_like_one(openai_client, stream: bool) -> None:
    with pytest.raises((openai.APIError, ValueError)):
        list(
            openai_client.chat.completions.create(
                model="standin-garbage", messages=[TURN], stream=stream
            )
        )
