"""The stand-in, spoken to directly: what it promises to the tests that lean on it."""

import asyncio
import json

import aiohttp
import pytest

from privity.adapters.standin import Behavior, Mode, Standin, start
from privity.adapters.standin.behavior import mode_of
from privity.prove.positions import CHAT, MESSAGES, RESPONSES, STREAMED, positions
from privity.prove.said import said

TEXT = "Zoë says “hi” 😀, twice."
REPEATED = [p for p in positions() if p.comes_back]


def ask(
    behavior: Behavior, path: str, body: bytes | None, method: str = "POST"
) -> tuple[int, bytes, Standin]:
    async def talk() -> tuple[int, bytes, Standin]:
        standin = await start(behavior)
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.request(method, standin.url + path, data=body) as answer,
            ):
                return answer.status, await answer.read(), standin
        finally:
            await standin.close()

    return asyncio.run(talk())


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("position", REPEATED, ids=lambda p: f"{p.path[4:]}-{p.name}")
def test_it_repeats_the_last_user_message(position, stream: bool) -> None:
    body = position.request(TEXT, "standin-echo", stream=stream)
    _, answer, _ = ask(Behavior(chunk_chars=2), position.path, body)
    assert said(answer) == TEXT


@pytest.mark.parametrize("position", REPEATED, ids=lambda p: f"{p.path[4:]}-{p.name}")
def test_a_stream_may_be_cut_inside_a_character(position) -> None:
    body = position.request(TEXT, "standin-echo", stream=True)
    _, answer, _ = ask(Behavior(split_bytes=1), position.path, body)
    assert said(answer) == TEXT


@pytest.mark.parametrize("position", list(positions()), ids=lambda p: f"{p.path[4:]}-{p.name}")
def test_it_remembers_what_it_received(position) -> None:
    body = position.request(TEXT, "standin-fixed", stream=False)
    status, _, standin = ask(Behavior(record=5), position.path, body)
    assert status == 200
    assert [seen.body for seen in standin.seen] == [body]


@pytest.mark.parametrize("path", STREAMED)
@pytest.mark.parametrize("status", [400, 429, 500])
def test_it_fails_on_demand(path: str, status: int) -> None:
    body = next(p for p in REPEATED if p.path == path).request("no", "echo", stream=False)
    found, answer, _ = ask(Behavior(mode=Mode(str(status))), path, body)
    assert found == status
    assert "you said: no" in json.loads(answer)["error"]["message"]


@pytest.mark.parametrize("stream", [False, True])
def test_it_breaks_off_on_demand(stream: bool) -> None:
    body = REPEATED[0].request(TEXT, "standin-cut", stream=stream)
    with pytest.raises(aiohttp.ClientError):
        ask(Behavior(), CHAT, body)


def test_it_plays_a_script_with_the_codes_it_was_given() -> None:
    behavior = Behavior(mode=Mode.SCRIPT, script=("I wrote to {EMAIL} and {PHONE}.",))
    body = REPEATED[0].request("I am [EMAIL_k7f3q9].", "any", stream=False)
    _, answer, _ = ask(behavior, CHAT, body)
    assert said(answer) == "I wrote to [EMAIL_k7f3q9] and the phone."


def test_a_body_that_is_no_object_is_refused() -> None:
    assert ask(Behavior(), RESPONSES, b"[1]")[0] == 400
    assert ask(Behavior(), MESSAGES, b"{")[0] == 400


def test_an_endpoint_it_does_not_have_is_not_found() -> None:
    assert ask(Behavior(), "/v1/files", b"{}")[0] == 404


def test_a_model_name_chooses_how_it_answers() -> None:
    assert mode_of("openai/standin-tool", Mode.ECHO) is Mode.TOOL
    assert mode_of("gpt-5", Mode.ECHO) is Mode.ECHO
    assert mode_of("standin-unknown", Mode.FIXED) is Mode.FIXED
