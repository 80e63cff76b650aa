"""The policy that was announced and does not hold yet, as a serving process knows it.

Invariant: what is announced changes while the process runs, and only `see` changes it here; until
its day nothing is decided by it.
"""

from __future__ import annotations

from privity.policy.versions import Version


class Upcoming:
    """At most one announced version."""

    __slots__ = ("_version",)

    def __init__(self) -> None:
        self._version: Version | None = None

    def see(self, version: Version | None) -> None:
        """Remember what is announced now; None: nothing."""
        self._version = version

    @property
    def version(self) -> Version | None:
        """What is announced, or None."""
        return self._version
