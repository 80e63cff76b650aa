"""Every word is judged once, and no sheet is longer than it may be."""

from hypothesis import given
from hypothesis import strategies as st

from privity.detect.language.sheets import CHUNK, GAP, LONGEST, REACH, groups, parts

SIZES = st.lists(st.integers(0, 3 * CHUNK), max_size=12)


@given(SIZES)
def test_the_parts_judge_every_word_once(sizes: list[int]) -> None:
    judged = [(part.text, n) for part in parts(sizes) for n in range(part.start, part.end)]
    assert judged == [(text, n) for text, size in enumerate(sizes) for n in range(size)]


@given(SIZES)
def test_a_part_sees_all_that_is_within_reach(sizes: list[int]) -> None:
    for part in parts(sizes):
        assert part.low == max(0, part.start - REACH)
        assert part.high == min(sizes[part.text], part.end + REACH)


@given(SIZES, st.integers(1, LONGEST))
def test_no_group_is_longer_than_it_may_be(sizes: list[int], most: int) -> None:
    some = list(parts(sizes))
    made = list(groups(some, most))
    assert [part for group in made for part in group] == some
    for group in made:
        rows = sum(part.size for part in group) + GAP * (len(group) - 1)
        assert rows <= most or len(group) == 1
