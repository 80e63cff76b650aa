"""What a field's name says about its whole value: `{"ssn": "536904399"}`.

Invariant: a value is taken whole or not at all, and only when it has the shape the rule asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2

from privity.detect.checks import Check, check_named
from privity.detect.pattern import FieldRule, load_patterns
from privity.detect.resolve import Candidate
from privity.detect.spans import Trim
from privity.detect.surroundings import hint_words
from privity.model.words import Category

LONGEST = 400  # characters of a value
BOUNDS = frozenset(
    "max min maximum minimum avg average mean median std sum total count ttl".split()
)
"""Words that make of a field a limit or a figure: `max_age` is nobody's age."""
WHOLE = re.compile(r"-?\d+")
NUMBERED = frozenset(
    {
        *(Category.ADDRESS, Category.AGE, Category.BANK_ACCOUNT, Category.CARD),
        *(Category.DATE_OF_BIRTH, Category.DRIVING_LICENCE, Category.EMPLOYEE_ID),
        *(Category.INSURANCE, Category.MEDICAL_RECORD, Category.NATIONAL_ID, Category.PASSPORT),
        *(Category.PASSWORD, Category.PHONE, Category.TAX_ID, Category.VEHICLE),
    }
)
"""What can be a whole number that is no text at all."""


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
        for name in _names(words):
            shapes = self._by_name.get(name)
            if shapes:
                for shape in shapes:
                    yield from _candidate(shape, text)
                return


def is_telling(hint: str, number: str) -> bool:
    """Return whether a field of this name, holding this JSON number, may be about a person.

    `{"age": 47}` and `{"lat": 37.7749}` are; `{"max_tokens": 47}` and `{"minimum": 18}` are not.
    The names are those of the package's field rules; the file is read at the first call.
    """
    whole = bool(WHOLE.fullmatch(number))
    rules = _telling()
    for name in _names(hint_words(hint)):
        known = rules.get(name)
        if known:
            return any(
                rule.category in NUMBERED if whole else rule.category is Category.COORDINATES
                for rule in known
            )
    return False


@cache
def _telling() -> Mapping[str, list[FieldRule]]:
    known: dict[str, list[FieldRule]] = {}
    for rule in load_patterns().fields:
        for name in rule.names:
            known.setdefault(name, []).append(rule)
    return known


def _names(words: Sequence[str]) -> Iterator[str]:
    """Return what the end of a field's name could be listed as, the longest first."""
    for length in range(min(4, len(words)), 0, -1):
        if words[-length - 1 : -length] and words[-length - 1] in BOUNDS:
            return
        yield " ".join(words[-length:])


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
