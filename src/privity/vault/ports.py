"""What the vault needs from the outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.audit.entry import Entry
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record belongs. All of it is bound into the ciphertext as associated data."""

    region: Region
    purpose: Purpose
    subject: SubjectRef
    record: str
    kind: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted record; only the vault can open it. `key_version` names the subject's key.

    `train` and `review`: the person lets it make the assistant better, or staff read it as a
    sample. A leave can be taken away but never given later.
    """

    place: Place
    conversation: ConversationRef
    key_version: int
    body: bytes
    made_at: datetime
    delete_at: datetime
    train: bool = False
    review: bool = False


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A subject's key, encrypted under the key above it in the hierarchy."""

    region: Region
    purpose: Purpose
    subject: SubjectRef
    version: int
    wrapped: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PartitionKey:
    """The key of a partition (region and purpose), encrypted by the custodian's root key."""

    region: Region
    purpose: Purpose
    version: int
    wrapped: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Erasing:
    """An erasure whose records are still to be removed; their keys are destroyed already.

    `versions`: keys up to this version were destroyed. `entry`: where the log says so. `removed`:
    how many records are gone so far.
    """

    entry: int
    subject: SubjectRef
    versions: int
    removed: int


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold on one record: it outlives its deadline until the hold is released or ends.

    `reason` is the code of a case; who asked and who approved are keyed references.
    """

    id: str
    record: str
    reason: str
    requested_by: str
    approved_by: str
    begins: datetime
    ends: datetime


class Records(Protocol):
    """Sealed records inside one transaction.

    A record is due when its time has come and no hold is on it.
    """

    def put(self, record: Sealed) -> None:
        """Store a record; the same id again changes nothing."""
        ...

    def of(self, subject: SubjectRef) -> tuple[Sealed, ...]:
        """Return a subject's records, in order of id; none whose key an erasure destroyed."""
        ...

    def find(self, record: str) -> Sealed | None:
        """Return a record by its id, or None."""
        ...

    def replace(self, record: Sealed) -> None:
        """Put a record in the place of the one with its id."""
        ...

    def remove(self, subject: SubjectRef, versions: int, limit: int) -> int:
        """Remove records sealed under keys up to this version, at most so many; say how many."""
        ...

    def take(self, subject: SubjectRef, names: Sequence[str]) -> tuple[str, ...]:
        """Remove these records of a subject, but none that a hold is on; return which went."""
        ...

    def left(self, subject: SubjectRef, versions: int) -> int:
        """Say how many records sealed under keys up to this version are there."""
        ...

    def sweep(self, now: datetime, limit: int) -> int:
        """Remove records that are due, at most so many, and say how many."""
        ...

    def overdue(self, now: datetime) -> int:
        """Say how many records should be gone and are not."""
        ...


class SubjectKeys(Protocol):
    """Wrapped keys inside one transaction."""

    def get(
        self, region: Region, purpose: Purpose, subject: SubjectRef, version: int | None = None
    ) -> WrappedKey | None:
        """Return this version of a subject's key (the newest if none is named), or None."""
        ...

    def put(self, key: WrappedKey) -> WrappedKey:
        """Store a key unless that version exists; return the one that is stored now."""
        ...

    def next_version(self, subject: SubjectRef) -> int:
        """Return the version of a first key: above all that records to be removed were under.

        Raises PersonMoved if the person left the region.
        """
        ...

    def versions(self, subject: SubjectRef) -> tuple[int, int]:
        """Return how many keys a subject has, and the highest version among them (0: none)."""
        ...

    def destroy(self, subject: SubjectRef) -> int:
        """Remove every key of a subject and say how many."""
        ...

    def destroy_unused(self) -> int:
        """Remove every key that no record is sealed under and say how many."""
        ...


class PartitionKeys(Protocol):
    """Wrapped keys of partitions inside one transaction."""

    def get(
        self, region: Region, purpose: Purpose, version: int | None = None
    ) -> PartitionKey | None:
        """Return this version of a partition's key (the newest if none is named), or None."""
        ...

    def put(self, key: PartitionKey) -> PartitionKey:
        """Store a key unless that version exists; return the one that is stored now."""
        ...


class Erasures(Protocol):
    """Erasures whose records are still to be removed, inside one transaction."""

    def add(self, erasing: Erasing) -> None:
        """Store an erasure."""
        ...

    def get(self, entry: int) -> Erasing | None:
        """Return the erasure that this entry of the log is about, or None if it is finished."""
        ...

    def first(self) -> Erasing | None:
        """Return the oldest, or None."""
        ...

    def count(self, entry: int, removed: int) -> None:
        """Add to the number of records removed."""
        ...

    def finish(self, entry: int) -> None:
        """Forget an erasure."""
        ...


class Holds(Protocol):
    """Legal holds inside one transaction."""

    def add(self, hold: Hold) -> None:
        """Store a hold."""
        ...

    def all(self) -> tuple[Hold, ...]:
        """Return every hold, in order of id."""
        ...

    def remove(self, hold: str) -> Hold | None:
        """Remove a hold and return it, or None if there is none of this id."""
        ...

    def ended(self, now: datetime) -> tuple[Hold, ...]:
        """Return the holds whose time is over, in order of id."""
        ...

    def records_of(self, subject: SubjectRef) -> tuple[Sealed, ...]:
        """Return a subject's records that holds are on, in order of id."""
        ...


class Beside(Protocol):
    """What is stored of people besides their records: what they chose, codes and times only."""

    def forget(self, subject: SubjectRef) -> None:
        """Forget what an erased person agreed to; what they refused stays refused."""
        ...

    def again(self, entry: Entry, index: int) -> None:
        """Do again what an entry of the log says that a person chose, after a restore."""
        ...


class Clock(Protocol):
    """The latest time that a sweep believed, inside one transaction."""

    def seen(self) -> datetime | None:
        """Return it, or None before the first sweep."""
        ...

    def advance(self, to: datetime) -> None:
        """Set it."""
        ...


class Store(Protocol):
    """What the vault needs of a transaction: records, and the keys above them."""

    @property
    def records(self) -> Records:
        """The sealed records."""
        ...

    @property
    def keys(self) -> SubjectKeys:
        """The wrapped keys of subjects."""
        ...

    @property
    def partitions(self) -> PartitionKeys:
        """The wrapped keys of partitions."""
        ...


class OpeningKeys(Protocol):
    """Wrapped keys of subjects, to open with."""

    def get(
        self, region: Region, purpose: Purpose, subject: SubjectRef, version: int | None = None
    ) -> WrappedKey | None:
        """Return this version of a subject's key (the newest if none is named), or None."""
        ...


class OpeningPartitions(Protocol):
    """Wrapped keys of partitions, to open with."""

    def get(
        self, region: Region, purpose: Purpose, version: int | None = None
    ) -> PartitionKey | None:
        """Return this version of a partition's key (the newest if none is named), or None."""
        ...


class OpeningStore(Protocol):
    """What opening a record needs: the keys above it. A store that is only read has no more."""

    @property
    def keys(self) -> OpeningKeys:
        """The wrapped keys of subjects."""
        ...

    @property
    def partitions(self) -> OpeningPartitions:
        """The wrapped keys of partitions."""
        ...


class Custodian(Protocol):
    """Holder of a root key: a file, a hardware module, a cloud KMS. The key never leaves it."""

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Encrypt a key so that it opens only at this place. Raises KeyStoreUnavailable."""
        ...

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Decrypt what wrap() made. Raises Tampered or KeyStoreUnavailable."""
        ...
