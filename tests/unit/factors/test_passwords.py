"""Passwords of staff: stored so that nobody reads them, and never enough alone."""

import pytest

from privity.adapters.factors.passwords import LONGEST, hashed, is_right
from privity.errors import BadInput

PASSWORD = "correct horse battery"
STORED = hashed(PASSWORD)


def test_the_password_is_right_and_others_are_not() -> None:
    assert is_right(STORED, PASSWORD)
    assert not is_right(STORED, PASSWORD.upper())
    assert not is_right(STORED, PASSWORD + " ")


def test_where_there_is_no_account_nothing_is_right() -> None:
    assert not is_right(None, "nobody")
    assert not is_right(None, "")


def test_what_is_stored_is_argon2id_with_a_salt_of_its_own() -> None:
    assert STORED.startswith(b"$argon2id$v=19$m=65536,t=3,p=4$")
    assert hashed(PASSWORD) != STORED


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaaaaaaaaaa", "x" * (LONGEST + 1)])
def test_a_weak_password_is_refused_without_being_quoted(weak: str) -> None:
    with pytest.raises(BadInput) as caught:
        hashed(weak)
    assert not weak or weak not in caught.value.detail


def test_a_longer_password_is_never_right() -> None:
    longest = "abcdefgh" * (LONGEST // 8)
    assert is_right(hashed(longest), longest)
    assert not is_right(hashed(longest), longest + "i")
