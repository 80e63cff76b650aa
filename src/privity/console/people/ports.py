"""What the pages need of the outside: where the people of a region are kept.

Invariants: what is read is about one person, who is named when reading begins; reading takes no
lock; every change is one transaction with its entry in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from privity.audit.signing import Signer
from privity.console.people.visitor import Person
from privity.governance.ports import DeskStore
from privity.model.words import Region, RequestId, SubjectRef
from privity.rights.choices import Choices
from privity.rights.ports import UsedPasses
from privity.vault.certificate import Source
from privity.vault.keep import Vault
from privity.vault.ports import OpeningStore, Sealed

T = TypeVar("T")


class Head(Protocol):
    """The newest state of the log."""

    @property
    def size(self) -> int:
        """How many entries it has."""
        ...

    @property
    def note(self) -> str:
        """Its signed checkpoint."""
        ...


class StoredLog(Source, Protocol):
    """The log, as certificates and receipts are made from it."""

    def head(self) -> Head:
        """Return its newest state."""
        ...


class Entries(Protocol):
    """Entries of the log about a person, newest first."""

    @property
    def found(self) -> Sequence[tuple[int, bytes]]:
        """Each with its index."""
        ...

    @property
    def whole(self) -> bool:
        """Whether no older ones were left out."""
        ...


class PersonView(OpeningStore, Protocol):
    """What is stored of one person, all as it was at one moment."""

    @property
    def subject(self) -> SubjectRef:
        """The person."""
        ...

    @property
    def log(self) -> StoredLog:
        """The log."""
        ...

    def choices(self) -> Choices:
        """Return what they chose."""
        ...

    def spent(self, nonce: str) -> bool:
        """Say whether a link was used, or a session was ended."""
        ...

    def records(self) -> Sequence[Sealed]:
        """Return their records, in order of id; none whose key an erasure destroyed."""
        ...

    def held(self) -> frozenset[str]:
        """Return which of their records a legal hold is on."""
        ...

    def entries(self, most: int) -> Entries:
        """Return the newest entries of the log about them, at most so many."""
        ...

    def ledger(self) -> Sequence[tuple[int, bytes]]:
        """Return the entries about what they were shown and chose, oldest first."""
        ...

    def entry(self, index: int) -> Iterable[tuple[int, bytes]]:
        """Return this entry of the log, as (index, bytes), if it is about them."""
        ...


class PeopleStore(DeskStore, Protocol):
    """One transaction over everything that a person can change."""

    @property
    def used_passes(self) -> UsedPasses:
        """Links that were used and sessions that were ended."""
        ...


class Shelf(Protocol):
    """Where the people of one region are kept, with the keys that open it."""

    @property
    def vault(self) -> Vault:
        """What seals and opens their records."""
        ...

    @property
    def signer(self) -> Signer:
        """Who signs the log and exports."""
        ...

    async def look(self, subject: SubjectRef, work: Callable[[PersonView], T]) -> T:
        """Read what is stored of a person. Raises DatabaseUnavailable and what the work raises."""
        ...

    async def change(self, work: Callable[[PeopleStore], T]) -> T:
        """Run work in a transaction; return once it is durable.

        The work may be run twice. Raises DatabaseUnavailable, LogUnavailable or Overloaded, and
        what the work raises; then nothing was written.
        """
        ...

    async def receipt(self, subject: SubjectRef, request: RequestId) -> bytes | None:
        """Return the receipt of an exchange of this person, or None. Raises LogCorrupt."""
        ...


class Shelves(Protocol):
    """All regions, and who lives where."""

    async def of(self, who: Person) -> Shelf:
        """Return where a person is kept: where they live, else where their application states.

        Raises WrongRegion, DatabaseUnavailable.
        """
        ...

    async def lives(self, who: Person) -> Region | None:
        """Return where a person lives, else what their application states."""
        ...

    async def erase(self, subject: SubjectRef) -> int:
        """Destroy what is kept of a person, wherever it is. Raises what `vault.erase` does.

        Returns the entry that says so, in the log of where they lived.
        """
        ...
