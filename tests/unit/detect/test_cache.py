"""The cache remembers where, never what."""

from collections.abc import Sequence

from privity.detect.cache import CachedDetector
from privity.detect.engine import PatternDetector
from privity.model.finding import Finding
from privity.model.text import Leaf, Raw, Slot

DETECTOR = PatternDetector.load()
KEY = b"k" * 32


class Counting:
    def __init__(self) -> None:
        self.asked = 0
        self.calls = 0

    @property
    def version(self) -> str:
        return DETECTOR.version

    def each(self, leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        self.asked += len(leaves)
        self.calls += 1
        return DETECTOR.each(leaves)

    def spread(
        self, leaves: Sequence[Leaf], found: Sequence[tuple[Finding, ...]]
    ) -> tuple[tuple[Finding, ...], ...]:
        return DETECTOR.spread(leaves, found)


def leaf(text: str, hint: str = "content", slot: Slot = Slot.TEXT) -> Leaf:
    return Leaf(Raw(text), slot, hint)


def test_a_leaf_seen_before_is_not_asked_again() -> None:
    inner = Counting()
    cached = CachedDetector(inner, KEY, 10)
    cached.find([leaf("write to anna@example.org")])
    cached.find([leaf("write to anna@example.org"), leaf("something new")])
    assert inner.asked == 2


def test_what_is_not_remembered_is_asked_in_one_call_and_once() -> None:
    inner = Counting()
    cached = CachedDetector(inner, KEY, 10)
    cached.find([leaf("old")])
    cached.find([leaf("old"), leaf("new"), leaf("newer"), leaf("new")])
    assert (inner.asked, inner.calls) == (3, 2)


def test_more_leaves_than_can_be_remembered_are_still_answered() -> None:
    cached = CachedDetector(DETECTOR, KEY, 2)
    leaves = [leaf(f"write to a{n}@example.org") for n in range(9)]
    assert cached.find(leaves) == DETECTOR.find(leaves)
    assert len(cached._known) == 2


def test_the_hint_and_the_slot_are_part_of_what_is_remembered() -> None:
    cached = CachedDetector(DETECTOR, KEY, 10)
    plain = cached.find([leaf("536904399", "count")])
    hinted = cached.find([leaf("536904399", "ssn")])
    account = cached.find([leaf("536904399", "ssn", Slot.ACCOUNT)])
    assert len({plain, hinted, account}) == 3


def test_the_least_recently_used_leaf_is_forgotten_first() -> None:
    inner = Counting()
    cached = CachedDetector(inner, KEY, 2)
    for text in ("one", "two", "one", "three", "one"):
        cached.find([leaf(text)])
    assert inner.asked == 3
    cached.find([leaf("two")])
    assert inner.asked == 4


def test_nothing_that_was_read_is_kept() -> None:
    cached = CachedDetector(DETECTOR, KEY, 10)
    cached.find([leaf("My name is Ngozi Okafor, ngozi@example.org", "note_for_ngozi")])
    kept = repr(cached._known)
    assert "gozi" not in kept
    assert "kafor" not in kept


def test_names_are_sought_in_leaves_that_are_remembered() -> None:
    cached = CachedDetector(DETECTOR, KEY, 10)
    cached.find([leaf("Is Zorblatt there?")])
    leaves = [leaf("Is Zorblatt there?"), leaf("My name is Ngozi Zorblatt.")]
    assert cached.find(leaves) == DETECTOR.find(leaves)
    assert [f.rule for f in cached.find(leaves)[0]] == ["repeat"]
