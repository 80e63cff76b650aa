"""Refusals as the client libraries understand them."""

import anthropic
import httpx
import httpx2
import openai
import orjson
import pytest

from privity.gateway.wire.endpoint import Provider
from privity.gateway.wire.refusal import refusal

STATUSES = [400, 401, 403, 404, 408, 413, 415, 500, 502, 503]


JSON = {"content-type": "application/json"}
EVENTS = {"content-type": "text/event-stream"}


def openai_client(status: int, content: bytes, headers: dict[str, str]) -> openai.OpenAI:
    response = httpx.Response(status, content=content, headers=headers)
    client = httpx.Client(transport=httpx.MockTransport(lambda _: response))
    return openai.OpenAI(api_key="k", base_url="http://t", max_retries=0, http_client=client)


def anthropic_client(status: int, content: bytes, headers: dict[str, str]) -> anthropic.Anthropic:
    response = httpx2.Response(status, content=content, headers=headers)
    client = httpx2.Client(transport=httpx2.MockTransport(lambda _: response))
    return anthropic.Anthropic(api_key="k", base_url="http://t", max_retries=0, http_client=client)


@pytest.mark.parametrize("status", STATUSES)
def test_openai_clients_see_code_and_message(status: int) -> None:
    content = refusal(Provider.OPENAI, status, "unknown_field", "Remove it.", stream=False)
    with (
        openai_client(status, content, JSON) as client,
        pytest.raises(openai.APIStatusError) as raised,
    ):
        client.chat.completions.create(model="m", messages=[])
    assert raised.value.status_code == status
    assert raised.value.code == "unknown_field"
    assert raised.value.body == {
        "message": "Remove it.",
        "type": raised.value.type,
        "param": None,
        "code": "unknown_field",
    }


@pytest.mark.parametrize("status", STATUSES)
def test_anthropic_clients_see_code_and_message(status: int) -> None:
    content = refusal(Provider.ANTHROPIC, status, "unknown_field", "Remove it.", stream=False)
    with (
        anthropic_client(status, content, JSON) as client,
        pytest.raises(anthropic.APIStatusError) as raised,
    ):
        client.messages.create(model="m", max_tokens=1, messages=[])
    assert raised.value.status_code == status
    assert isinstance(raised.value.body, dict)
    assert raised.value.body["type"] == "error"
    assert raised.value.body["error"]["message"] == "unknown_field: Remove it."


@pytest.mark.parametrize(
    ("provider", "status", "kind"),
    [
        (Provider.OPENAI, 400, "invalid_request_error"),
        (Provider.OPENAI, 401, "authentication_error"),
        (Provider.OPENAI, 503, "server_error"),
        (Provider.ANTHROPIC, 400, "invalid_request_error"),
        (Provider.ANTHROPIC, 413, "request_too_large"),
        (Provider.ANTHROPIC, 502, "api_error"),
        (Provider.ANTHROPIC, 503, "overloaded_error"),
    ],
)
def test_the_kind_of_error_follows_the_status(provider: Provider, status: int, kind: str) -> None:
    body = orjson.loads(refusal(provider, status, "c", "m", stream=False))
    assert body["error"]["type"] == kind


def test_a_chat_stream_that_breaks_off_raises_in_the_client() -> None:
    events = refusal(Provider.OPENAI, 502, "upstream_unavailable", "Try again.", stream=True)
    with openai_client(200, events, EVENTS) as client:
        stream = client.chat.completions.create(model="m", messages=[], stream=True)
        with pytest.raises(openai.APIError, match=r"Try again\."):
            list(stream)


def test_a_responses_stream_that_breaks_off_raises_in_the_client() -> None:
    events = refusal(Provider.OPENAI, 502, "upstream_unavailable", "Try again.", stream=True)
    with openai_client(200, events, EVENTS) as client:
        stream = client.responses.create(model="m", input="x", stream=True)
        with pytest.raises(openai.APIError, match=r"Try again\."):
            list(stream)


def test_a_messages_stream_that_breaks_off_raises_in_the_client() -> None:
    events = refusal(Provider.ANTHROPIC, 502, "upstream_unavailable", "Try again.", stream=True)
    with anthropic_client(200, events, EVENTS) as client:
        stream = client.messages.create(model="m", max_tokens=1, messages=[], stream=True)
        with pytest.raises(anthropic.APIStatusError, match=r"Try again\."):
            list(stream)


@pytest.mark.parametrize("provider", Provider)
def test_an_event_is_one_event_whatever_the_message_holds(provider: Provider) -> None:
    event = refusal(provider, 500, "internal", "two\n\nlines", stream=True)
    assert event.endswith(b"\n\n")
    assert event.count(b"\n\n") == 1
