"""Words cover a text but for its blanks, and are made of known pieces."""

from hypothesis import given
from hypothesis import strategies as st

from privity.detect.language.words import GRAMS, MARK, SLOTS, Pieces, cut

TEXTS = st.text(st.sampled_from("ab éßİ1²9_.-=*#@'\"\n\t\u00a0\u200bŁ漢"), max_size=80)
PIECES = [f"{MARK}a", MARK, "a", "b", "ab"]
KNOWN = Pieces.of(
    {piece: number for number, piece in enumerate(PIECES)}, [-1.0, -1.1, -1.2, -1.3, -1.4]
)


@given(TEXTS)
def test_what_is_between_words_is_blank(text: str) -> None:
    words = cut(text)
    rest, end = [], 0
    for word, (start, stop) in zip(words.words, words.places, strict=True):
        assert text[start:stop] == word
        rest.append(text[end:start])
        end = stop
    rest.append(text[end:])
    assert not "".join(rest).strip()
    assert "\n" not in "".join(rest)


@given(st.text("ab", min_size=1, max_size=20))
def test_the_pieces_of_a_word_are_the_word(word: str) -> None:
    assert "".join(PIECES[number] for number in KNOWN.cut(word)) == MARK + word


def test_a_word_that_is_a_piece_is_not_cut() -> None:
    assert KNOWN.cut("a") == (0,)


@given(TEXTS)
def test_every_word_has_a_form(text: str) -> None:
    for word in cut(text).words:
        form = KNOWN.see(word).form
        assert len(form) == SLOTS
        assert all(0 <= number < GRAMS for number in form)


def test_other_spellings_are_seen() -> None:
    assert KNOWN.see("A").pieces == KNOWN.see("a").other
