"""Every pattern finds its examples and leaves its near misses alone."""

import pytest

from privity.detect.engine import PatternDetector
from privity.detect.pattern import Pattern, load_patterns
from privity.model.finding import Finding
from privity.model.text import Leaf, Raw, Slot

PATTERNS = load_patterns().patterns
DETECTOR = PatternDetector.load()
EXAMPLES = [
    pytest.param(pattern, example, id=f"{pattern.id}-{number}")
    for pattern in PATTERNS
    for number, example in enumerate(pattern.examples)
]
NEAR_MISSES = [
    pytest.param(pattern, text, id=f"{pattern.id}-{number}")
    for pattern in PATTERNS
    for number, text in enumerate(pattern.near_misses)
]


def found(text: str) -> tuple[Finding, ...]:
    return DETECTOR.find([Leaf(Raw(text), Slot.TEXT, "content")])[0]


@pytest.mark.parametrize(("pattern", "example"), EXAMPLES)
def test_a_pattern_finds_its_examples(pattern: Pattern, example: str) -> None:
    text = example.replace("«", "").replace("»", "")
    start = example.index("«")
    end = example.index("»") - 1
    findings = found(text)
    assert any((f.start, f.end, f.category) == (start, end, pattern.category) for f in findings), [
        (f.rule, text[f.start : f.end]) for f in findings
    ]


@pytest.mark.parametrize(("pattern", "text"), NEAR_MISSES)
def test_a_pattern_leaves_near_misses_alone(pattern: Pattern, text: str) -> None:
    assert [text[f.start : f.end] for f in found(text) if f.rule == pattern.id] == []


def test_every_pattern_has_examples_and_near_misses() -> None:
    assert [p.id for p in PATTERNS if not (p.examples and p.near_misses)] == []


def test_no_two_patterns_share_a_name() -> None:
    names = [p.id for p in PATTERNS]
    assert len(names) == len(set(names))
