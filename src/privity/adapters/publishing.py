"""The policy over time and its evidence, as the notice pages show them: console.people.published.

Invariants: what is counted is what the log and the records say, over every region; each entry is
counted once, however often the notice is read; a count is used again for a minute; one that fails
is begun anew.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from privity.adapters.sql.read import Reader, Snapshot
from privity.adapters.versions import versions
from privity.audit.stored import read_entry
from privity.console.people.published import Checked
from privity.errors import PrivityError
from privity.model.policy import Policy
from privity.model.words import KeyLevel, Purpose, Region
from privity.policy.evidence import Counting
from privity.policy.queries import Holdings
from privity.policy.versions import Version, in_force

FRESH = timedelta(minutes=1)


class PolicyOverTime:
    """console.people.published.Published, of a home."""

    __slots__ = (
        *("_checked", "_clock", "_counting", "_folder"),
        *("_policy", "_readers", "_seen", "_turn"),
    )

    def __init__(
        self,
        folder: Path,
        policy: Policy,
        readers: Sequence[Reader],
        clock: Callable[[], datetime],
    ) -> None:
        """`policy` is the one in force; `readers` are of every region's store."""
        self._folder = folder
        self._policy = policy
        self._readers = readers
        self._clock = clock
        self._checked: Checked | None = None
        self._counting = Counting(policy)
        self._seen = [0] * len(readers)
        self._turn = asyncio.Lock()

    def versions(self) -> Sequence[Version]:
        """Return every version; the one in force is among them. Raises PolicyInvalid."""
        written = versions(self._folder)
        held = in_force(written, self._clock())
        if held is not None and held.policy.digest == self._policy.digest:
            return written
        later = tuple(each for each in written if each.since and each.since > self._clock())
        return (Version(self._policy, None), *later)

    async def checked(self) -> Checked:
        """Return the latest results. Raises DatabaseUnavailable, LogCorrupt."""
        async with self._turn:
            last, now = self._checked, self._clock()
            if last is None or now - last.at > FRESH:
                last = self._checked = await asyncio.to_thread(self._count, now)
            return last

    def _count(self, now: datetime) -> Checked:
        places: Counter[tuple[Purpose, Region]] = Counter()
        overdue = 0
        keys: dict[KeyLevel, timedelta] = {}
        for number, reader in enumerate(self._readers):
            with reader.snapshot() as snapshot:
                places.update(snapshot.places())
                overdue += snapshot.overdue(now)
                for level, made_at in snapshot.oldest_keys().items():
                    keys[level] = max(now - made_at, keys.get(level, timedelta()))
                self._see(number, snapshot)
        return Checked(now, self._counting.results(Holdings(places, overdue, keys=keys)))

    def _see(self, number: int, snapshot: Snapshot) -> None:
        """Count the entries of one log that are new."""
        try:
            for index, body in snapshot.entries(self._seen[number]):
                self._counting.see((read_entry(body),))
                self._seen[number] = index + 1
        except PrivityError:
            self._counting, self._seen = Counting(self._policy), [0] * len(self._readers)
            raise
