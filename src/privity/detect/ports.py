"""What minimization needs from detection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from privity.model.finding import Finding
from privity.model.text import Leaf


class Detector(Protocol):
    """Finds personal data in text."""

    @property
    def version(self) -> str:
        """Changes whenever the same text could give other findings; part of cache keys."""
        ...

    def find(self, leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        """Return the findings of each leaf, in order of place, not overlapping.

        Raises DetectorUnavailable; never returns less because something failed.
        """
        ...
