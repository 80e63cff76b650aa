"""What rotation needs from the outside: root keys with versions, and all keys at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from privity.model.words import SubjectRef
from privity.vault.ports import Custodian, PartitionKey, Sealed, WrappedKey


@dataclass(frozen=True, slots=True)
class RootVersion:
    """One version of a root key. `made_at` is None where the custodian does not know it."""

    name: str
    made_at: datetime | None


class RootKeys(Custodian, Protocol):
    """A custodian whose root key has versions, of which the newest wraps."""

    def versions(self) -> tuple[RootVersion, ...]:
        """Return the versions that can be destroyed, oldest first, and last the one that wraps.

        Raises KeyStoreUnavailable.
        """
        ...

    def version_of(self, wrapped: bytes) -> str:
        """Return the name of the version that a key is wrapped under. Raises Tampered."""
        ...

    def rotate(self, after: str, now: datetime) -> str:
        """Make a new version, unless the newest is not `after` any more; return the newest.

        Raises KeyStoreUnavailable.
        """
        ...

    def destroy(self, version: str) -> None:
        """Destroy a version that is not the newest; again changes nothing.

        What it wrapped never opens again. Raises KeyStoreUnavailable.
        """
        ...


Cursor: TypeAlias = tuple[str, int]
"""How far a walk over people's keys has come: the last subject and version."""


class Rotation(Protocol):
    """All keys inside one transaction, as rotation looks at them."""

    def partitions(self) -> tuple[PartitionKey, ...]:
        """Return every version of every partition's key, oldest first."""
        ...

    def rewrap_partition(self, key: PartitionKey) -> None:
        """Store another wrapped form of a key that is stored."""
        ...

    def destroy_partition(self, key: PartitionKey) -> None:
        """Remove one version of a partition's key."""
        ...

    def older(self, newest: PartitionKey, after: Cursor, limit: int) -> tuple[WrappedKey, ...]:
        """Return people's keys wrapped under older versions than this, at most so many."""
        ...

    def rewrap(self, keys: Sequence[WrappedKey]) -> None:
        """Store other wrapped forms of people's keys that are stored."""
        ...

    def of(self, subject: SubjectRef) -> tuple[WrappedKey, ...]:
        """Return every version of every key of a person, oldest first."""
        ...

    def unfinished(self, limit: int) -> tuple[SubjectRef, ...]:
        """Return people who have several versions of a key, at most so many."""
        ...

    def due(
        self, before: datetime, limit: int, left: Sequence[SubjectRef] = ()
    ) -> tuple[SubjectRef, ...]:
        """Return people who have a key made before this time, at most so many, oldest first.

        But for those who were `left`.
        """
        ...

    def records(self, newest: WrappedKey, limit: int) -> tuple[Sealed, ...]:
        """Return records sealed under older versions than this, at most so many."""
        ...

    def destroy(self, key: WrappedKey) -> None:
        """Remove one version of a person's key."""
        ...
