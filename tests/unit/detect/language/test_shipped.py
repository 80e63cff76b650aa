"""The table of common words gives each word its own vector, and no other word any."""

from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import privity.detect.language.detector as package
from privity.detect.language.quick import open_quick
from privity.detect.language.shipped import ABSENT, Shipped, open_shipped

FOLDER = Path(package.__file__).parent / "data"
TWINS = ("plumless", "buckeroo")  # their checksums are the same
WORDS = st.lists(st.text("aé漢", min_size=1, max_size=3), min_size=1, unique=True)


def table(words: list[str]) -> Shipped:
    vectors = np.arange(len(words), dtype=np.float16)[:, None]
    return Shipped.of("\n".join(words).encode(), vectors)


@given(WORDS, WORDS)
def test_a_word_has_its_own_row_or_none(words: list[str], asked: list[str]) -> None:
    wanted = [words.index(word) if word in words else ABSENT for word in asked]
    assert table(words).rows_of(asked).tolist() == wanted


def test_a_word_with_the_checksum_of_another_is_not_taken_for_it() -> None:
    assert crc32(TWINS[0].encode()) == crc32(TWINS[1].encode())
    assert table(["the", TWINS[0]]).rows_of([*TWINS]).tolist() == [1, ABSENT]


def test_words_without_vectors_are_refused() -> None:
    with pytest.raises(ValueError, match="vector"):
        Shipped.of(b"one\ntwo", np.zeros((1, 1), np.float16))


def test_the_vectors_that_are_shipped_are_those_that_would_be_worked_out() -> None:
    quick, common = open_quick(FOLDER), open_shipped(FOLDER)
    words = (FOLDER / "common.txt").read_text("utf-8").split("\n")
    few = range(0, len(words), 500)
    shipped = common.vectors_of(common.rows_of([words[n] for n in few]))
    own = quick.own([quick.pieces.see(words[n]) for n in few])
    np.testing.assert_allclose(shipped, own, atol=2e-2)
