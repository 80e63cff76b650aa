"""What watching needs of the database, inside one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from privity.audit.ports import Log
from privity.oversight.alerts import Alerts
from privity.oversight.observe import Known, Sample

RULES = "rules"
"""The follower that asks rules; the others are receivers."""
STILL = timedelta(minutes=5)
"""How long nobody may hold the lease of who asks the rules; whoever does renews it ahead."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Up to where somebody followed the log: `position` entries; the hash of the last, its time.

    `holder` is the process that follows until `until`.
    """

    position: int
    leaf: bytes
    at: datetime
    holder: str
    until: datetime


class Followers(Protocol):
    """Who followed the log up to where, and what is remembered of the past."""

    def get(self, name: str) -> Followed | None:
        """Return up to where a follower came, or None."""
        ...

    def put(self, name: str, followed: Followed) -> None:
        """Store up to where a follower came."""
        ...

    def learn(self, known: Sequence[Known], samples: Sequence[Sample], at: datetime) -> None:
        """Store what actors did for the first time, and volumes of hours that are over."""
        ...

    def forget(self, before: datetime) -> int:
        """Remove volumes and habits from before a time and say how many."""
        ...


class Store(Protocol):
    """One transaction, as far as watching is concerned."""

    @property
    def alerts(self) -> Alerts:
        """Alerts."""
        ...

    @property
    def followers(self) -> Followers:
        """Followers of the log."""
        ...

    @property
    def log(self) -> Log:
        """The audit log."""
        ...
