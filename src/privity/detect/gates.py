"""Which patterns could occur in a text? Gates, read as seldom as possible.

A gate is a short regex that matches in every text where its pattern does. An automaton of many
gates has a state for every mixture of what they could be in the middle of, and text that nobody
wrote before keeps making new ones. So words stand behind a filter of their letters, a gate is read
only in a text that has the digits its patterns need, and gates that begin alike are kept together.

Invariant: a set that could not finish is an error, never "nothing found". A sentinel that occurs in
every text must be among the answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import re2

from privity.detect.needs import digits_needed
from privity.errors import DetectorUnavailable

SET_MEMORY = 8 << 20  # bytes; the automaton of a set is built as texts need it
PATTERN_MEMORY = 2 << 20  # bytes for each pattern
MANY = 6  # digits: hardly any sentence of a chat holds so many, nearly every identifier does
DIGITS = b"0123456789"
END = b"\n\x00\x01"  # stands behind every text that words are sought in
SHAPE = re.compile(r"[A-Z$]|\\z")
WORDED = re.compile(r"[a-z]{3}")
ESCAPED = re.compile(r"\\[^z]")


class Gates:
    """The gates of all patterns. `needs` says how many digits a text must hold for each to matter.

    `occurring` returns places in the sequence that was given.
    """

    __slots__ = ("_few", "_many", "_now", "_words")

    def __init__(self, gates: Sequence[str], needs: Sequence[int]) -> None:
        places = {gate: place for place, gate in enumerate(gates)}
        own = {gate: digits_needed(gate) for gate in gates}
        read = [gate for gate in gates if not own[gate]]
        passing = set(unfiltered([gate for gate in read if not _shaped(gate)]))
        apart = [gate for gate in read if gate in passing or _shaped(gate)]
        late = [gate for gate in apart if needs[places[gate]]]
        now = [gate for gate in read if gate not in late]
        few = [gate for gate in gates if 0 < own[gate] < MANY]
        self._words = _Words([gate for gate in now if gate not in apart], places)
        self._now = _Set([gate for gate in now if gate in apart], places)
        worded = [gate for gate in few if is_worded(gate)]
        self._few = (
            _Set([gate for gate in few if gate not in worded], places),
            _Set([*worded, *late], places),
        )
        self._many = _Set([gate for gate in gates if own[gate] >= MANY], places)

    def occurring(self, data: bytes, lower: bytes, digits: int) -> list[int]:
        """Return the gates that occur in a text with so many digits, given also in lower case.

        Raises DetectorUnavailable when a set did not finish.
        """
        fired = self._words.of(lower) + self._now.of(data)
        if digits:
            for few in self._few:
                fired += few.of(data)
            if digits >= MANY:
                fired += self._many.of(data)
        return fired


class _Set:
    """A set of gates that reads a text once."""

    __slots__ = ("_places", "_sentinel", "_set")

    def __init__(self, gates: Sequence[str], places: Mapping[str, int]) -> None:
        self._set = re2.Set.SearchSet(options(SET_MEMORY))
        for gate in gates:
            self._set.Add(gate)
        self._sentinel = self._set.Add("")
        self._set.Compile()
        self._places = [places[gate] for gate in gates]

    def of(self, text: bytes) -> list[int]:
        """Return the gates that occur. Raises DetectorUnavailable when the set did not finish."""
        fired = self._set.Match(text)
        if self._sentinel not in fired:
            msg = "the pattern set did not finish"
            raise DetectorUnavailable(msg)
        if len(fired) == 1:
            return []
        places = self._places
        return [places[gate] for gate in fired if gate != self._sentinel]


class _Words:
    """Gates that any spelling of their letters passes, behind a filter of the literals they need.

    The filter (RE2's own) reads the text once; a gate is looked at only where its literals stand.
    It is told of its own failure by a gate for `END`, which must always be among the answers.
    """

    __slots__ = ("_end", "_filter", "_places")

    def __init__(self, gates: Sequence[str], places: Mapping[str, int]) -> None:
        self._filter = _filter([*gates, END.decode()])
        self._end = len(gates)
        self._places = [places[gate] for gate in gates]

    def of(self, lower: bytes) -> list[int]:
        """Return the gates of a text in lower case. Raises DetectorUnavailable."""
        fired = self._filter.Match(lower + END) or []
        if self._end not in fired:
            msg = "the filter of words did not finish"
            raise DetectorUnavailable(msg)
        places = self._places
        return [places[gate] for gate in fired if gate != self._end]


def digits_in(data: bytes) -> int:
    """Return the number of ASCII digits."""
    return len(data) - len(data.translate(None, DIGITS))


def is_worded(gate: str) -> bool:
    """Return whether a gate asks for words rather than for digits and signs."""
    return bool(WORDED.search(ESCAPED.sub("", gate)))


def unfiltered(gates: Sequence[str]) -> list[str]:
    """Return the gates that have no literal of three letters to filter by."""
    return [gates[number] for number in _filter(gates).Match("", potential=True) or []]


def _filter(gates: Sequence[str]) -> Any:
    made = re2.Filter()
    for gate in gates:
        made.Add(gate, options(PATTERN_MEMORY))
    made.Compile()
    return made


def _shaped(gate: str) -> bool:
    """Return whether a gate asks for capital letters, or for the end of the text."""
    return not gate.startswith("(?i)") and bool(SHAPE.search(ESCAPED.sub("", gate)))


def options(memory: int) -> re2.Options:
    """Return how RE2 compiles: within so many bytes, and silently."""
    chosen = re2.Options()
    chosen.max_mem = memory
    chosen.log_errors = False  # RE2 would print what it read
    return chosen
