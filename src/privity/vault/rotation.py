"""What every rotation of keys is made of: steps, what they work with, and what they write.

A rotation is a series of steps, each one transaction, given as a generator that yields steps and is
sent what each returned, so that commands and the server run the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from privity.audit.entry import Entry, Event
from privity.audit.ports import Log
from privity.model.words import SubjectRef
from privity.vault.ports import PartitionKey, Store, WrappedKey
from privity.vault.rotation_ports import Cursor, RootKeys, Rotation
from privity.vault.subject_keys import KeyCache, KeyRing

BATCH = 256
"""How many keys or records move in one transaction, so that others can write in between."""
MOST_LEFT = 64
"""Of how many people something may not open, at most; of more, something else is wrong."""
START: Cursor = ("", 0)
_KEYS, _LIFETIME = 64, timedelta(minutes=5)


class RotatedStore(Store, Protocol):
    """A transaction over the vault and the log together, with all keys."""

    @property
    def log(self) -> Log:
        """The audit log."""
        ...

    @property
    def rotation(self) -> Rotation:
        """All keys."""
        ...


class SealedHome(Protocol):
    """Where the secrets of a home are, wrapped by the custodian."""

    def read(self) -> bytes:
        """Return them. Raises KeyStoreUnavailable."""
        ...

    def write(self, wrapped: bytes) -> None:
        """Put others in their place, whole or not at all. Raises KeyStoreUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What a rotation works with. `policy`: the digest of the one in force.

    `keep`: how long a replaced root key is kept, for backups of that age.
    """

    custodian: RootKeys
    home: SealedHome
    policy: str
    keep: timedelta
    clock: Callable[[], datetime]

    def ring(self) -> KeyRing:
        """Return a ring that remembers few keys."""
        return KeyRing(self.custodian, KeyCache(_KEYS, _LIFETIME))


@dataclass(frozen=True, slots=True)
class Moved:
    """What a step did: how many keys or records moved, and where the next step goes on.

    `left`: people of whom a key did not open, and stayed as it was.
    """

    count: int = 0
    after: Cursor | None = None
    names: tuple[str, ...] = ()
    left: tuple[SubjectRef, ...] = ()


Step: TypeAlias = Callable[[RotatedStore], Moved]
Steps: TypeAlias = Generator[Step, Moved, tuple[SubjectRef, ...]]
"""What a step raised may be thrown in. Returns the people left as they are: something of theirs
does not open."""


def name_of(key: PartitionKey | WrappedKey) -> str:
    """Return the name of a key's partition."""
    return f"{key.region.value}/{key.purpose.value}"


def about(kind: str, key: PartitionKey | WrappedKey) -> dict[str, str | int]:
    """Return what an entry says of a key."""
    return {"key": kind, "partition": name_of(key), "version": key.version}


def write(
    tx: RotatedStore,
    means: Means,
    event: Event,
    facts: dict[str, str | int],
    subject: SubjectRef | None = None,
) -> None:
    """Append an entry about a rotation."""
    tx.log.append(Entry(event, means.clock(), means.policy, subject=subject, facts=facts))
