"""What requests need of a transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from privity.governance.requests import Request, RequestRef
from privity.model.words import SubjectRef
from privity.rights.letters import Outbox
from privity.rights.minors import MinorsStore
from privity.rights.ports import ChoosingStore
from privity.vault.erase import ErasingStore
from privity.vault.residence import Directory


@dataclass(frozen=True, slots=True)
class Ticket:
    """The digest of a link in a letter about a request, and until when the link works."""

    digest: str
    ends: datetime


class Requests(Protocol):
    """The requests, inside one transaction."""

    def add(self, request: Request) -> None:
        """Store one."""
        ...

    def put(self, request: Request) -> None:
        """Store it in the place of the one with its id."""
        ...

    def find(self, name: RequestRef) -> Request | None:
        """Return one, or None."""
        ...

    def name(self, name: RequestRef, named: str) -> None:
        """Store what its agent calls it."""
        ...

    def named(self, name: RequestRef) -> str:
        """Return what its agent calls it, or "" ."""
        ...

    def of(self, subject: SubjectRef) -> tuple[Request, ...]:
        """Return those of one person, oldest first."""
        ...

    def all(self, *, closed: bool) -> tuple[Request, ...]:
        """Return those that are open, or all, oldest first."""
        ...

    def by_link(self, digest: str, now: datetime) -> Request | None:
        """Return the one whose link has this digest and still works, or None."""
        ...

    def link(self, name: RequestRef, ticket: Ticket | None) -> None:
        """Store the link of one in the place of an earlier one; None: none works any more."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Remove those that were closed before this time, at most so many; say how many."""
        ...


class Everywhere(Protocol):
    """Every place where something of a person is stored, by the name of its table."""

    def count(self, subject: SubjectRef) -> Mapping[str, int]:
        """Return how many rows each place holds of a person, all places, in order of name."""
        ...


class DeskStore(ErasingStore, ChoosingStore, MinorsStore, Directory, Protocol):
    """A transaction over requests, letters and everything that is stored of a person."""

    @property
    def outbox(self) -> Outbox:
        """The letters that wait."""
        ...

    @property
    def requests(self) -> Requests:
        """The requests."""
        ...

    @property
    def everywhere(self) -> Everywhere:
        """Every place where something of a person is stored."""
        ...
