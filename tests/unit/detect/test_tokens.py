"""What stands in a text for a person's words already is not found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.detect.tokens import spare_tokens
from privity.model.finding import Finding
from privity.model.token import ALPHABET, token
from privity.model.words import Category

CODES = st.text(ALPHABET, min_size=6, max_size=6)
TOKENS = st.builds(token, st.sampled_from(Category), CODES)
TEXTS = st.lists(st.one_of(TOKENS, st.text(max_size=8)), max_size=6).map("".join)


def found(start: int, end: int) -> Finding:
    return Finding(start, end, Category.NAME, 0.9, "rule")


@given(TEXTS, TOKENS, TEXTS, st.data())
def test_no_letter_of_a_token_is_in_a_finding_that_is_left(before, middle, after, data) -> None:
    text = before + middle + after
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    inside = range(len(before), len(before) + len(middle))
    for left in spare_tokens(text, (found(start, end),)):
        assert start <= left.start < left.end <= end
        assert not set(range(left.start, left.end)) & set(inside)


@given(TEXTS, st.data())
def test_every_letter_beside_tokens_stays_found(text, data) -> None:
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    kept = {
        at
        for left in spare_tokens(text, (found(start, end),))
        for at in range(left.start, left.end)
    }
    whole = {
        at
        for left in spare_tokens(text, (found(0, len(text)),))
        for at in range(left.start, left.end)
    }
    letters = {at for at in range(start, end) if text[at].isalnum()}
    assert letters & whole <= kept


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my mail is [EMAIL_b6bmfg].", ["my mail is"]),
        ("[NAME_qjsfgv] Kowalska", ["Kowalska"]),
        ("Ann [NAME_qjsfgv] Lee", ["Ann", "Lee"]),
        ("[NAME_walter]", ["[NAME_walter]"]),
        ("no token_here", ["no token_here"]),
    ],
)
def test_what_a_finding_has_beside_a_token_is_left(text: str, left: list[str]) -> None:
    spared = spare_tokens(text, (found(0, len(text)),))
    words = [text[each.start : each.end] for each in spared]
    assert words == left
