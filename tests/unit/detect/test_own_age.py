"""What people write about their own age, in eight languages."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privity.detect.own_age import youngest_said
from privity.detect.own_age_words import TONGUES
from privity.model.text import Raw

DATA = Path(__file__).parents[2] / "data"
YEAR = 2026
WORDS = ["I'm", "ich bin", "j'ai", "12", "twelve", "in year", "klasse", "ans", "7th", ".", '"', ","]


def rows(name: str) -> list[tuple[str, int | None, str]]:
    """Language, youngest age (None: nobody says one below 18), sentence."""
    lines = (DATA / name).read_text("utf-8").splitlines()
    parts = [line.split("\t") for line in lines]
    return [(lang, None if age == "-" else int(age), text) for lang, age, text in parts]


def said(text: str) -> int | None:
    return youngest_said([Raw(text)], YEAR)


@pytest.mark.parametrize("name", ["own_ages.tsv", "own_ages_unseen.tsv"])
def test_who_says_to_be_a_child_is_heard(name: str) -> None:
    missed = [text for _, age, text in rows(name) if age is not None and said(text) != age]
    assert missed == []


@pytest.mark.parametrize("name", ["own_ages.tsv", "own_ages_unseen.tsv"])
def test_what_is_said_of_others_and_other_times_is_not(name: str) -> None:
    heard = [text for _, age, text in rows(name) if age is None and said(text) is not None]
    assert heard == []


def test_the_youngest_age_counts() -> None:
    assert youngest_said([Raw("I'm 15"), Raw("ok, I'm 12"), Raw("hello")], YEAR) == 12


@settings(deadline=None)
@given(st.integers(18, 99), st.sampled_from(["I'm {}", "Ich bin {}", "J'ai {} ans", "Mam {} lat"]))
def test_nobody_becomes_an_adult_by_saying_so(age: int, form: str) -> None:
    assert said(form.format(age)) is None


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_any_mixture_of_words_gives_an_age_of_a_child_or_none(text: str) -> None:
    age = said(text)
    assert age is None or 5 <= age < 18


@settings(deadline=None)
@given(st.lists(st.sampled_from([text for _, _, text in rows("own_ages.tsv")]), max_size=4))
def test_a_text_says_what_its_lines_say_one_by_one(lines: list[str]) -> None:
    ages = [age for line in lines if (age := said(line)) is not None]
    assert said("\n".join(lines)) == min(ages, default=None)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert said(text) is None or len(text) > 3


def test_every_language_counts_from_five_to_eighteen() -> None:
    assert {len(tongue.numbers) for tongue in TONGUES} == {14}
