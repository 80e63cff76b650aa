"""Every position of every endpoint, plain and streamed: nothing leaves, everything comes back."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from privity.prove.positions import CHAT, EMBEDDINGS, MESSAGES, STREAMED, Position, positions
from privity.prove.said import said
from tests.system.conftest import make_home, serving

VALUES = (
    "tom.becker@example.org",
    "+49 30 90182650",
    "5500 0055 5555 5559",
    "DE89 3704 0044 0532 0130 00",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
)
EMAIL, PHONE, CARD, BANK, TOKEN = VALUES
TEXT = (
    f"Please write to {EMAIL} or call {PHONE}. I paid with the card {CARD}, and the money goes to "
    f"my account {BANK}. The access token is {TOKEN}. Zoë says “thanks” 😀."
)
CASES = [
    pytest.param(p, stream, id=f"{p.path[4:]}-{p.name}-{'stream' if stream else 'plain'}")
    for p in positions()
    for stream in ((False, True) if p.path in STREAMED else (False,))
]
TOKENS = re.compile(r"\[[A-Z]+_[a-z0-9]{6}\]")


@pytest.mark.parametrize(("position", "stream"), CASES)
def test_nothing_planted_leaves(gateway, provider, position: Position, stream: bool) -> None:
    body = position.request(TEXT, "standin-echo", stream=stream)
    answer = gateway.post(position.path, body)
    assert answer.status == 200, answer.body
    received = provider.received()
    assert [value for value in VALUES if value in received] == []
    if position.comes_back:
        assert said(answer.body) == TEXT


RETURNING = [case for case in CASES if case.values[0].comes_back]


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize(("position", "stream"), [c for c in RETURNING if c.values[1]])
def test_a_stream_cut_anywhere_comes_back(
    gateway, provider, position: Position, stream: bool, size: int
) -> None:
    body = position.request(TEXT, "standin-echo", stream=stream)
    with provider.behaving(split_bytes=size):
        assert said(gateway.post(position.path, body).body) == TEXT


@pytest.mark.parametrize("position", [c.values[0] for c in RETURNING if c.values[1]])
def test_a_body_without_findings_passes_byte_for_byte(
    gateway, provider, position: Position
) -> None:
    body = position.request("Nothing to hide here: 1 + 1 = 2.", "standin-echo", stream=False)
    spaced = body.replace(b'":', b'" :  ').replace(b',"', b' ,\n"')
    assert gateway.post(position.path, spaced).status == 200
    assert provider.last().body == spaced


def chat(*texts: str) -> bytes:
    turns = [{"role": "user", "content": text} for text in texts]
    return json.dumps({"model": "standin-echo", "messages": turns}).encode()


def masked(provider) -> list[str]:
    return [turn["content"] for turn in json.loads(provider.last().body)["messages"]]


def test_one_value_in_two_turns_is_one_code(gateway, provider) -> None:
    gateway.post(CHAT, chat(f"I am {EMAIL}."))
    (first,) = masked(provider)
    gateway.post(CHAT, chat(f"I am {EMAIL}.", "And also anna.lind@example.org.", f"Use {EMAIL}."))
    again, other, last = masked(provider)
    assert again == first
    assert TOKENS.findall(first) == TOKENS.findall(last) != TOKENS.findall(other)


def test_two_values_never_share_a_code(gateway, provider) -> None:
    texts = [f"Write to person{n}@example.org." for n in range(200)]
    gateway.post(CHAT, chat(*texts))
    codes = [code for text in masked(provider) for code in TOKENS.findall(text)]
    assert len(codes) == len(set(codes)) == 200


def test_a_code_that_the_person_never_got_stays_as_it_is(gateway, provider) -> None:
    gateway.post(CHAT, chat(f"I am {EMAIL}."))
    (code,) = TOKENS.findall(masked(provider)[0])
    answer = gateway.post(CHAT, chat(f"Someone else wrote {code}."))
    assert EMAIL.encode() not in answer.body


@pytest.mark.parametrize("stream", [False, True])
def test_people_at_the_same_time_never_cross(gateway, stream: bool) -> None:
    def talk(person: int) -> tuple[str, str]:
        text = f"I am person{person}@example.org, call me on +1 415-736-{person:04}."
        body = json.dumps(
            {
                "model": "standin-echo",
                "messages": [{"role": "user", "content": text}],
                "stream": stream,
            }
        )
        return text, said(gateway.post(CHAT, body.encode()).body)

    with ThreadPoolExecutor(16) as pool:
        for sent, back in pool.map(talk, range(100)):
            assert back == sent


def test_a_large_agent_request_comes_back(gateway) -> None:
    blocks = [{"type": "text", "text": f"{n}: ask person{n}@example.org. " * 20} for n in range(40)]
    turns = [{"role": "user", "content": blocks}]
    body = json.dumps({"model": "standin-echo", "max_tokens": 9, "messages": turns}).encode()
    assert said(gateway.post(MESSAGES, body).body) == "".join(b["text"] for b in blocks)


def test_an_embedding_of_the_same_words_has_the_same_code(gateway, provider) -> None:
    body = json.dumps({"model": "standin-embed", "input": [EMAIL, f"Write to {EMAIL}"]}).encode()
    gateway.post(EMBEDDINGS, body)
    first, second = json.loads(provider.last().body)["input"]
    assert first in second


def turns(path: str, count: int) -> bytes:
    said_by = ("user", "assistant")
    spoken = [
        {"role": said_by[n % 2], "content": f"{n}: ask person{n}@example.org or {EMAIL}."}
        for n in range(2 * count - 1)
    ]
    head = {"model": "standin-fixed", "max_tokens": 9, "stream": False}
    return json.dumps({**head, "messages": spoken}).encode()


@pytest.mark.parametrize("path", [CHAT, MESSAGES])
def test_the_masked_beginning_stays_byte_equal_over_turns_and_restarts(
    provider, tmp_path, path: str
) -> None:
    home = make_home(tmp_path / "home", provider.url)
    with serving(home, tmp_path / "log") as gateway:
        gateway.post(path, turns(path, 1))
        gateway.post(path, turns(path, 2))
    with serving(home, tmp_path / "log") as gateway:
        gateway.post(path, turns(path, 3))
    first, second, third = (seen.body.removesuffix(b"]}") for seen in provider.seen())
    assert third.startswith(second)
    assert second.startswith(first)
    assert EMAIL.encode() not in third
