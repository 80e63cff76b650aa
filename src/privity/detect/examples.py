"""Hold a team's rules to their own examples before they take effect.

Errors name the rule and the number of the example, never its text: examples may be real.
"""

from __future__ import annotations

from collections.abc import Iterator

from privity.detect.own import Own
from privity.detect.pattern import Pattern
from privity.detect.ports import Detector
from privity.errors import DetectorsInvalid
from privity.model.finding import Finding
from privity.model.text import Leaf, Raw, Slot


def check_examples(detector: Detector, own: Own) -> None:
    """Raise DetectorsInvalid with every example that does not hold."""
    errors = [error for rule in own.patterns for error in _pattern(detector, rule, own)]
    for one in own.lists:
        for number, text in enumerate(one.near_misses, start=1):
            if any(f.rule == one.id for f in _found(detector, text)):
                errors.append(f"{own.places[one.id]}: {one.id} finds its near miss {number}")
    if errors:
        raise DetectorsInvalid("; ".join(errors))


def _pattern(detector: Detector, rule: Pattern, own: Own) -> Iterator[str]:
    place = own.places[rule.id]
    for number, example in enumerate(rule.examples, start=1):
        start, end = example.index("«"), example.index("»") - 1
        found = _found(detector, example.replace("«", "").replace("»", ""))
        if any((f.start, f.end, f.category) == (start, end, rule.category) for f in found):
            continue
        others = sorted({f.rule for f in found})
        seen = f"; found there by: {', '.join(others)}" if others else ""
        yield f"{place}: {rule.id} does not find its example {number}{seen}"
    for number, text in enumerate(rule.near_misses, start=1):
        if any(f.rule == rule.id for f in _found(detector, text)):
            yield f"{place}: {rule.id} finds its near miss {number}"


def _found(detector: Detector, text: str) -> tuple[Finding, ...]:
    return detector.find((Leaf(Raw(text), Slot.TEXT, ""),))[0]
