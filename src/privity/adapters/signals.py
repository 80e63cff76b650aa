"""Counts of what happened, in memory."""

from __future__ import annotations

from privity.model.finding import Tally


class Counted:
    """gateway.means.Signals."""

    def minimized(self, tally: Tally) -> None:
        """Count what was found in a request, and how it was treated."""

    def refused(self, code: str) -> None:
        """Count an exchange that did not begin."""

    def ended(self, code: str) -> None:
        """Count an exchange that ended."""
