"""Calls that were refused before anybody knew whose they were, counted by code.

Invariant: whoever has no key can make the log grow by one entry in each interval at most, however
often they call: what is written is how many there were.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


class Strangers:
    """The counts of one process since they were taken last. Used by one event loop."""

    __slots__ = ("_refused",)

    def __init__(self) -> None:
        self._refused: Counter[str] = Counter()

    def refused(self, code: str) -> None:
        """Count a call that was refused, by the code of the error."""
        self._refused[code] += 1

    def take(self) -> Mapping[str, int]:
        """Return the counts, and begin again."""
        taken, self._refused = self._refused, Counter()
        return taken
