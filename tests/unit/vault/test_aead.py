"""What is sealed opens at its place, under its key, unaltered; anything else is one error."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import SecretShown, Tampered
from privity.vault.aead import HEADER, OVERHEAD, Key, bound, new_key

KEY = Key(bytes(32))
FIELDS = st.lists(st.text(max_size=4) | st.integers(-99, 99), max_size=4)


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_what_is_sealed_opens_at_its_place(body: bytes, place: bytes) -> None:
    assert KEY.unseal(KEY.seal(body, place), place) == body


@given(st.binary(max_size=100), st.data())
def test_any_changed_byte_is_refused(body: bytes, data) -> None:
    sealed = bytearray(KEY.seal(body, b"place"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Tampered):
        KEY.unseal(bytes(sealed), b"place")


@given(st.binary(max_size=100), st.data())
def test_any_cut_is_refused(body: bytes, data) -> None:
    sealed = KEY.seal(body, b"place")
    with pytest.raises(Tampered):
        KEY.unseal(sealed[: data.draw(st.integers(0, len(sealed) - 1))], b"place")


@given(st.binary(max_size=60))
def test_noise_is_refused(noise: bytes) -> None:
    for sealed in (noise, HEADER + noise):
        with pytest.raises(Tampered):
            KEY.unseal(sealed, b"place")


def test_another_key_or_place_does_not_open() -> None:
    sealed = KEY.seal(b"body", b"place")
    with pytest.raises(Tampered):
        KEY.unseal(sealed, b"another")
    with pytest.raises(Tampered):
        Key(bytes(31) + b"x").unseal(sealed, b"place")


def test_the_same_body_is_sealed_differently_each_time() -> None:
    assert len({KEY.seal(b"body", b"place") for _ in range(100)}) == 100


def test_a_sealed_body_has_a_header_a_nonce_and_a_tag() -> None:
    sealed = KEY.seal(b"body", b"place")
    assert sealed[:2] == b"\x01\x01"
    assert len(sealed) == OVERHEAD + 4 == 2 + 12 + 4 + 16


@given(FIELDS, FIELDS)
def test_no_two_places_look_alike(one: list[str | int], other: list[str | int]) -> None:
    assert (bound("label", *one) == bound("label", *other)) == (one == other)


def test_moving_a_character_to_the_next_field_gives_another_place() -> None:
    assert len({bound("l", "ab", "c"), bound("l", "a", "bc"), bound("l", "abc", "")}) == 3
    assert bound("l", "1") != bound("l", 1)


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(Tampered):
        Key(bytes(length))


def test_a_key_cannot_be_printed_or_pickled() -> None:
    key = Key(new_key())
    assert repr(key) == str(key) == "<Key>"
    with pytest.raises(SecretShown):
        pickle.dumps(key)
