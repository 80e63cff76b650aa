"""Match many patterns in linear time.

One RE2 set reads the text once and says which patterns occur; only those are then searched for
their places. RE2 has no backtracking, every pattern is bounded in size at load, and offsets are
turned from bytes into characters in one pass, so the work is at most proportional to the length
of the text times the number of patterns that occur in it.

Invariant: a set that could not finish is an error, never "nothing found". A sentinel pattern that
occurs in every text must be among the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import re2

from privity.errors import DetectorUnavailable

SET_MEMORY = 24 << 20  # bytes; the automaton of the set is built as texts need it
PATTERN_MEMORY = 2 << 20  # bytes for each pattern


@dataclass(frozen=True, slots=True)
class Hit:
    """A match of pattern `index`: its value at `[start, end)`, in characters."""

    index: int
    start: int
    end: int


class Matcher:
    """A compiled set of regexes."""

    __slots__ = ("_compiled", "_sentinel", "_set")

    def __init__(self, regexes: Sequence[str]) -> None:
        gate = re2.Set.SearchSet(_options(SET_MEMORY))
        for regex in regexes:
            gate.Add(regex)
        self._sentinel = gate.Add("")
        gate.Compile()
        self._set = gate
        compiled = [re2.compile(r.encode(), _options(PATTERN_MEMORY)) for r in regexes]
        self._compiled: list[tuple[Any, int]] = [(c, c.groups) for c in compiled]

    def hits(self, text: str) -> list[Hit]:
        """Return every match in `text`, pattern by pattern.

        Raises DetectorUnavailable when the set did not finish.
        """
        data = text.encode("utf-8", "replace")  # a lone surrogate becomes one "?"
        fired = self._set.Match(data)
        if self._sentinel not in fired:
            msg = "the pattern set did not finish"
            raise DetectorUnavailable(msg)
        if len(fired) == 1:
            return []
        spans: list[tuple[int, int, int]] = []
        for index in fired:
            if index == self._sentinel:
                continue
            compiled, groups = self._compiled[index]
            for match in compiled.finditer(data):
                start, end = match.span(match_group(match, groups))
                if end > start:
                    spans.append((index, start, end))
        if len(data) == len(text):
            return [Hit(*span) for span in spans]
        return _in_characters(spans, data)


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
