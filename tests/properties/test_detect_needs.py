"""A text that lacks the digits a regex needs cannot match it."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from privity.detect.needs import digits_needed
from privity.detect.pattern import load_patterns

PATTERNS = load_patterns().patterns
PARTS = st.sampled_from(
    [r"\d", "[0-9]", "[1-3]", "7", "[0-9a-f]", "a", r"\s?", r"\w", "[^a]", "[^0-9]", ".", r"\b"]
)
REGEXES = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{0,2}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(REGEXES, st.data())
def test_every_match_holds_the_digits_that_are_needed(regex: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(regex, re.ASCII)))
    match = re.search(regex, text, re.ASCII)
    assert match is not None
    assert sum(c in "0123456789" for c in match.group()) >= digits_needed(regex)


def test_every_example_holds_the_digits_that_its_pattern_needs() -> None:
    lacking = [
        (pattern.id, example)
        for pattern in PATTERNS
        for example in pattern.examples
        if sum(c in "0123456789" for c in example)
        < max(map(digits_needed, (pattern.regex, *pattern.gates)))
    ]
    assert lacking == []


def test_identifiers_need_many_digits() -> None:
    assert digits_needed(r"(?i)\b\d{3}-\d{2}-\d{4}\b") == 9
    assert digits_needed(r"(?:\d{4}|x)[0-9]{2}\x{41}") == 2
