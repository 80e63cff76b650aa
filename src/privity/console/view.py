"""What the console shows, as values: counts, codes, names of the system, and no person.

Invariant: nothing here can hold text of a person; there is no field for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.governance.checks import Finding
from privity.minimize.measure import Seen
from privity.model.policy import Policy
from privity.model.words import Purpose


@dataclass(frozen=True, slots=True)
class LogState:
    """The audit log: its name, how many entries it holds, and its root hash (base64)."""

    origin: str
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class KeptCount:
    """How many sealed records are kept for a purpose, and when the next of them is deleted."""

    purpose: Purpose
    records: int
    next_end: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds: the log, the records, and how many records should be gone."""

    log: LogState
    kept: tuple[KeptCount, ...]
    overdue: int


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one serving process at `at`.

    `checks` has each part that requests depend on: `ok`, or a code. `stored` is None while the
    database cannot be read.
    """

    at: datetime
    since: datetime
    version: str
    checks: Mapping[str, str]
    seen: Seen
    stored: Stored | None

    @property
    def serving(self) -> bool:
        """Whether every part works, so that requests are answered."""
        return bool(self.checks) and all(state == "ok" for state in self.checks.values())


class StatusView(Protocol):
    """Where the console looks."""

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        ...

    async def status(self) -> Status:
        """Return the state now. Never raises because a part is down: it says so."""
        ...

    async def setup(self) -> tuple[Finding, ...]:
        """Return what the checks of an installation say of it, as `privity doctor` does."""
        ...

    async def noted(self) -> None:
        """Write down what was counted up to now, for whoever looks at it over time.

        Raises DatabaseUnavailable, LogUnavailable, Overloaded.
        """
        ...

    async def metrics(self) -> tuple[bytes, str]:
        """Return the counts in Prometheus form, and their content type."""
        ...
