"""What is remembered of ages gives the same answers as reading anew."""

from hypothesis import given, settings
from hypothesis import strategies as st

from privity.detect.ages_said import AgesSaid
from privity.detect.own_age import youngest_said
from privity.model.text import Raw

YEAR = 2026
SAID = (
    "I'm 15",
    "i am twelve years old",
    "my son is 9",
    "hello",
    "",
    "I was born in 2015",
    "\ud800",
)
TEXTS = st.lists(st.lists(st.sampled_from(SAID), max_size=4), max_size=30)


@settings(deadline=None)  # the first text compiles what all ages are sought with
@given(TEXTS, st.integers(1, 8))
def test_what_is_remembered_says_what_reading_says(asked: list[list[str]], most: int):
    ages = AgesSaid(bytes(32), most)
    for texts in asked:
        raws = [Raw(text) for text in texts]
        assert ages.youngest(raws, YEAR) == youngest_said(raws, YEAR)
        assert len(ages) <= max(2, most)


def test_an_age_by_year_of_birth_is_another_one_next_year():
    ages = AgesSaid(bytes(32), 10)
    raws = [Raw("I was born in 2015")]
    assert [ages.youngest(raws, year) for year in (2026, 2027, 2026)] == [10, 11, 10]


def test_only_a_keyed_digest_is_remembered():
    one, two = AgesSaid(bytes(32), 10), AgesSaid(b"\1" * 32, 10)
    for ages in (one, two):
        ages.youngest([Raw("I'm 15")], YEAR)
    (place,) = one._new
    assert len(place) == 16
    assert one._new.keys() != two._new.keys()
