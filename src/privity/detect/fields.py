"""What a field's name says about its whole value: `{"ssn": "536904399"}`.

Invariant: a value is taken whole or not at all, and only when it has the shape the rule asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from privity.detect.checks import Check, check_named
from privity.detect.pattern import FieldRule
from privity.detect.resolve import Candidate
from privity.detect.spans import Trim

LONGEST = 400  # characters of a value


@dataclass(frozen=True, slots=True)
class _Shape:
    rule: FieldRule
    regex: Any
    check: Check | None
    trim: Trim | None


class Fields:
    """The field rules, by the words of a field's name."""

    __slots__ = ("_by_name",)

    def __init__(self, rules: Sequence[FieldRule], trims: Mapping[str, Trim]) -> None:
        self._by_name: dict[str, list[_Shape]] = {}
        for rule in rules:
            trim = trims[rule.trim] if rule.trim else None
            shape = _Shape(rule, re2.compile(rule.regex), check_named(rule.check), trim)
            for name in rule.names:
                self._by_name.setdefault(name, []).append(shape)

    def found(self, text: str, words: Sequence[str]) -> Iterator[Candidate]:
        """Return what the words of the field's name, up to the last four, make of the value."""
        if len(text) > LONGEST:
            return
        for length in (4, 3, 2, 1):
            shapes = self._by_name.get(" ".join(words[-length:])) if len(words) >= length else None
            if shapes:
                for shape in shapes:
                    yield from _candidate(shape, text)
                return


def _candidate(shape: _Shape, text: str) -> Iterator[Candidate]:
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    value = text[start:end]
    if not value or not shape.regex.fullmatch(value):
        return
    if shape.check and not shape.check.accepts(value):
        return
    span = shape.trim(text, start, end) if shape.trim else (start, end)
    if span:
        rule = shape.rule
        yield Candidate(*span, rule.category, rule.confidence, rule.id)
