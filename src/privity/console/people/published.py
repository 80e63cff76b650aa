"""What the notice pages need of the outside: the policy over time, and what its evidence says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.policy.evidence import Evidence, Result
from privity.policy.versions import Version


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of every query, and when the log and the records were read for it."""

    at: datetime
    results: tuple[tuple[Evidence, Result], ...]


class Published(Protocol):
    """The policy as people may read it."""

    def versions(self) -> Sequence[Version]:
        """Return every version, oldest first, with the one that was announced. PolicyInvalid."""
        ...

    async def checked(self) -> Checked:
        """Return the latest result of every query; it may be some minutes old.

        Raises DatabaseUnavailable, LogCorrupt.
        """
        ...
