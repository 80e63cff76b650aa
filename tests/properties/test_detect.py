"""Laws of detection that hold for every text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from privity.detect.cache import CachedDetector
from privity.detect.engine import PatternDetector
from privity.detect.pattern import load_patterns
from privity.detect.repeat import spread
from privity.detect.resolve import Candidate, resolve
from privity.detect.shadow import shadow_of
from privity.model.finding import Finding
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

DETECTOR = PatternDetector.load()
EXAMPLES = [
    e.replace("«", "").replace("»", "") for p in load_patterns().patterns for e in p.examples
]
HINTS = st.sampled_from(["content", "name", "ssn", "customerPhone", "password", "", "😀_x"])
FRAGMENTS = st.one_of(
    st.sampled_from(EXAMPLES),
    st.sampled_from(["\u200b", "\u00ad", "\u00a0", "😀", "\n", " ", "\ud800", "ﬁ", "İ", "\uff11"]),
    st.text(max_size=20),
)
TEXTS = st.lists(FRAGMENTS, max_size=6).map("".join)
LEAVES = st.lists(
    st.builds(lambda text, hint: Leaf(Raw(text), Slot.TEXT, hint), TEXTS, HINTS), max_size=3
)


@settings(max_examples=150, deadline=None)
@given(LEAVES)
def test_findings_are_in_order_inside_the_text_and_apart(leaves: list[Leaf]) -> None:
    for leaf, findings in zip(leaves, DETECTOR.find(leaves), strict=True):
        last = 0
        for finding in findings:
            assert last <= finding.start < finding.end <= len(leaf.raw)
            assert 0.5 <= finding.confidence <= 1
            last = finding.end


@settings(max_examples=100, deadline=None)
@given(LEAVES)
def test_the_cache_changes_no_finding(leaves: list[Leaf]) -> None:
    cached = CachedDetector(DETECTOR, b"key" * 8, 3)
    expected = DETECTOR.find(leaves)
    assert cached.find(leaves) == expected
    assert cached.find(leaves) == expected


@settings(max_examples=100, deadline=None)
@given(LEAVES)
def test_spreading_twice_finds_nothing_new(leaves: list[Leaf]) -> None:
    found = DETECTOR.find(leaves)
    assert DETECTOR.spread(leaves, found) == found


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(EXAMPLES), st.sampled_from(["\u200b", "\u2060", "\u00ad"]), st.data())
def test_an_invisible_character_hides_nothing(text: str, hidden: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    spelled = text[:place] + hidden + text[place:]
    plain = DETECTOR.find([Leaf(Raw(text), Slot.TEXT, "content")])[0]
    found = DETECTOR.find([Leaf(Raw(spelled), Slot.TEXT, "content")])[0]
    assert [f.category for f in found] == [f.category for f in plain]


@settings(deadline=None)
@given(TEXTS)
def test_a_shadow_maps_back_to_the_text(text: str) -> None:
    shadow = shadow_of(text)
    if shadow is None:
        return
    for place in range(len(shadow.text)):
        start, end = shadow.place(place, place + 1)
        assert end - start == 1
        assert 0 <= start < end <= len(text)


CANDIDATES = st.lists(
    st.builds(
        lambda start, length, category, confidence, proven: Candidate(
            start, min(start + length, 40), category, confidence, category.value, proven
        ),
        st.integers(0, 39),
        st.integers(1, 20),
        st.sampled_from(Category),
        st.floats(0.5, 1),
        st.booleans(),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(CANDIDATES, st.text("ab1 -.", min_size=40, max_size=40))
def test_resolving_covers_every_letter_once(candidates: list[Candidate], text: str) -> None:
    claimed = {p for c in candidates for p in range(c.start, c.end) if text[p].isalnum()}
    covered = [p for f in resolve(candidates, text) for p in range(f.start, f.end)]
    assert claimed <= set(covered)
    assert len(covered) == len(set(covered))


@settings(deadline=None)
@given(CANDIDATES, st.text("ab1 -.", min_size=40, max_size=40))
def test_resolving_does_not_depend_on_the_order(candidates: list[Candidate], text: str) -> None:
    assert resolve(candidates, text) == resolve(candidates[::-1], text)


@settings(deadline=None)
@given(st.lists(st.text("aB ", max_size=60), min_size=1, max_size=4))
def test_many_values_are_spread_like_few(texts: list[str]) -> None:
    many = " ".join(f"Name{number}" for number in range(100))
    finding = Finding(0, len("Aaron Bell"), Category.NAME, 0.9, "x")
    names = tuple(
        Finding(i, i + len(w), Category.NAME, 0.9, "x")
        for w in many.split()
        for i in [many.index(w + " ") if w + " " in many else many.index(w)]
    )
    few = spread(["Aaron Bell", *texts], [(finding,), *[()] * len(texts)], lambda _: False)
    more = spread(
        ["Aaron Bell", many, *texts], [(finding,), names, *[()] * len(texts)], lambda _: False
    )
    assert few[1:] == more[2:]


NASTY = [
    *("a", "1", "@", "a@", "1 ", "1-", "-----BEGIN PRIVATE KEY-----", "http://", "a.", "::", "A. "),
    *("my name is ", "password: ", "Anna ", "van ", "+1 ", "(", "\u200b1", "é", "0x", "Aa", "Xx "),
]


@settings(max_examples=22, deadline=None)
@given(st.sampled_from(NASTY))
def test_a_long_repetition_is_answered(piece: str) -> None:
    """No clock is read: a rule that is not linear would make this test not end in minutes."""
    text = piece * (200_000 // len(piece))
    DETECTOR.find([Leaf(Raw(text), Slot.TEXT, "content")])
