"""What pages of the console see of a serving home: checks, evidence, counts, keys. No person.

Invariant: nothing here can hold text of a person; there is no field for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from privity.console.people.published import Checked
from privity.console.series import Bucket, Span
from privity.governance.checks import Finding
from privity.model.words import KeyLevel, Purpose, Region


@dataclass(frozen=True, slots=True)
class Looked:
    """What the checks of an installation found, and when."""

    at: datetime
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One version of a key, never the key; of people's keys, the oldest of all, without a name.

    `uses`: how many keys or records it seals. `state`: `in use`, `due` or `replaced`.
    """

    level: KeyLevel
    name: str
    version: str
    made_at: datetime | None
    due_at: datetime | None
    uses: int
    state: str


@dataclass(frozen=True, slots=True)
class Store:
    """Where people of a region are kept (None: nobody; it has the accounts and the log).

    `custodian`: what holds the root key; `database`: which kind it is; `kept`: records by purpose.
    """

    region: Region | None
    own: bool
    custodian: str
    database: str
    log: str
    entries: int
    kept: Mapping[Purpose, int]
    keys: tuple[KeyVersion, ...]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All stores, and at which age keys of each level are replaced, where that is said.

    `promised`: by the policy; `due`: here, which may be earlier.
    """

    stores: tuple[Store, ...]
    promised: Mapping[KeyLevel, timedelta]
    due: Mapping[KeyLevel, timedelta]


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

    async def keys(self) -> KeyRing:
        """Return how old every key is, and where people are kept. Raises KeyStoreUnavailable."""
        ...
