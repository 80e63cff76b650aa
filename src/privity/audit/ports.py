"""What the audit log needs from the outside."""

from __future__ import annotations

from typing import Protocol

from privity.audit.entry import Entry


class Log(Protocol):
    """The log inside one transaction: what is appended is durable when the transaction is."""

    def append(self, entry: Entry) -> int:
        """Add an entry and return its index, starting at 0."""
        ...
