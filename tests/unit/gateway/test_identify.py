"""Who speaks is known by references that no two applications share."""

from datetime import UTC, datetime

import orjson
import pytest

from privity.access.app_keys import App, Apps, app_name, hash_key, new_key
from privity.errors import BadInput, Unauthenticated
from privity.gateway.identify import LOCAL_CALLER, Caller, caller, speaker
from privity.gateway.wire.endpoint import Endpoint
from privity.gateway.wire.read import Parsed, Rules, read
from privity.model.text import RawBody
from privity.model.words import AppId, Purpose, UnknownFields

KEY = new_key(bytes(range(32)))
APP = App(AppId("helpdesk"), Purpose.ASSIST, hash_key(KEY), datetime(2026, 1, 1, tzinfo=UTC))
APPS = Apps([APP])
HERE = {"host": "127.0.0.1:8484"}
SECRET = b"k" * 32


def parsed(text: str = "Hello", **more: object) -> Parsed:
    body = {"model": "m", "messages": [{"role": "user", "content": text}], **more}
    rules = Rules(frozenset(), UnknownFields.REFUSE, 64)
    return read(Endpoint.CHAT, RawBody(orjson.dumps(body)), rules)


def said(who: Caller = LOCAL_CALLER, headers: dict[str, str] | None = None, **more: object):
    return speaker(who, headers or {}, parsed(**more), SECRET)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8484", "[::1]:8484", "LOCALHOST"])
def test_on_loopback_nobody_needs_a_key(host: str) -> None:
    assert caller({"host": host}, APPS, local=True) == LOCAL_CALLER


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:8484"},
        {**HERE, "origin": "https://evil.example"},
        {**HERE, "x-forwarded-for": "192.0.2.7"},
        {**HERE, "forwarded": "for=192.0.2.7"},
    ],
)
def test_who_speaks_for_someone_elsewhere_is_not_local(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        caller(headers, APPS, local=True)


def test_a_page_of_this_machine_is_local() -> None:
    headers = {**HERE, "origin": "http://127.0.0.1:8484"}
    assert caller(headers, APPS, local=True) == LOCAL_CALLER


@pytest.mark.parametrize("headers", [{"authorization": f"Bearer {KEY}"}, {"x-api-key": KEY}])
@pytest.mark.parametrize("local", [True, False])
def test_a_key_names_its_application(headers: dict[str, str], *, local: bool) -> None:
    assert caller({**HERE, **headers}, APPS, local=local) == Caller(
        APP.name, Purpose.ASSIST, local=False
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer sk-of-the-provider"},
        {"authorization": f"Basic {KEY}"},
        {"authorization": f"Bearer {KEY[:-1]}"},
        {"x-api-key": KEY.upper()},
        {"x-api-key": hash_key(KEY)},
    ],
)
def test_without_the_key_nobody_comes_in(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        caller({**HERE, **headers}, APPS, local=False)


def test_a_key_that_opens_nothing_is_not_taken_for_the_providers() -> None:
    with pytest.raises(Unauthenticated):
        caller({**HERE, "x-api-key": "pvt_unknown"}, APPS, local=True)


def test_two_applications_never_share_a_reference() -> None:
    other = Caller(AppId("shop"), Purpose.ASSIST, local=False)
    headers = {"x-privity-person": "margaret", "x-privity-conversation": "1"}
    here, there = said(headers=headers), said(other, headers)
    assert here.subject != there.subject
    assert here.conversation != there.conversation


@pytest.mark.parametrize("name", ["Jos\u00e9", "\u4f60\u597d", "plain"])
def test_a_name_is_the_same_in_a_header_and_in_a_body(name: str) -> None:
    on_the_wire = name.encode().decode("latin-1")
    assert said(headers={"x-privity-person": on_the_wire}).subject == said(user=name).subject


def test_two_people_who_begin_with_the_same_words_have_two_conversations() -> None:
    first, second = said(user="margaret"), said(user="tom")
    assert first.subject != second.subject
    assert first.conversation != second.conversation


def test_a_conversation_is_the_same_in_its_next_turn() -> None:
    first = said()
    body = {
        "model": "m",
        "messages": [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Yes?"},
            {"role": "user", "content": "It is me again."},
        ],
    }
    rules = Rules(frozenset(), UnknownFields.REFUSE, 64)
    again = read(Endpoint.CHAT, RawBody(orjson.dumps(body)), rules)
    assert speaker(LOCAL_CALLER, {}, again, SECRET) == first


def test_a_header_names_the_conversation_before_the_body_does() -> None:
    headers = {"x-claude-code-session-id": "6f1c"}
    assert (
        said(headers=headers).conversation
        == said(headers=headers, prompt_cache_key="other").conversation
    )
    assert said(prompt_cache_key="other").conversation != said().conversation


def test_our_own_header_is_believed_first() -> None:
    both = {"session-id": "a", "x-privity-conversation": "b"}
    assert said(headers=both) == said(headers={"x-privity-conversation": "b"})


def test_references_say_nothing_without_the_key() -> None:
    other = speaker(LOCAL_CALLER, {}, parsed(), b"x" * 32)
    assert other.conversation != said().conversation
    assert len(other.conversation) == 32


@pytest.mark.parametrize("name", ["", "Local", "local", "a" * 41, "a b", "margaret@example.org"])
def test_an_application_has_a_plain_name(name: str) -> None:
    with pytest.raises(BadInput):
        app_name(name)
