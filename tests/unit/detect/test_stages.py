"""Patterns and the language model as one detector."""

from collections.abc import Sequence
from dataclasses import dataclass

from privity.adapters.detectors import Reading, at_once, open_detector
from privity.detect.engine import PatternDetector
from privity.detect.stages import Stages
from privity.model.finding import Finding
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

PATTERNS = PatternDetector.load()
TEXT = "mail anna@example.org or Zyx"


@dataclass(frozen=True)
class Reads:
    """A model that finds one thing."""

    finding: Finding
    version: str = "reads"

    def find(self, leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        return tuple((self.finding,) for _ in leaves)


def found(start: int, end: int) -> list[tuple[str, Category]]:
    model = Reads(Finding(start, end, Category.USERNAME, 0.99, "language:test"))
    leaf = Leaf(Raw(TEXT), Slot.TEXT, "content")
    (findings,) = Stages(PATTERNS, model).find((leaf,))
    return [(TEXT[f.start : f.end], f.category) for f in findings]


def test_what_lies_within_a_patterns_finding_is_of_its_kind() -> None:
    assert found(5, 9) == [("anna@example.org", Category.EMAIL)]
    assert found(5, 21) == [("anna@example.org", Category.EMAIL)]


def test_what_only_the_model_finds_is_found() -> None:
    assert found(25, 28) == [("anna@example.org", Category.EMAIL), ("Zyx", Category.USERNAME)]


def test_a_home_may_leave_out_the_model() -> None:
    assert open_detector(None).language is None
    assert open_detector(None, Reading.FAST).language is not None


def test_the_slower_the_reading_the_less_is_read_on_the_event_loop() -> None:
    assert at_once(Reading.OFF) > at_once(Reading.FAST) > at_once(Reading.FULL) == 0
