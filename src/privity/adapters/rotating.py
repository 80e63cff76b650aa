"""Run rotations of keys: by a command at once, by the server when they are due.

Invariant: each step is one transaction of the journal; between steps others write, for as long as
the step took, so that no request waits for a rotation longer than for one batch.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from privity.adapters.home import SECRETS, Home, now, write_private
from privity.adapters.sql.journal import SqlJournal
from privity.errors import KeyStoreUnavailable
from privity.model.policy import Policy
from privity.model.words import KeyLevel
from privity.policy.offers import rotation
from privity.settings import Keys
from privity.vault.rotate import (
    Means,
    Moved,
    Step,
    Steps,
    finish_people,
    rotate_partitions,
    rotate_people,
    rotate_root,
)

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SecretsFile:
    """vault.rotate.SealedHome: the file in a home, or in the folder of a region in it."""

    folder: Path

    def read(self) -> bytes:
        """Return the wrapped secrets. Raises KeyStoreUnavailable."""
        try:
            return (self.folder / SECRETS).read_bytes()
        except OSError as error:
            message = f"{SECRETS} cannot be read: {type(error).__name__}"
            raise KeyStoreUnavailable(message) from error

    def write(self, wrapped: bytes) -> None:
        """Put others in their place. Raises KeyStoreUnavailable."""
        try:
            write_private(self.folder / SECRETS, wrapped)
        except OSError as error:
            message = f"{SECRETS} cannot be written: {type(error).__name__}"
            raise KeyStoreUnavailable(message) from error


def means_of(home: Home, policy: str) -> Means:
    """Return what rotations in this home work with. `policy`: the digest of the one in force."""
    keep = timedelta(days=home.settings.keys.old_root_days)
    return Means(home.custodian, SecretsFile(home.settings.folder), policy, keep, now)


def rotate_now(journal: SqlJournal, steps: Steps, tell: Callable[[int], None]) -> None:
    """Run a rotation to its end; `tell` hears how much each step moved. Raises OperatorErrors."""
    step = next(steps, None)
    with journal.session() as session:
        while step is not None:
            begun = time.monotonic()
            with session.transaction() as tx:
                moved = step(tx)
            tell(moved.count)
            time.sleep(time.monotonic() - begun)  # let others write
            step = _next(steps, moved)


def ages(keys: Keys, policy: Policy) -> Mapping[KeyLevel, timedelta]:
    """Return at which age the keys of each level are due: the shortest of settings and policy.

    A level is missing where neither says anything.
    """
    days = {
        KeyLevel.ROOT: keys.root_days,
        KeyLevel.PARTITION: keys.partition_days,
        KeyLevel.PERSON: keys.person_days,
    }
    due = {level: timedelta(days=each) for level, each in days.items() if each}
    for level, age in rotation(policy).items():
        due[level] = min(age, due.get(level, age))
    return due


async def rotate_due(
    journal: SqlJournal, means: Means, due: Mapping[KeyLevel, timedelta], at: datetime
) -> int:
    """Finish what was interrupted, rotate what is due by `ages`; return how much moved.

    Raises OperatorErrors; what is left is done the next time.
    """
    total = 0
    for steps in (
        rotate_root(means, _before(at, due.get(KeyLevel.ROOT))),
        rotate_partitions(means, _before(at, due.get(KeyLevel.PARTITION))),
        finish_people(means),
        rotate_people(means, _before(at, due.get(KeyLevel.PERSON))),
    ):
        total += await _rotate(journal, steps)
    return total


async def _rotate(journal: SqlJournal, steps: Steps) -> int:
    total = 0
    step = await asyncio.to_thread(next, steps, None)
    while step is not None:
        begun = time.monotonic()
        moved = await journal.write(step)
        total += moved.count
        await asyncio.sleep(time.monotonic() - begun)  # let others write
        # What a rotation does between its steps may ask a custodian: not on the event loop.
        step = await asyncio.to_thread(_next, steps, moved)
    return total


def _next(steps: Steps, moved: Moved) -> Step | None:
    try:
        return steps.send(moved)
    except StopIteration:
        return None


def _before(at: datetime, age: timedelta | None) -> datetime:
    """Return when a key must have been made to be due now; None: none is ever due."""
    return _NEVER if age is None else at - age
