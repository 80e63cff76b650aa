"""A table of words answers as the sets it was made of would."""

import pytest

from privity.detect.lexicon import load_lexicon
from privity.detect.listed import Table
from privity.detect.pattern import data_folder, load_patterns

LEXICON = load_lexicon(load_patterns().words)


def lines() -> dict[str, str]:
    text = (data_folder() / "words.txt").read_text("utf-8").splitlines()[1:]
    return {word: marks for word, _, marks in (line.partition("\t") for line in text)}


def test_every_word_has_exactly_its_marks() -> None:
    listed = lines()
    assert len(listed) > 100_000
    assert [w for w, marks in listed.items() if LEXICON.table.marks(w) != marks] == []


@pytest.mark.parametrize(
    "word", ["", "Zzyzzyx", "Ann\t", "anna\n", "\n", "\t", "# Words", "\ud800"]
)
def test_what_is_not_listed_has_no_marks(word: str) -> None:
    assert LEXICON.table.marks(word) == ""


def test_parts_and_longer_forms_of_words_are_not_listed() -> None:
    listed = lines()
    for word in ("Kowalska", "Margaret", "Nairobi"):
        for other in (word[:-1], word[1:], f"{word}x", f"x{word}"):
            assert LEXICON.table.marks(other) == listed.get(other, "")


def test_a_table_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        Table(b"#\n" + b"\n".join(b"w%d\tG" % n for n in range(200, 100, -1)) + b"\n")


def test_words_that_begin_sentences_are_in_no_list() -> None:
    assert [word for word in LEXICON.starters if LEXICON.table.marks(word)] == []
