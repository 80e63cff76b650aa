"""The small network reads words alike wherever they stand, and remembers nothing of a text."""

import gc
from pathlib import Path
from types import ModuleType

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import privity.detect.language.detector as package
from privity.detect.language.quick import Floats, open_quick
from privity.detect.language.sheets import CHUNK, REACH
from privity.detect.language.words import MARK, cut

QUICK = open_quick(Path(package.__file__).parent / "data")
PARTS = ["Anna", "Kowalska", "lives", "in", "Berlin", ",", "34", "and", "calls", ".", "\n", "ok"]


def judged(words: list[str]) -> Floats:
    return QUICK.judge([cut(" ".join(words))])[0]


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


def reachable(root: object) -> set[str]:
    """Every text that something reaches."""
    met, texts, waiting = set(), set(), [root]
    while waiting:
        one = waiting.pop()
        if id(one) in met or isinstance(one, type | ModuleType):
            continue
        met.add(id(one))
        if isinstance(one, str):
            texts.add(one)
        waiting += [*gc.get_referents(one), *(one if isinstance(one, dict) else ())]
    return texts


def test_nothing_of_a_text_is_remembered() -> None:
    word = "Zbigniewowa"
    QUICK.judge([cut(f"Ask {word} Kwiatkowska about it")])
    texts = reachable((QUICK.common, QUICK.pieces))
    assert f"{MARK}the" in texts
    assert word not in texts


def test_no_text_has_no_words() -> None:
    assert QUICK.judge([cut(" ")])[0].shape == (0, 69)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=40), max_size=30))
def test_a_text_is_judged_alike_whatever_is_read_with_it(texts: list[list[str]]) -> None:
    together = QUICK.judge([cut(" ".join(words)) for words in texts])
    for words, scores in zip(texts, together, strict=True):
        np.testing.assert_allclose(scores, judged(words), atol=1e-4)


def test_words_that_touch_are_told_from_words_that_do_not() -> None:
    (touching, apart) = QUICK.judge([cut("Anna-Maria"), cut("Anna - Maria")])
    assert abs(touching - apart).max() > 1e-3
