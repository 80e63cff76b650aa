"""Tokens of an identity provider prove who speaks, and nothing else does."""

import asyncio
import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from privity.adapters.identity.keys import OLDEST, PAUSE, ProviderKeys, read_keys
from privity.adapters.identity.tokens import Issuer, PersonTokens
from privity.errors import IdentityUnavailable, PersonUnproven
from privity.gateway.identify import LOCAL_CALLER, Proofs, proven
from privity.model.text import Raw
from privity.model.words import AppId

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECONDS = int(NOON.timestamp())
ISSUER = Issuer("https://id.example.org", "privity", "sub")
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
CLAIMS: dict[str, Any] = {
    "iss": "https://id.example.org",
    "aud": ["other", "privity"],
    "sub": "customer-4711",
    "exp": SECONDS + 300,
}


class Published:
    """A provider that publishes keys, and counts who asks."""

    def __init__(self, *keys: Any) -> None:
        self.keys = keys
        self.asked = 0
        self.now = NOON
        self.down = False

    async def fetch(self) -> bytes:
        self.asked += 1
        if self.down:
            message = "the identity provider's keys cannot be read"
            raise IdentityUnavailable(message)
        return json.dumps(KeySet(list(self.keys)).as_dict(private=False)).encode()

    def tokens(self) -> PersonTokens:
        keys = ProviderKeys(self.fetch, lambda: self.now)
        return PersonTokens(ISSUER, keys, lambda: self.now)


def signed(key: Any = RSA, alg: str = "RS256", kid: str | None = None, **claims: Any) -> str:
    header = {"alg": alg, "kid": kid or key.kid}
    kept = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    return jwt.encode(header, kept, key, algorithms=[alg])


def forged(alg: str, secret: bytes) -> str:
    """A token that takes what is published for a shared secret, or needs none."""
    parts = [json.dumps(part).encode() for part in ({"alg": alg, "kid": "rsa"}, CLAIMS)]
    head = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mark = hmac.digest(secret, head, "sha256") if secret else b""
    return (head + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


def person(tokens: PersonTokens, token: str) -> Raw:
    return asyncio.run(tokens.person(token))


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
def test_a_token_of_the_provider_names_the_person(key: Any, alg: str) -> None:
    named = person(Published(RSA, EC).tokens(), signed(key, alg))
    assert len(named) == len("customer-4711")


@pytest.mark.parametrize(
    "token",
    [
        signed(iss="https://evil.example.org"),
        signed(iss=None),
        signed(aud="another-service"),
        signed(aud=None),
        signed(exp=SECONDS - 31),
        signed(exp=None),
        signed(nbf=SECONDS + 60),
        signed(sub=None),
        signed(sub=" "),
        signed(sub=7),
        signed(RSAKey.generate_key(2048), kid="rsa"),
        signed(kid="unknown"),
        signed(EC, "ES256", kid="rsa"),
        forged("HS256", RSA.as_pem(private=False)),
        forged("none", b""),
        jwt.encode({"alg": "RS256"}, CLAIMS, RSA),
        "",
        "a.b.c",
        signed() + "x" * 9000,
    ],
)
def test_any_other_token_proves_nobody(token: str) -> None:
    with pytest.raises(PersonUnproven, match="proves nobody"):
        person(Published(RSA, EC).tokens(), token)


def test_new_keys_are_fetched_when_they_are_needed_and_not_for_every_forgery() -> None:
    provider = Published(RSA)
    tokens = provider.tokens()
    person(tokens, signed())
    for _ in range(20):
        with pytest.raises(PersonUnproven):
            person(tokens, signed(EC, "ES256"))
    assert provider.asked == 1
    provider.keys = (RSA, EC)
    provider.now += PAUSE
    person(tokens, signed(EC, "ES256"))
    assert provider.asked == 2


def test_a_key_that_was_taken_back_does_not_outlive_an_hour_even_if_nobody_answers() -> None:
    provider = Published(RSA)
    tokens = provider.tokens()
    person(tokens, signed())
    provider.down = True
    provider.now += OLDEST
    token = signed(exp=SECONDS + 9000)
    for _ in range(2):
        with pytest.raises(IdentityUnavailable):
            person(tokens, token)


@pytest.mark.filterwarnings("ignore:Key size")
def test_only_public_keys_of_a_good_length_count() -> None:
    weak = RSAKey.generate_key(1024, {"kid": "weak"})
    encrypting = RSAKey.generate_key(2048, {"kid": "enc", "use": "enc"})
    document = {
        "keys": [
            *(key.as_dict(private=False) for key in (RSA, weak, encrypting)),
            ECKey.generate_key("P-256", {"kid": "private"}).as_dict(private=True),
            OctKey.import_key(b"x" * 32, {"kid": "shared"}).as_dict(private=True),
        ]
    }
    assert set(read_keys(json.dumps(document).encode())) == {"rsa"}
    for broken in (b"", b"[]", b"{}", b'{"keys": 1}'):
        with pytest.raises(IdentityUnavailable):
            read_keys(broken)


@pytest.mark.parametrize("headers", [{"x-privity-person": "anna"}, {}])
def test_a_bare_name_is_refused_where_the_application_has_to_prove_more(headers: dict) -> None:
    proofs = Proofs(Published(RSA).tokens(), frozenset({AppId("local")}))
    with pytest.raises(PersonUnproven):
        asyncio.run(proven(LOCAL_CALLER, headers, Raw("anna"), proofs))
    token = {"x-privity-person-token": signed()}
    assert asyncio.run(proven(LOCAL_CALLER, headers | token, Raw("anna"), proofs)) is not None
    assert asyncio.run(proven(LOCAL_CALLER, {}, None, proofs)) is None


def test_a_token_is_refused_where_no_provider_is_set() -> None:
    with pytest.raises(PersonUnproven):
        asyncio.run(proven(LOCAL_CALLER, {"x-privity-person-token": "t"}, None, Proofs()))


def test_clocks_may_differ_by_seconds() -> None:
    late = signed(exp=SECONDS - 10)
    assert len(person(Published(RSA).tokens(), late)) > 0
    assert timedelta(seconds=10) < PAUSE
