"""What was typed, while somebody shows their second factor: sealed, bound, and soon worthless."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.access.sessions import began
from privity.access.staff import StaffId
from privity.console.people.visitor import Form
from privity.console.staff.kept import LASTS, MOST_BYTES, Keeping, Kept, of
from privity.errors import FormRefused

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HERE = began("digest", StaffId("ada"), "csrf", NOW)
KEEPING = Keeping(bytes(32))
KEPT = Kept("/console/staff", {"name": ["Zoë"], "role": ["reviewer", "security"]})
words = st.text(max_size=40)


@given(st.dictionaries(words, st.lists(words, max_size=4), min_size=1, max_size=6))
def test_what_was_typed_comes_back_letter_by_letter(fields) -> None:
    kept = Kept("/console/x", fields)
    assert KEEPING.opened(HERE, KEEPING.sealed(HERE, kept, NOW), NOW) == kept


def test_the_form_shows_nothing_of_it() -> None:
    sealed = KEEPING.sealed(HERE, KEPT, NOW)
    assert b"Zo" not in urlsafe_b64decode(sealed)
    assert sealed != KEEPING.sealed(HERE, KEPT, NOW)


def test_passwords_and_codes_and_tokens_are_not_kept() -> None:
    sent = Form({name: ["x"] for name in ("token", "password", "current", "code", "name")})
    assert of("/console/me", sent).fields == {"name": ["x"]}


def test_nothing_typed_and_too_much_are_not_kept() -> None:
    for fields in ({}, {"text": ["x" * MOST_BYTES]}):
        assert KEEPING.sealed(HERE, Kept("/console/x", fields), NOW) == ""
    assert KEEPING.opened(HERE, "", NOW) is None


@pytest.mark.parametrize(
    ("session", "after"),
    [
        (replace(HERE, digest="another"), timedelta(0)),
        (HERE, LASTS),
        (HERE, -timedelta(seconds=1)),
    ],
)
def test_another_session_and_another_time_open_nothing(session, after) -> None:
    with pytest.raises(FormRefused):
        KEEPING.opened(session, KEEPING.sealed(HERE, KEPT, NOW), NOW + after)


@given(st.binary(max_size=80))
def test_what_a_browser_made_up_opens_nothing(given_) -> None:
    if given_:
        with pytest.raises(FormRefused):
            KEEPING.opened(HERE, urlsafe_b64encode(given_).decode(), NOW)


@given(st.text(min_size=1, max_size=30))
def test_what_is_no_code_at_all_opens_nothing(given_) -> None:
    with pytest.raises(FormRefused):
        KEEPING.opened(HERE, given_, NOW)
