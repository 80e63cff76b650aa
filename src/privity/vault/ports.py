"""What the vault needs from the outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
    """An encrypted record; only the vault can open it. `key_version` names the subject's key."""

    place: Place
    conversation: ConversationRef
    key_version: int
    body: bytes
    made_at: datetime
    delete_at: datetime


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A subject's key, encrypted under the key above it in the hierarchy."""

    region: Region
    purpose: Purpose
    subject: SubjectRef
    version: int
    wrapped: bytes
    made_at: datetime


class Records(Protocol):
    """Sealed records inside one transaction."""

    def put(self, record: Sealed) -> None:
        """Store a record; the same id again changes nothing."""
        ...

    def of(self, subject: SubjectRef) -> tuple[Sealed, ...]:
        """Return a subject's records, in order of id."""
        ...

    def erase(self, subject: SubjectRef) -> int:
        """Remove all of a subject's records and say how many."""
        ...

    def sweep(self, now: datetime) -> int:
        """Remove every record whose time has come and say how many."""
        ...

    def overdue(self, now: datetime) -> int:
        """Say how many records should be gone and are not."""
        ...


class SubjectKeys(Protocol):
    """Wrapped keys inside one transaction."""

    def get(self, region: Region, purpose: Purpose, subject: SubjectRef) -> WrappedKey | None:
        """Return the newest key of a subject for a purpose, or None."""
        ...

    def put(self, key: WrappedKey) -> WrappedKey:
        """Store a key unless that version exists; return the one that is stored now."""
        ...

    def destroy(self, subject: SubjectRef) -> int:
        """Remove every key of a subject and say how many."""
        ...


class Custodian(Protocol):
    """Holder of a root key: a file, a hardware module, a cloud KMS. The key never leaves it."""

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Encrypt a key so that it opens only at this place. Raises KeyStoreUnavailable."""
        ...

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Decrypt what wrap() made. Raises Tampered or KeyStoreUnavailable."""
        ...
