"""The form of pseudonyms, and what happens when two values share a code."""

import re

import pytest

from privity.minimize import pseudonym
from privity.minimize.pseudonym import Pseudonyms, code
from privity.model.text import Raw
from privity.model.token import ALPHABET
from privity.model.words import Category


def test_a_token_has_the_form_that_is_restored() -> None:
    token = Pseudonyms(b"k").token(Category.EMAIL, Raw("tom@example.org"))
    assert re.fullmatch(rf"\[EMAIL_[{ALPHABET}]{{6}}\]", token)


def test_a_token_is_the_same_in_every_process() -> None:
    token = Pseudonyms(bytes(32)).token(Category.EMAIL, Raw("tom@example.org"))
    assert token == "[EMAIL_xm9d3z]"


def test_a_token_depends_on_the_key() -> None:
    raw = Raw("tom@example.org")
    one, other = (Pseudonyms(key).token(Category.EMAIL, raw) for key in (b"a", b"b"))
    assert one != other


def test_the_same_words_in_two_categories_are_two_values() -> None:
    pseudonyms = Pseudonyms(b"k")
    codes = {
        pseudonyms.token(category, Raw("Jordan"))[-7:-1]
        for category in (Category.NAME, Category.PLACE)
    }
    assert len(codes) == 2


def test_when_two_values_share_a_code_the_later_one_takes_its_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Codes of one letter collide at once; six letters would need many millions of values.
    monkeypatch.setattr(pseudonym, "CODE_LENGTH", 1)
    pseudonyms = Pseudonyms(b"k")
    tokens = [pseudonyms.token(Category.NAME, Raw(f"person {n}")) for n in range(len(ALPHABET))]
    assert len(set(tokens)) == len(ALPHABET)
    assert tokens[0] == pseudonyms.token(Category.NAME, Raw("person 0"))
    assert tokens[1] != f"[NAME_{code(b'k', Category.NAME, 'person 26', (0, 1))}]"
