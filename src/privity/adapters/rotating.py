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
from privity.errors import KeyStoreUnavailable, Tampered
from privity.model.policy import Policy
from privity.model.words import KeyLevel, SubjectRef
from privity.policy.offers import rotation
from privity.settings import Keys
from privity.vault.rotate import rotate_partitions, rotate_root
from privity.vault.rotate_people import finish_people, rotate_people
from privity.vault.rotation import Means, Moved, Step, Steps

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SecretsFile:
    """vault.rotation.SealedHome: the file in a home, or in the folder of a region in it."""

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


@dataclass(frozen=True, slots=True)
class Rotated:
    """What rotations did: how much moved, and who was left as they are, as in `vault.rotation`."""

    count: int
    left: frozenset[SubjectRef]


def rotate_now(
    journal: SqlJournal, steps: Steps, tell: Callable[[int], None]
) -> tuple[SubjectRef, ...]:
    """Run a rotation to its end; `tell` hears how much each step moved. Raises OperatorErrors.

    Returns whom it left as they are.
    """
    step = _next(steps, None)
    with journal.session() as session:
        while callable(step):
            begun = time.monotonic()
            try:
                with session.transaction() as tx:
                    told: Moved | Tampered = step(tx)
            except Tampered as error:
                told = error
            if isinstance(told, Moved):
                tell(told.count)
            time.sleep(time.monotonic() - begun)  # let others write
            step = _next(steps, told)
    return step


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
) -> Rotated:
    """Finish what was interrupted, rotate what is due by `ages`; return what that did.

    Raises OperatorErrors; what is left is done the next time.
    """
    total, left = 0, frozenset[SubjectRef]()
    for steps in (
        rotate_root(means, _before(at, due.get(KeyLevel.ROOT))),
        rotate_partitions(means, _before(at, due.get(KeyLevel.PARTITION))),
        finish_people(means),
        rotate_people(means, _before(at, due.get(KeyLevel.PERSON))),
    ):
        done = await _rotate(journal, steps)
        total, left = total + done.count, left | done.left
    return Rotated(total, left)


async def _rotate(journal: SqlJournal, steps: Steps) -> Rotated:
    total = 0
    step = await asyncio.to_thread(_next, steps, None)
    while callable(step):
        begun = time.monotonic()
        try:
            told: Moved | Tampered = await journal.write(step)
        except Tampered as error:
            told = error
        total += told.count if isinstance(told, Moved) else 0
        await asyncio.sleep(time.monotonic() - begun)  # let others write
        # What a rotation does between its steps may ask a custodian: not on the event loop.
        step = await asyncio.to_thread(_next, steps, told)
    return Rotated(total, frozenset(step))


def _next(steps: Steps, told: Moved | Tampered | None) -> Step | tuple[SubjectRef, ...]:
    """Tell a rotation how its last step went; return its next one, or at the end whom it left."""
    try:
        match told:
            case None:
                return next(steps)
            case Moved():
                return steps.send(told)
            case _:
                return steps.throw(told)
    except StopIteration as end:
        left: tuple[SubjectRef, ...] = end.value
        return left


def _before(at: datetime, age: timedelta | None) -> datetime:
    """Return when a key must have been made to be due now; None: none is ever due."""
    return _NEVER if age is None else at - age
