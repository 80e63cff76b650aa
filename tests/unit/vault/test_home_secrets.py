"""The home's secrets open under its root key only, and show themselves to nobody."""

import pickle
from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import SecretShown, Tampered
from privity.vault.home_secrets import create_secrets, derive, unwrap_secrets
from tests.fakes import MemoryCustodian

SECRETS = create_secrets()
WRAPPED = SECRETS.wrap(MemoryCustodian())


def test_every_secret_is_random_and_its_own() -> None:
    held = [*astuple(SECRETS), *astuple(create_secrets())]
    assert len(set(held)) == len(held)
    assert {len(secret) for secret in held} == {32}


def test_wrapped_secrets_open_as_they_were() -> None:
    assert astuple(unwrap_secrets(WRAPPED, MemoryCustodian())) == astuple(SECRETS)


def test_wrapped_secrets_show_none() -> None:
    assert not any(secret in WRAPPED for secret in astuple(SECRETS))


@given(st.data())
def test_changed_or_cut_secrets_are_refused(data) -> None:
    at = data.draw(st.integers(0, len(WRAPPED) - 1))
    changed = bytearray(WRAPPED)
    changed[at] ^= data.draw(st.integers(1, 255))
    for broken in (bytes(changed), WRAPPED[:at], WRAPPED + b"x"):
        with pytest.raises(Tampered):
            unwrap_secrets(broken, MemoryCustodian())


def test_secrets_cannot_change_places() -> None:
    size = (len(WRAPPED) - 1) // 5
    parts = [WRAPPED[1 + i * size : 1 + (i + 1) * size] for i in range(5)]
    swapped = WRAPPED[:1] + parts[1] + parts[0] + b"".join(parts[2:])
    with pytest.raises(Tampered):
        unwrap_secrets(swapped, MemoryCustodian())


def test_secrets_cannot_be_printed_or_pickled() -> None:
    assert repr(SECRETS) == "<HomeSecrets>"
    with pytest.raises(SecretShown):
        pickle.dumps(SECRETS)


def test_what_is_derived_depends_on_the_secret_and_every_label() -> None:
    secret, other = bytes(32), bytes(31) + b"x"
    derived = [
        derive(secret),
        derive(other),
        derive(secret, "a"),
        derive(secret, "a", "b"),
        derive(secret, "ab"),
        derive(secret, "a", "", "b"),
    ]
    assert len(set(derived)) == len(derived)
    assert {len(each) for each in derived} == {32}
    assert derive(secret, "a") == derived[2]
