"""The small network reads words alike wherever they stand, and remembers no more than it may."""

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import privity.detect.language.detector as package
from privity.detect.language.quick import CHUNK, MOST_WORDS, REACH, Floats, Known, open_quick
from privity.detect.language.words import cut

QUICK = open_quick(Path(package.__file__).parent / "data")
PARTS = ["Anna", "Kowalska", "lives", "in", "Berlin", ",", "34", "and", "calls", ".", "\n", "ok"]


def judged(words: list[str]) -> Floats:
    return QUICK.judge(cut(" ".join(words)))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=30), st.integers(0, 2 * CHUNK))
def test_words_beyond_reach_change_nothing(tail: list[str], before: int) -> None:
    between = ["and"] * (REACH + 1)
    alone = judged(between + tail)
    after = judged(["Anna"] * before + between + tail)
    count = len(alone) - REACH
    np.testing.assert_allclose(after[-count:], alone[-count:], atol=1e-4)


@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_probabilities_add_up_to_one(words: list[str]) -> None:
    np.testing.assert_allclose(judged(words).sum(axis=1), 1, atol=1e-5)


def test_beyond_the_bound_all_but_the_common_words_are_forgotten() -> None:
    vector = np.zeros(2, np.float32)
    known = Known.of(["the"], vector[None])
    known.room().update({str(number): vector for number in range(MOST_WORDS)})
    assert set(known.room()) == {"the"}


def test_a_forgotten_word_is_worked_out_again() -> None:
    text = cut("Ask Zbigniewowa Kwiatkowska about it")
    before = QUICK.judge(text)
    QUICK.known.vectors = dict(QUICK.known.common)
    np.testing.assert_allclose(QUICK.judge(text), before, atol=1e-5)


def test_no_text_has_no_words() -> None:
    assert QUICK.judge(cut(" ")).shape == (0, 69)
