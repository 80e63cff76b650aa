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
from privity.detect.surroundings import Context, Nearby


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
    context: int | None = None


class Matcher:
    """Compiled sets of gates, and the regexes behind them.

    A pattern of digits that says nothing without its context is led by the words of that context,
    every other one by its first gate.
    """

    __slots__ = (*("_by_context", "_by_gate", "_compiled", "_gates", "_nearby", "_sources"),)

    def __init__(self, sought: Sequence[Sought]) -> None:
        contexts = list(dict.fromkeys(one.context for one in sought if one.context))
        places: dict[str, int] = {}
        self._by_gate: list[list[_Led]] = []
        self._by_context: list[list[_Led]] = [[] for _ in contexts]
        for index, one in enumerate(sought):
            digits = max(map(digits_needed, (one.regex, *one.gates)))
            at = contexts.index(one.context) if one.context else None
            if at is not None and digits:
                gates = tuple(map(_compile, one.gates)) if len(one.gates) > 1 else ()
                self._by_context[at].append(_Led(index, digits, gates))
                continue
            first, *others = one.gates
            if first not in places:
                places[first] = len(places)
                self._by_gate.append([])
            led = _Led(index, digits, tuple(map(_compile, others)), at)
            self._by_gate[places[first]].append(led)
        needs = [min(led.digits for led in self._by_gate[at]) for at in places.values()]
        self._gates = Gates([*places], needs)
        self._nearby = Nearby(contexts)
        self._sources = tuple(one.regex for one in sought)
        self._compiled: list[tuple[Any, int] | None] = [None] * len(sought)

    def gates(self, text: str, data: bytes) -> list[int]:
        """Return the leading gates that occur in a text, given also in UTF-8."""
        return self._gates.occurring(text, data, digits_in(data))

    def hits(self, text: str, beside: str) -> list[Hit]:
        """Return every match in `text`, pattern by pattern; context may also stand in `beside`.

        Raises DetectorUnavailable when a set did not finish.
        """
        data = text.encode()
        digits = digits_in(data)
        led = [
            one for gate in self._gates.occurring(text, data, digits) for one in self._by_gate[gate]
        ]
        near: set[int] = set()
        if digits or any(one.context is not None for one in led):
            near = self._nearby.of(f"{text} {beside}" if beside else text)
            led += [one for at in near for one in self._by_context[at]]
        spans: list[tuple[int, int, int]] = []
        for one in led:
            if (
                one.digits <= digits
                and (one.context is None or one.context in near)
                and all(gate.search(data) for gate in one.gates)
            ):
                self._search(one.index, data, spans)
        if len(data) == len(text):
            return [Hit(*span) for span in spans]
        return _in_characters(spans, data)

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
