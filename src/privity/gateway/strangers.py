"""Who calls: refusals before anybody knew whose they were, and from where applications call.

Invariant: what is written for the log grows by a bounded number of entries in each interval,
however often anybody calls; an address is kept here only until it was written, as a reference, and
to know it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from privity.model.words import AppId

MOST_ADDRESSES = 65_536
MOST_NEW = 256
"""How many new addresses are told of in one interval."""


class Strangers:
    """What one process saw since it was taken last. Used by one event loop."""

    __slots__ = ("_known", "_new", "_refused")

    def __init__(self) -> None:
        self._refused: Counter[str] = Counter()
        self._known: set[tuple[AppId, str]] = set()
        self._new: list[tuple[AppId, str]] = []

    def refused(self, code: str) -> None:
        """Count a call that was refused, by the code of the error."""
        self._refused[code] += 1

    def came(self, app: AppId, address: str) -> None:
        """Note from where an application calls."""
        seen = (app, address)
        if seen in self._known:
            return
        if len(self._known) >= MOST_ADDRESSES:
            self._known.clear()
        self._known.add(seen)
        if len(self._new) < MOST_NEW:
            self._new.append(seen)

    def take(self) -> Mapping[str, int]:
        """Return the counts, and begin again."""
        taken, self._refused = self._refused, Counter()
        return taken

    def take_new(self) -> tuple[tuple[AppId, str], ...]:
        """Return the applications with addresses that this process had not seen, once."""
        taken, self._new = self._new, []
        return tuple(taken)
