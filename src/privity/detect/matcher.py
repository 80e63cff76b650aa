"""Match many patterns in linear time.

A few short gates, and the words of the text, say which patterns could occur; only those are then
searched for their places. RE2 has no backtracking, every pattern is bounded in size at load, and
offsets are turned from bytes into characters in one pass, so the work is at most proportional to
the length of the text times the number of patterns that could occur in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import re2

from privity.detect.gates import PATTERN_MEMORY, Gates, digits_in, options
from privity.detect.needs import digits_needed
from privity.detect.surroundings import Context, gates_of


class Hit(NamedTuple):
    """A match of pattern `number`: its value at `[start, end)`, in characters."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sought:
    """A regex, the gates that must all occur for it to be sought, and the context it needs."""

    regex: str
    gates: tuple[str, ...]
    context: Context | None = None


@dataclass(frozen=True, slots=True)
class _Led:
    """A regex that is sought once its first condition holds: what else must hold."""

    index: int
    digits: int
    gates: tuple[Any, ...] = ()
    context: Context | None = None


class Matcher:
    """Compiled gates, and the regexes behind them.

    A pattern of digits that says nothing without its context is led by the words of that context,
    every other one by its first gate.
    """

    __slots__ = ("_by_gate", "_compiled", "_contexts", "_gates", "_sources")

    def __init__(self, sought: Sequence[Sought]) -> None:
        led: dict[str, list[_Led]] = {}
        self._contexts: dict[int, list[Context]] = {}
        for index, one in enumerate(sought):
            digits = max(map(digits_needed, (one.regex, *one.gates)))
            first, *others = one.gates
            context = one.context
            if context and digits:
                leading = gates_of(context)
                gates = one.gates if others else ()
                made = _Led(index, digits, tuple(map(_compile, gates)))
            else:
                leading = (first,)
                made = _Led(index, digits, tuple(map(_compile, others)), context)
            for gate in leading:
                led.setdefault(gate, []).append(made)
            for gate in gates_of(context) if context else ():
                led.setdefault(gate, [])
        places = {gate: place for place, gate in enumerate(led)}
        for context in {one.context for one in sought if one.context}:
            for gate in gates_of(context):
                self._contexts.setdefault(places[gate], []).append(context)
        self._by_gate = [*led.values()]
        needs = [min((one.digits for one in known), default=0) for known in self._by_gate]
        self._gates = Gates([*places], needs)
        self._sources = tuple(one.regex for one in sought)
        self._compiled: list[tuple[Any, int] | None] = [None] * len(sought)

    def gates(self, text: str) -> list[int]:
        """Return the leading gates that occur. Raises DetectorUnavailable."""
        data = text.encode()
        return self._gates.occurring(data, text.lower().encode(), digits_in(data))

    def hits(self, text: str, beside: str) -> list[Hit]:
        """Return every match in `text`, pattern by pattern; context may also stand in `beside`.

        Raises DetectorUnavailable when a set did not finish.
        """
        data = text.encode()
        digits = digits_in(data)
        fired = self._gates.occurring(data, text.lower().encode(), digits)
        if beside:
            fired += [gate for gate in self.gates(f"{beside} 0") if gate in self._contexts]
        spans: list[tuple[int, int, int]] = []
        for one in self._due(fired, digits):
            if not one.gates or all(gate.search(data) for gate in one.gates):
                self._search(one.index, data, spans)
        if len(data) == len(text):
            return [Hit(*span) for span in spans]
        return _in_characters(spans, data)

    def _due(self, fired: list[int], digits: int) -> list[_Led]:
        """Return, each once, the regexes whose leading gate, digits and context are there."""
        due: dict[int, _Led] = {}
        near: set[Context] | None = None
        for gate in fired:
            for one in self._by_gate[gate]:
                if one.digits > digits or one.index in due:
                    continue
                if one.context is not None:
                    if near is None:
                        near = {c for other in fired for c in self._contexts.get(other, ())}
                    if one.context not in near:
                        continue
                due[one.index] = one
        return [*due.values()]

    def _search(self, index: int, data: bytes, spans: list[tuple[int, int, int]]) -> None:
        compiled, groups = self._regex(index)
        for match in compiled.finditer(data):
            start, end = match.span(match_group(match, groups)) if groups else match.span(0)
            if end > start:
                spans.append((index, start, end))

    def _regex(self, index: int) -> tuple[Any, int]:
        """Return a regex and the number of its groups, compiled when it first fires."""
        known = self._compiled[index]
        if known is None:
            regex = _compile(self._sources[index])
            known = self._compiled[index] = (regex, regex.groups)
        return known


def match_group(match: Any, groups: int) -> int:
    """Return the first group that took part in a match, 0 (the whole) if there is none."""
    return next((g for g in range(1, groups + 1) if match.span(g)[0] >= 0), 0)


def _compile(regex: str) -> Any:
    return re2.compile(regex.encode(), options(PATTERN_MEMORY))


def _in_characters(spans: list[tuple[int, int, int]], data: bytes) -> list[Hit]:
    """Map byte offsets to character offsets, reading `data` once."""
    places: dict[int, int] = {0: 0}
    last = count = 0
    for place in sorted({p for _, start, end in spans for p in (start, end)}):
        count += len(data[last:place].decode("utf-8"))
        places[place] = count
        last = place
    return [Hit(index, places[start], places[end]) for index, start, end in spans]
