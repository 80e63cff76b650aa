"""Which headers and queries pass: those with a closed form, and no others."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import BadBody, UnknownField, UnsupportedEncoding
from privity.gateway.headers import (
    check_encoding,
    check_path,
    check_query,
    inbound_headers,
    outbound_headers,
    read_headers,
)

PRIVATE = {
    "cookie": "session=1",
    "user-agent": "Margaret's phone",
    "x-claude-code-session-id": "6f1c",
    "session-id": "6f1c",
    "x-privity-person": "margaret",
    "x-forwarded-for": "192.0.2.7",
    "referer": "https://example.org/margaret",
    "x-stainless-os": "Linux",
    "x-app": "cli",
    "accept-language": "de-CH",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}


def test_what_is_not_listed_stays_here() -> None:
    assert outbound_headers(PRIVATE, own_key=True) == ()


def test_version_and_flags_pass_as_they_are() -> None:
    given = {"anthropic-version": "2023-06-01", "anthropic-beta": "tools-2024-04-04,x-1"}
    assert dict(outbound_headers(given, own_key=False)) == given


def test_a_listed_header_with_another_form_stays_here() -> None:
    given = {"anthropic-beta": "write to margaret@example.org", "idempotency-key": "a b"}
    assert outbound_headers(given, own_key=False) == ()


@pytest.mark.parametrize(
    "flags",
    ["max-tokens-3-5-sonnet-2024-07-15, context-1m-2025-08-07", "responses_websockets=2026-02-06"],
)
def test_flags_with_dates_pass(flags: str) -> None:
    given = {"openai-beta": flags}
    assert dict(outbound_headers(given, own_key=False)) == given


@pytest.mark.parametrize(
    "key",
    [
        "6f1c1f0e-9a4b-4a53-8d27-0a4f5f1e2b3c",
        "stainless-python-retry-6f1c1f0e-9a4b-4a53-8d27-0a4f5f1e2b3c",
        "0af7651916cd43dd8448eb211c80319c",
    ],
)
def test_a_random_idempotency_key_passes(key: str) -> None:
    given = {"idempotency-key": key}
    assert dict(outbound_headers(given, own_key=False)) == given


@pytest.mark.parametrize("key", ["refund-margaret-okafor", "margaret.okafor", "4155550132"])
def test_an_idempotency_key_that_somebody_made_up_stays_here(key: str) -> None:
    assert outbound_headers({"idempotency-key": key}, own_key=True) == ()


@pytest.mark.parametrize("name", ["anthropic-beta", "openai-beta", "anthropic-version"])
def test_a_flag_with_a_long_number_stays_here(name: str) -> None:
    assert outbound_headers({name: "x-1,call-415-555-0132"}, own_key=True) == ()


@pytest.mark.parametrize("name", ["authorization", "x-api-key", "openai-organization"])
def test_the_clients_credentials_pass_only_where_they_are_meant_to(name: str) -> None:
    given = {name: "org-1"}
    assert dict(outbound_headers(given, own_key=True)) == given
    assert outbound_headers(given, own_key=False) == ()


@pytest.mark.parametrize(
    "name", ["authorization", "content-type", "content-length", "host", "x-privity-person"]
)
def test_a_header_that_decides_is_there_once(name: str) -> None:
    with pytest.raises(BadBody):
        read_headers([(name.encode(), b"a"), (name.encode(), b"b")])


def test_flags_in_two_headers_are_joined() -> None:
    given = [(b"anthropic-beta", b"a-1"), (b"anthropic-beta", b"b-2")]
    assert read_headers(given) == {"anthropic-beta": "a-1, b-2"}
    assert outbound_headers(read_headers(given), own_key=False)


def test_what_clients_need_of_an_answer_goes_back() -> None:
    given = [
        ("Content-Type", "text/event-stream; charset=utf-8"),
        ("x-request-id", "req_1"),
        ("retry-after", "20"),
        ("anthropic-ratelimit-requests-remaining", "3"),
        ("x-ratelimit-reset-tokens", "6m0s"),
        ("openai-processing-ms", "12"),
    ]
    assert dict(inbound_headers(given)) == {name.lower(): value for name, value in given}


@pytest.mark.parametrize(
    "name",
    ["set-cookie", "content-length", "content-encoding", "server", "cf-ray", "location", "date"],
)
def test_what_clients_do_not_need_of_an_answer_does_not_go_back(name: str) -> None:
    assert inbound_headers([(name, "1")]) == ()


@pytest.mark.parametrize("kind", ["application/json", 'application/json; charset="UTF-8"'])
def test_json_in_utf_8_is_read(kind: str) -> None:
    check_encoding({"content-type": kind})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/json", "content-encoding": "identity, gzip"},
    ],
)
def test_anything_else_is_not_read(headers: dict[str, str]) -> None:
    with pytest.raises(UnsupportedEncoding):
        check_encoding(headers)


@pytest.mark.parametrize("query", [b"", b"beta=true", b"limit=20&order=desc&after=model-1"])
def test_a_known_query_passes_as_it_is(query: bytes) -> None:
    assert check_query(query) == query.decode()


@pytest.mark.parametrize(
    "query",
    [
        b"user=margaret",
        b"beta=margaret%40example.org",
        b"limit=1e9",
        b"after=a%20b",
        b"beta",
        b"\xff=1",
        b"beta=true;x=1",
        b"after=4155550132",
    ],
)
def test_a_query_that_could_hold_text_is_refused(query: bytes) -> None:
    with pytest.raises(UnknownField) as caught:
        check_query(query)
    assert "margaret" not in caught.value.detail


@given(st.binary(max_size=40))
def test_no_query_passes_with_anything_but_words(query: bytes) -> None:
    try:
        passed = check_query(query)
    except UnknownField:
        return
    assert re.fullmatch(r"[A-Za-z0-9._=&-]*", passed)


@pytest.mark.parametrize(
    "path",
    ["/v1/models", "/v1/models/gpt-4o-2024-08-06", "/v1/models/ft:a:org::id"],
)
def test_a_models_name_passes(path: str) -> None:
    check_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/models/margaret@example.org",
        "/v1/models/a b",
        "/v1/models/../files",
        "/v1/models/4155550132",
    ],
)
def test_a_path_that_could_hold_text_is_refused(path: str) -> None:
    with pytest.raises(UnknownField):
        check_path(path)
