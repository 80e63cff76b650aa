"""How much personal data came in, and how much of it left: counted, never content.

Invariants: what is counted is kinds, treatments, codes, lengths and times; the measured share is of
what was found, so it says how well findings are treated and nothing of what no detector finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from privity.model.finding import Tally


@dataclass(frozen=True, slots=True)
class Weight:
    """Characters of personal data that came in, and those of them that left unchanged."""

    came: int = 0
    left: int = 0

    @property
    def minimized(self) -> float | None:
        """Return the share (0 to 1) that did not leave as it came; None when nothing came."""
        return None if self.came == 0 else 1 - self.left / self.came


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that was counted since the server started, in all its processes."""

    found: Tally
    weight: Weight
    refused: Mapping[str, int]
    ended: Mapping[str, int]


class Counters(Protocol):
    """Where the path of a message reports what it did. Never content."""

    def minimized(self, tally: Tally) -> None:
        """Count what was found in a request, by kind, and how it was treated."""
        ...

    def weighed(self, weight: Weight) -> None:
        """Count characters of personal data that came in, and that left unchanged."""
        ...

    def refused(self, code: str) -> None:
        """Count an exchange that did not begin, by the code of the error."""
        ...

    def ended(self, code: str) -> None:
        """Count an exchange that ended, by its code; `ok` is the good end."""
        ...

    def added(self, seconds: float) -> None:
        """Note how long a request was held here before it left, in seconds."""
        ...

    def lasted(self, seconds: float) -> None:
        """Note how long an exchange took until its last byte, in seconds."""
        ...
