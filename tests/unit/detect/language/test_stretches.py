"""A long text is read in stretches; what is found is what would be found in the whole."""

from hypothesis import given
from hypothesis import strategies as st

from privity.detect.language.detector import LanguageDetector
from privity.detect.language.stretches import OVERLAP, OWN, stretches
from privity.model.text import Leaf, Raw, Slot

FAST = LanguageDetector.load()
NAMED = "Yesterday Anna Kowalska from Gdynia wrote to us about her order. "
PLAIN = "The pump is on and the water runs. "


@given(st.lists(st.integers(0, 3 * OWN), max_size=4))
def test_every_place_is_in_the_own_part_of_one_stretch(sizes: list[int]) -> None:
    read = [stretch for group in stretches(["a" * size for size in sizes]) for stretch in group]
    own = [(s.number, s.start + s.first, s.start + s.last) for s in read if s.text]
    wanted = [
        (number, first, min(size, first + OWN))
        for number, size in enumerate(sizes)
        for first in range(0, size, OWN)
    ]
    assert own == wanted


@given(st.lists(st.integers(0, 3 * OWN), max_size=8))
def test_what_is_read_together_is_bounded(sizes: list[int]) -> None:
    for group in stretches(["a" * size for size in sizes]):
        total = sum(len(stretch.text) for stretch in group)
        assert total <= OWN or (len(group) == 1 and total <= OWN + 2 * OVERLAP)


def test_names_are_found_wherever_a_long_text_is_cut() -> None:
    for shift in range(0, len(NAMED), 16):
        before = (PLAIN * (OWN // len(PLAIN) + 1))[: OWN - shift]
        text = before + NAMED + PLAIN * 100
        (found,) = FAST.find([Leaf(Raw(text), Slot.TEXT, "")])
        names = [text[f.start : f.end] for f in found]
        assert names == ["Anna Kowalska", "Gdynia"], shift
