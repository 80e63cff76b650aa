"""Whom the provider of the staff names: with PKCE, for us, with or without a second factor."""

import asyncio
import hashlib
import json
import threading
import time
import urllib.parse
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from privity.adapters.identity.colleagues import StaffProvider
from privity.console.people.door import Begun
from privity.console.staff.ports import Colleague
from privity.errors import IdentityUnavailable, NotSignedIn
from privity.settings import Settings
from privity.settings.tables import StaffConsole

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
BEGUN = Begun("state", "nonce", "a secret that stays here, of forty-three letters")


@dataclass
class Issuer:
    """A provider: what it says next, and the challenges that it was shown."""

    url: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    challenge: str = ""

    def token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": "privity",
            "sub": "ada",
            "nonce": BEGUN.nonce,
            "exp": now + 60,
            **self.says,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "one"}, kept, KEY)

    def answer(self, path: str, body: str) -> object:
        if path.endswith("openid-configuration"):
            places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            return {"issuer": self.url, **{name: f"{self.url}/{name}" for name in places}}
        if path == "/jwks_uri":
            return {"keys": [KEY.as_dict(private=False)]}
        sent = dict(urllib.parse.parse_qsl(body))
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
            return None
        return {"id_token": self.token(), "access_token": "x", "token_type": "Bearer"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    made = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length", 0))
            said = made.answer(self.path, self.rfile.read(length).decode())
            body = json.dumps(said or {"error": "invalid_grant"}).encode()
            self.send_response(200 if said else 400)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that the server looks for

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


def colleague(issuer: Issuer, begun: Begun = BEGUN, words: str = "mfa") -> Colleague:
    """Go to the provider with our secret, come back, and say who came."""

    async def work() -> Colleague:
        staff = StaffConsole(provider=issuer.url, client="privity", second_factor=words)
        settings = Settings(Path("home"), staff=staff)
        provider = StaffProvider(settings, lambda: datetime.now(UTC))
        asked = urllib.parse.urlsplit(await provider.address(BEGUN, again=True))
        query = dict(urllib.parse.parse_qsl(asked.query))
        assert (query["max_age"], query["code_challenge_method"]) == ("0", "S256")
        issuer.challenge = query["code_challenge"]
        return await provider.colleague("code", begun)

    return asyncio.run(work())


def test_the_same_subject_is_the_same_account_and_another_is_not(issuer: Issuer) -> None:
    first, again = colleague(issuer), colleague(issuer)
    issuer.says = {"sub": "bob"}
    assert first.id == again.id != colleague(issuer).id
    assert "ada" not in first.id


def test_whoever_has_the_code_without_our_secret_gets_nothing(issuer: Issuer) -> None:
    with pytest.raises(NotSignedIn):
        colleague(issuer, replace(BEGUN, secret="another secret"))


@pytest.mark.parametrize(
    ("says", "second"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "mfa"}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": [["mfa"], {"mfa": 1}, None]}, False),
        ({"acr": ["mfa"]}, False),
        ({}, False),
    ],
)
def test_a_second_factor_is_what_the_settings_take_for_one(issuer, says, second: bool) -> None:
    issuer.says = says
    assert colleague(issuer).second is second
    assert not colleague(issuer, words="").second


@pytest.mark.parametrize("at", [None, "now", True, -1, 10**30])
def test_a_time_that_is_none_is_no_time(issuer: Issuer, at: object) -> None:
    issuer.says = {"auth_time": at}
    found = colleague(issuer).since
    assert found is None or found.year == 1970


@pytest.mark.parametrize(
    "says",
    [
        {"iss": "https://other.example.org"},
        {"aud": "another"},
        {"aud": ["privity", "another"]},
        {"aud": ["privity", "another"], "azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ],
)
def test_any_other_token_names_nobody(issuer: Issuer, says: dict[str, Any]) -> None:
    issuer.says = says
    with pytest.raises(NotSignedIn):
        colleague(issuer)


def test_a_token_for_several_counts_if_it_was_made_for_us(issuer: Issuer) -> None:
    issuer.says = {"aud": ["privity", "another"], "azp": "privity"}
    assert colleague(issuer).id


def test_a_provider_that_is_away_is_said_to_be(issuer: Issuer) -> None:
    issuer.url = "http://127.0.0.1:1"
    with pytest.raises(IdentityUnavailable):
        colleague(issuer)
