"""What cannot be minimized is refused, in the shape that the client's library understands."""

import anthropic
import openai
import pytest

EMAIL = "margaret.okafor@example.org"
TURN = {"role": "user", "content": f"I am {EMAIL}."}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}}
IMAGE = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="},
}


@pytest.fixture(autouse=True)
def nothing_reaches_the_provider(provider):
    yield
    assert provider.seen() == []


def test_another_endpoint_of_openai_is_refused(openai_client) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        openai_client.completions.create(model="standin-echo", prompt=EMAIL)
    assert caught.value.code == "unknown_endpoint"


def test_another_endpoint_of_anthropic_is_refused(anthropic_client) -> None:
    with pytest.raises(anthropic.NotFoundError) as caught:
        anthropic_client.messages.batches.list()
    assert "unknown_endpoint" in str(caught.value)


def test_a_picture_is_refused_by_openais_shape(openai_client) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        openai_client.chat.completions.create(
            model="standin-echo", messages=[{"role": "user", "content": [PICTURE]}]
        )
    assert caught.value.code == "media_refused"


def test_a_picture_is_refused_by_anthropics_shape(anthropic_client) -> None:
    with pytest.raises(anthropic.BadRequestError) as caught:
        anthropic_client.messages.create(
            model="standin-echo", max_tokens=9, messages=[{"role": "user", "content": [IMAGE]}]
        )
    assert "media_refused" in str(caught.value)


@pytest.mark.parametrize("stream", [False, True])
def test_a_field_that_nobody_knows_is_refused(openai_client, stream: bool) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        openai_client.chat.completions.create(
            model="standin-echo",
            messages=[TURN],
            stream=stream,
            extra_body={"note_to_self": EMAIL},
        )
    assert caught.value.code == "unknown_field"
    assert EMAIL not in str(caught.value)


def test_a_conversation_kept_by_the_provider_is_refused(openai_client) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        openai_client.responses.create(
            model="standin-echo", input="Hello", previous_response_id="resp_1"
        )
    assert caught.value.code == "provider_state_refused"


def test_tokens_instead_of_text_are_refused(openai_client) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        openai_client.embeddings.create(model="standin-embed", input=[[1, 2, 3]])
    assert caught.value.code == "unscannable"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"model":"m","messages":[],"messages":[]}', b"duplicate_key"),
        (b'{"model":"m","messages":[{"role":"user","content":"a","content":"b"}]}', b"duplicate_"),
        (b'{"model":"m","messages":', b"bad_body"),
        (b'{"model":"m","messages":' + b"[" * 500 + b"]" * 500 + b"}", b"too_deep"),
        (b'{"model":"m","messages":[{"role":"user","content":"\xff"}]}', b"bad_body"),
    ],
)
def test_a_body_that_two_readers_could_read_differently_is_refused(
    gateway, body: bytes, code: bytes
) -> None:
    answer = gateway.post("/v1/chat/completions", body)
    assert answer.status == 400
    assert code in answer.body
