"""Marks that only the home knows."""

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.oversight.honey import Marks
from privity.oversight.planted import bodies

MINE, OTHER = Marks.of(b"a" * 32), Marks.of(b"b" * 32)


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_reference_proves_itself_to_its_home_only(one: str, two: str) -> None:
    made = MINE.reference(one, two)
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert MINE.is_reference(made)
    assert not OTHER.is_reference(made)


@given(st.text(max_size=40))
def test_no_other_reference_is_taken_for_one(given_ref: str) -> None:
    assert not MINE.is_reference(given_ref)


@given(st.text(), st.text(), st.text(max_size=20))
def test_a_canary_is_found_in_any_text(before: str, after: str, label: str) -> None:
    canary = MINE.canary(label)
    for form in (canary, canary.upper(), canary.replace("-", " "), canary.replace("-", "_")):
        data = f"{before} {form} {after}".encode("utf-8", "surrogatepass")
        assert canary in MINE.canaries_in(data)
        assert OTHER.canaries_in(data) == ()


@pytest.mark.parametrize("between", "\u00a0\u00ad\u2010\u2011\u2013\u2014\u202f\u2212")
def test_a_canary_is_found_as_a_word_processor_writes_it(between: str) -> None:
    canary = MINE.canary("x")
    said = f"«{canary.replace('-', between)}»".encode()
    assert MINE.canaries_in(said) == MINE.canaries_in(b"\xff" + said + b"\xff") == (canary,)


@pytest.mark.parametrize("form", ["{0}{1}{2}", "x{0}-{1}-{2}", "{0}-{1}-{2}7", "{0}--{1}--{2}"])
def test_what_the_page_says_is_not_recognized_is_not(form: str) -> None:
    said = form.format(*MINE.canary("x").split("-"))
    assert MINE.canaries_in(said.encode()) == ()


@given(st.binary())
def test_no_bytes_break_the_search(data: bytes) -> None:
    assert MINE.canaries_in(data) == ()


def test_what_merely_looks_like_one_is_none() -> None:
    assert MINE.canaries_in(b"bcdf-ghjk-mnpq and 2222-3333-4444") == ()


def test_every_planted_exchange_holds_its_canary_once_and_no_real_value() -> None:
    canary = MINE.canary("x")
    for body in bodies(b"s" * 32, canary, ("x",), 12):
        assert len(MINE.canaries_in(body)) == 1
        texts = " ".join(orjson.loads(body)["asked"] + orjson.loads(body)["answered"])
        assert "@" not in texts
        assert "{" not in texts


def test_a_secret_does_not_show_itself() -> None:
    assert "a" * 8 not in repr(MINE)
