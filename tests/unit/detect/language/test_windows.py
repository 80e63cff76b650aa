"""Windows cover every piece, and each piece is judged once."""

from hypothesis import given
from hypothesis import strategies as st

from privity.detect.language.parts import LONGEST, OVERLAP, Pieces, Window, windows


def pieces(length: int) -> Pieces:
    return Pieces(range(length), [(n, n + 1) for n in range(length)])


LENGTHS = st.lists(st.integers(0, 6 * LONGEST), max_size=5)


@given(LENGTHS)
def test_every_piece_is_judged_exactly_once(lengths: list[int]) -> None:
    judged: dict[int, list[int]] = {number: [] for number in range(len(lengths))}
    for window in windows([pieces(length) for length in lengths]):
        judged[window.text].extend(range(window.judge_from, window.judge_to))
    assert judged == {number: list(range(length)) for number, length in enumerate(lengths)}


@given(LENGTHS)
def test_no_window_is_longer_than_the_network_was_taught(lengths: list[int]) -> None:
    found = windows([pieces(length) for length in lengths])
    assert all(window.end - window.start <= LONGEST for window in found)


@given(st.integers(LONGEST + 1, 6 * LONGEST))
def test_a_piece_at_a_cut_has_context_on_both_sides(length: int) -> None:
    inner = windows([pieces(length)])[1:-1]
    assert all(w.judge_from - w.start == OVERLAP // 2 == w.end - w.judge_to for w in inner)


def test_a_short_text_is_one_window() -> None:
    assert windows([pieces(3)]) == [Window(0, 0, 3, 0, 3)]


def test_a_text_without_pieces_has_no_window() -> None:
    assert windows([pieces(0)]) == []
