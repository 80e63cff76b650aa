"""What pages of the console see of a serving home: checks, evidence, counts, keys. No person.

Invariant: nothing here can hold text of a person; there is no field for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.console.people.published import Checked
from privity.console.series import Bucket, Span
from privity.governance.checks import Finding


@dataclass(frozen=True, slots=True)
class Looked:
    """What the checks of an installation found, and when."""

    at: datetime
    findings: tuple[Finding, ...]


class Sights(Protocol):
    """Where those pages look. Raises DatabaseUnavailable and LogCorrupt."""

    async def setup(self, *, again: bool) -> Looked:
        """Return what `privity doctor` finds; it may be minutes old, unless it is asked again."""
        ...

    async def evidence(self) -> Checked:
        """Return the latest result of every query of the policy in force."""
        ...

    async def series(self, span: Span, since: datetime) -> tuple[Bucket, ...]:
        """Return what was counted from this time on, with what this process counted just now."""
        ...
