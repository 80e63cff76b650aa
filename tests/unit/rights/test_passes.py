"""A link or a session opens one person's pages, in its time, and nothing else."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.errors import PassInvalid
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.rights.passes import Kind, Pass, issue, pass_key, read

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = pass_key(bytes(32))
LINK = Pass(
    Kind.LINK,
    SubjectRef("a" * 32),
    AppId("shop"),
    Purpose.ASSIST,
    Region.EU,
    NOON,
    NOON + 5 * MINUTE,
    "n" * 32,
)
TOKEN = issue(LINK, KEY, NOON)


@pytest.mark.parametrize("given_", [LINK, replace(LINK, region=None, kind=Kind.SESSION)])
def test_what_was_issued_is_read_again(given_: Pass) -> None:
    assert read(issue(given_, KEY, NOON), given_.kind, KEY, NOON + MINUTE) == given_


@pytest.mark.parametrize(
    ("token", "kind", "key", "now"),
    [
        (TOKEN, Kind.SESSION, KEY, NOON),
        (TOKEN, Kind.LINK, pass_key(b"x" * 32), NOON),
        (TOKEN, Kind.LINK, KEY, NOON + 6 * MINUTE),
        ("", Kind.LINK, KEY, NOON),
        ("a.b.c", Kind.LINK, KEY, NOON),
        ("a" * 100_000, Kind.LINK, KEY, NOON),
    ],
    ids=["another audience", "another home", "ended", "empty", "no token", "too long"],
)
def test_anything_else_opens_nothing(token: str, kind: Kind, key: bytes, now: datetime) -> None:
    with pytest.raises(PassInvalid, match="opens nothing"):
        read(token, kind, key, now)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABCxyz019-_."))
def test_no_character_of_a_token_can_be_changed(place: int, letter: str) -> None:
    forged = TOKEN[:place] + letter + TOKEN[place + 1 :]
    try:
        opened = read(forged, Kind.LINK, KEY, NOON)
    except PassInvalid:
        return
    assert opened == LINK  # the last character has bits that mean nothing


def test_a_token_that_says_it_needs_no_signature_opens_nothing() -> None:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    unsigned = f"{head}.{TOKEN.split('.')[1]}."
    with pytest.raises(PassInvalid):
        read(unsigned, Kind.LINK, KEY, NOON)


def test_a_link_lives_for_minutes_whatever_was_asked() -> None:
    long = issue(replace(LINK, ends=NOON + timedelta(days=9)), KEY, NOON)
    with pytest.raises(PassInvalid):
        read(long, Kind.LINK, KEY, NOON + 16 * MINUTE)
