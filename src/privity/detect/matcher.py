"""Match many patterns in linear time.

One RE2 set of short gates reads the text once and says which patterns could occur; only those are
then searched for their places. RE2 has no backtracking, every pattern is bounded in size at load,
and offsets are turned from bytes into characters in one pass, so the work is at most proportional
to the length of the text times the number of patterns that could occur in it.

Invariant: a set that could not finish is an error, never "nothing found". A sentinel pattern that
occurs in every text must be among the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import re2

from privity.errors import DetectorUnavailable

SET_MEMORY = 24 << 20  # bytes; the automaton of the set is built as texts need it
PATTERN_MEMORY = 2 << 20  # bytes for each pattern


class Hit(NamedTuple):
    """A match of pattern `number`: its value at `[start, end)`, in characters."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sought:
    """A regex, and the gates that must all occur for it to be sought."""

    regex: str
    gates: tuple[str, ...]


class Matcher:
    """A compiled set of gates, and the regexes behind them."""

    __slots__ = ("_behind", "_compiled", "_sentinel", "_set", "_sources")

    def __init__(self, sought: Sequence[Sought]) -> None:
        self._set = re2.Set.SearchSet(_options(SET_MEMORY))
        distinct = dict.fromkeys(gate for one in sought for gate in one.gates)
        places = {gate: self._set.Add(gate) for gate in distinct}
        self._sentinel = self._set.Add("")
        self._set.Compile()
        self._behind: list[list[tuple[int, frozenset[int]]]] = [
            [] for _ in range(self._sentinel + 1)
        ]
        for index, one in enumerate(sought):
            first, *others = (places[gate] for gate in one.gates)
            self._behind[first].append((index, frozenset(others)))
        self._sources = tuple(one.regex for one in sought)
        self._compiled: list[tuple[Any, int] | None] = [None] * len(sought)

    def gates(self, text: str | bytes) -> frozenset[int]:
        """Return the gates that occur. Raises DetectorUnavailable when the set did not finish."""
        fired = frozenset(self._set.Match(text))
        if self._sentinel not in fired:
            msg = "the pattern set did not finish"
            raise DetectorUnavailable(msg)
        return fired

    def hits(self, text: str, beside: str) -> list[Hit]:
        """Return every match in `text`, pattern by pattern; gates may also occur in `beside`.

        Raises DetectorUnavailable when the set did not finish.
        """
        data = text.encode()
        fired = self.gates(data)
        if len(fired) == 1:
            return []
        near = fired | self.gates(beside) if beside else fired
        spans: list[tuple[int, int, int]] = []
        for gate in fired:
            for index, others in self._behind[gate]:
                if others <= near:
                    self._search(index, data, spans)
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
            regex = re2.compile(self._sources[index].encode(), _options(PATTERN_MEMORY))
            known = self._compiled[index] = (regex, regex.groups)
        return known


def match_group(match: Any, groups: int) -> int:
    """Return the first group that took part in a match, 0 (the whole) if there is none."""
    return next((g for g in range(1, groups + 1) if match.span(g)[0] >= 0), 0)


def _options(memory: int) -> re2.Options:
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False  # RE2 would print what it read
    return options


def _in_characters(spans: list[tuple[int, int, int]], data: bytes) -> list[Hit]:
    """Map byte offsets to character offsets, reading `data` once."""
    places: dict[int, int] = {0: 0}
    last = count = 0
    for place in sorted({p for _, start, end in spans for p in (start, end)}):
        count += len(data[last:place].decode("utf-8"))
        places[place] = count
        last = place
    return [Hit(index, places[start], places[end]) for index, start, end in spans]
