"""A word of a payment provider, and a file, are believed only when they prove themselves."""

import asyncio
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from privity.adapters.cards import TOLERANCE, SignedCards
from privity.console.people.uploads import MOST, read_upload
from privity.errors import BadInput, FormRefused, TooLarge
from privity.rights.parental import ConsentId

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
CONSENT = ConsentId("0" * 31 + "1")
CARDS = SignedCards("https://pay.example/start?shop=1", lambda: "shared secret")
TOKEN = "the token of the page"
PDF = b"%PDF-1.7 signed"


def body(status: str = "charged", reference: str = CONSENT) -> bytes:
    return orjson.dumps({"reference": reference, "status": status})


def signature(sent: bytes, at: datetime = NOW, secret: bytes = b"shared secret") -> str:
    time = int(at.timestamp())
    signed = hmac.new(secret, f"{time}.".encode() + sent, hashlib.sha256).hexdigest()
    return f"t={time},v1={signed}"


@pytest.mark.parametrize(("status", "charged"), [("charged", True), ("failed", False)])
def test_a_signed_message_of_the_provider_is_believed(status: str, *, charged: bool) -> None:
    sent = body(status)
    assert CARDS.judged(sent, signature(sent), NOW) == (CONSENT, charged)


def test_the_page_of_the_provider_is_told_the_reference_alone() -> None:
    assert CARDS.link(CONSENT) == f"https://pay.example/start?shop=1&reference={CONSENT}"


@pytest.mark.parametrize(
    ("sent", "given_"),
    [
        (body(), ""),
        (body(), "t=1,v1=zz"),
        (body(), signature(body(), secret=b"guessed")),
        (body(), signature(body("failed"))),
        (body(), signature(body(), NOW - TOLERANCE - timedelta(seconds=1))),
        (body(), signature(body(), NOW + TOLERANCE + timedelta(seconds=1))),
        (body("maybe"), signature(body("maybe"))),
        (body(reference="../x"), signature(body(reference="../x"))),
        (b"[]", signature(b"[]")),
    ],
)
def test_any_other_message_is_refused(sent: bytes, given_: str) -> None:
    with pytest.raises(FormRefused):
        CARDS.judged(sent, given_, NOW)


@given(st.binary(max_size=60), st.text(max_size=80))
def test_nothing_made_up_is_believed(sent: bytes, given_: str) -> None:
    with pytest.raises(FormRefused):
        CARDS.judged(sent, given_, NOW)


def upload(file: bytes, token: str = TOKEN, **headers: str) -> bytes:
    parts = (
        b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n' + token.encode() + b"\r\n"
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + file + b"\r\n--b--\r\n"
    )
    given_ = {
        "content-type": "multipart/form-data; boundary=b",
        "host": "privacy.example.org",
        **headers,
    }
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/privacy/parent/form",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in given_.items()],
    }

    async def receive():
        return {"type": "http.request", "body": parts, "more_body": False}

    return asyncio.run(read_upload(Request(scope, receive), TOKEN))


def test_a_signed_form_is_read() -> None:
    assert upload(PDF) == PDF


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(BadInput):
        upload(b"<html><script>alert(1)</script>")


def test_a_form_without_the_token_of_its_page_is_refused() -> None:
    with pytest.raises(FormRefused):
        upload(PDF, "another token")


def test_a_form_of_another_site_is_refused() -> None:
    with pytest.raises(FormRefused):
        upload(PDF, origin="https://elsewhere.example")


def test_what_is_no_upload_is_refused() -> None:
    with pytest.raises(FormRefused):
        upload(PDF, **{"content-type": "multipart/form-data"})


def test_a_large_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(TooLarge):
        upload(PDF + bytes(MOST))


def test_a_file_up_to_the_limit_touches_no_disk(monkeypatch) -> None:
    def rolled(_: object) -> None:
        pytest.fail("the upload was written to a temporary file")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", rolled)
    large = PDF + bytes(MOST - 2000)
    assert upload(large) == large
