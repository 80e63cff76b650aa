"""A passkey opens one account, on this site, once for each challenge, and only by its owner."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes

from privity.access.accounts import Factor, FactorKind
from privity.access.staff import StaffId
from privity.adapters.factors import passkeys
from privity.adapters.factors.passkeys import WAITS, Challenge, Site
from privity.adapters.staff_console import HomePasskeys
from privity.errors import AccessDenied
from tests.security.authenticator import PRESENT, VERIFIED, Authenticator, encoded

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SITE = Site("localhost", "http://localhost")
CHALLENGE = Challenge(bytes(range(32)), NOON)
OTHER = Challenge(bytes(32), NOON)


def registered(key: Authenticator) -> Factor:
    made = passkeys.registered(SITE, CHALLENGE, key.registered(CHALLENGE.random), NOON)
    return Factor(made.id, StaffId("ada"), FactorKind.PASSKEY, made.public_key, made.counter, NOON)


def opens(key: Authenticator, factor: Factor, challenge: Challenge = CHALLENGE) -> bool:
    try:
        passkeys.counted(SITE, CHALLENGE, factor, key.shown(challenge.random), NOON)
    except AccessDenied:
        return False
    return True


def test_a_passkey_opens_its_account() -> None:
    key = Authenticator("ada")
    assert opens(key, registered(key))


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "http://localhost.evil.example"},
        {"origin": "https://localhost"},
        {"origin": "http://localhost:1"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"id": b"another's passkey"},
    ],
    ids=str,
)
def test_a_passkey_of_another_site_or_without_its_owner_opens_nothing(lie: dict) -> None:
    key = Authenticator("ada")
    factor = registered(key)
    assert not opens(replace(key, **lie), factor)


@pytest.mark.parametrize(
    "lie",
    [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"flags": PRESENT}],
    ids=str,
)
def test_such_a_passkey_is_not_registered_either(lie: dict) -> None:
    with pytest.raises(AccessDenied):
        registered(replace(Authenticator("ada"), **lie))


def test_the_answer_to_another_challenge_opens_nothing() -> None:
    key = Authenticator("ada")
    assert not opens(key, registered(key), OTHER)


def test_an_answer_that_comes_late_opens_nothing() -> None:
    key = Authenticator("ada")
    factor, answer = registered(key), key.shown(CHALLENGE.random)
    with pytest.raises(AccessDenied):
        passkeys.counted(SITE, CHALLENGE, factor, answer, NOON + WAITS)
    with pytest.raises(AccessDenied):
        passkeys.counted(SITE, CHALLENGE, factor, answer, NOON - timedelta(seconds=1))


def test_the_key_of_another_opens_nothing() -> None:
    key = Authenticator("ada")
    assert not opens(Authenticator("ada"), registered(key))


@pytest.mark.parametrize("back", [0, 1, 2])
def test_a_counter_that_does_not_go_on_opens_nothing(back: int) -> None:
    key = replace(Authenticator("ada"), counter=5)
    factor = replace(registered(key), counter=6)
    assert not opens(replace(key, counter=5 - back), factor)


def test_an_answer_for_another_ceremony_opens_nothing() -> None:
    key = Authenticator("ada")
    factor, answer = registered(key), key.shown(CHALLENGE.random, "webauthn.create")
    with pytest.raises(AccessDenied):
        passkeys.counted(SITE, CHALLENGE, factor, answer, NOON)


PARTS = ("clientDataJSON", "authenticatorData", "signature", "attestationObject")
ODD = st.one_of(
    st.text(max_size=60),
    st.integers(1, 5000).map(lambda depth: "[" * depth),
    st.integers(1, 5000).map(lambda depth: '{"a":' * depth),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "rawId", "response", *PARTS]), inner)
        ),
    ).map(json.dumps),
)


@given(answer=ODD)
@settings(deadline=None, max_examples=150)
def test_whatever_is_no_answer_is_refused_and_breaks_nothing(answer: str) -> None:
    factor = registered(Authenticator("ada"))
    with pytest.raises(AccessDenied):
        passkeys.counted(SITE, CHALLENGE, factor, answer, NOON)
    with pytest.raises(AccessDenied):
        passkeys.registered(SITE, CHALLENGE, answer, NOON)
    HomePasskeys("localhost", "http://localhost").shown(answer)


def altered(answer: str, part: str, data: bytes, at: int) -> str:
    read = json.loads(answer)
    whole = base64url_to_bytes(read["response"][part])
    read["response"][part] = encoded(whole[:at] + data + b"\0" + whole[at + 1 :])
    return json.dumps(read)


@given(part=st.sampled_from(PARTS[:3]), data=st.binary(max_size=200), at=st.integers(0, 300))
@settings(deadline=None, max_examples=150)
def test_an_answer_with_other_bytes_in_it_opens_nothing(part: str, data: bytes, at: int) -> None:
    key = Authenticator("ada")
    factor = registered(key)
    answer = altered(key.shown(CHALLENGE.random), part, data, at)
    with pytest.raises(AccessDenied):
        passkeys.counted(SITE, CHALLENGE, factor, answer, NOON)


@given(data=st.binary(max_size=200), at=st.integers(0, 300))
@settings(deadline=None, max_examples=150)
def test_a_registration_with_other_bytes_in_it_breaks_nothing(data: bytes, at: int) -> None:
    answer = Authenticator("ada").registered(CHALLENGE.random)
    with suppress(AccessDenied):  # nobody vouches for what a new passkey says of itself
        passkeys.registered(SITE, CHALLENGE, altered(answer, "attestationObject", data, at), NOON)
