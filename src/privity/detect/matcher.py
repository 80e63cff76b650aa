"""Match many patterns in linear time.

A few RE2 sets of short gates read the text and say which patterns could occur; only those are
then searched for their places. RE2 has no backtracking, every pattern is bounded in size at load,
and offsets are turned from bytes into characters in one pass, so the work is at most proportional
to the length of the text times the number of patterns that could occur in it.

Invariant: a set that could not finish is an error, never "nothing found". A sentinel pattern that
occurs in every text must be among the answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import re2

from privity.errors import DetectorUnavailable

SET_MEMORY = 8 << 20  # bytes; the automaton of a set is built as texts need it
WORD_SETS = 2
DIGIT = re.compile(r"\\d|\[0-9")
PATTERN_MEMORY = 2 << 20  # bytes for each pattern


class Hit(NamedTuple):
    """A match of pattern `number`: its value at `[start, end)`, in characters."""

    number: int
    start: int
    end: int


class _Gates:
    """A set of gates that reads a text once."""

    __slots__ = ("_places", "_sentinel", "_set")

    def __init__(self, gates: Sequence[str], places: Mapping[str, int]) -> None:
        self._set = re2.Set.SearchSet(_options(SET_MEMORY))
        for gate in gates:
            self._set.Add(gate)
        self._sentinel = self._set.Add("")
        self._set.Compile()
        self._places = [places[gate] for gate in gates]

    def of(self, text: str | bytes) -> frozenset[int]:
        """Return the gates that occur. Raises DetectorUnavailable when the set did not finish."""
        fired = self._set.Match(text)
        if self._sentinel not in fired:
            msg = "the pattern set did not finish"
            raise DetectorUnavailable(msg)
        if len(fired) == 1:
            return frozenset()
        places = self._places
        return frozenset(places[gate] for gate in fired if gate != self._sentinel)


@dataclass(frozen=True, slots=True)
class Sought:
    """A regex, and the gates that must all occur for it to be sought."""

    regex: str
    gates: tuple[str, ...]


class Matcher:
    """Compiled sets of gates, and the regexes behind them.

    An automaton of many gates has a state for every mixture of what they could be in the middle of,
    and text that nobody wrote before keeps making new ones. Gates that begin alike are therefore
    kept together and others apart: numbers, words, and those that only confirm another.
    """

    __slots__ = ("_behind", "_compiled", "_confirming", "_leading", "_sources")

    def __init__(self, sought: Sequence[Sought]) -> None:
        leading = dict.fromkeys(one.gates[0] for one in sought)
        confirming = dict.fromkeys(gate for one in sought for gate in one.gates[1:])
        numbers = [gate for gate in leading if DIGIT.search(gate)]
        words = [gate for gate in leading if not DIGIT.search(gate)]
        places = {gate: place for place, gate in enumerate(leading | confirming)}
        groups = (numbers, *(words[n::WORD_SETS] for n in range(WORD_SETS)))
        self._leading = tuple(_Gates(group, places) for group in groups if group)
        self._confirming = _Gates([*confirming], places)
        self._behind: list[list[tuple[int, frozenset[int]]]] = [[] for _ in places]
        for index, one in enumerate(sought):
            first, *others = (places[gate] for gate in one.gates)
            self._behind[first].append((index, frozenset(others)))
        self._sources = tuple(one.regex for one in sought)
        self._compiled: list[tuple[Any, int] | None] = [None] * len(sought)

    def gates(self, text: str | bytes) -> frozenset[int]:
        """Return the gates that occur, but for those that only confirm others.

        Raises DetectorUnavailable when a set did not finish.
        """
        return frozenset().union(*(gates.of(text) for gates in self._leading))

    def hits(self, text: str, beside: str) -> list[Hit]:
        """Return every match in `text`, pattern by pattern; gates may also occur in `beside`.

        Raises DetectorUnavailable when a set did not finish.
        """
        data = text.encode()
        fired = self.gates(data)
        if not fired:
            return []
        near: frozenset[int] | None = None
        spans: list[tuple[int, int, int]] = []
        for gate in fired:
            for index, others in self._behind[gate]:
                if others and near is None:
                    near = self._near(data, beside, fired)
                if not others or (near is not None and others <= near):
                    self._search(index, data, spans)
        if len(data) == len(text):
            return [Hit(*span) for span in spans]
        return _in_characters(spans, data)

    def _near(self, data: bytes, beside: str, fired: frozenset[int]) -> frozenset[int]:
        """Return all gates that occur in the text or beside it."""
        near = fired | self._confirming.of(data)
        return near | self._confirming.of(beside) | self.gates(beside) if beside else near

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
