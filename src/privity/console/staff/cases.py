"""What people ask about their data, as staff see it: the ports. Kinds, days and counts; no text.

Invariant: nobody's name or words can be held here: a person is their keyed reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from privity.access.staff import StaffId
from privity.audit.entry import Entry
from privity.governance.handling import Act
from privity.governance.requests import Proof, Reason, Request, RequestKind
from privity.model.text import Raw
from privity.model.words import Language, Region, SubjectRef


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as an application names them or as the log does; and where they live.

    `region` is None where nothing is known of them.
    """

    subject: SubjectRef
    app: str
    region: Region | None


@dataclass(frozen=True, slots=True)
class Holding:
    """How much is kept of somebody: rows by place, over all regions, and what they asked."""

    counts: Mapping[str, int]
    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody asked by letter or telephone. `mail`: by which we know them, or None.

    `by`: the account of who entered it.
    """

    kind: RequestKind
    proof: Proof
    mail: Raw | None
    language: Language
    by: StaffId


class Post(Enum):
    """Where the letter is that tells somebody that their request arrived."""

    NONE_WAITS = auto()  # it went, or they were told otherwise
    WAITS = auto()
    NO_SERVER = auto()  # it waits, and no mail server is named


class Cases(Protocol):
    """The requests of every region, and whom they are about. Raises DatabaseUnavailable."""

    async def all(self, *, closed: bool) -> tuple[Request, ...]:
        """Return the requests that are open, or all."""
        ...

    async def find(self, name: str) -> Request:
        """Return a request. Raises RequestUnknown."""
        ...

    async def post(self, request: Request) -> Post:
        """Return where the letter is that a request arrived."""
        ...

    async def do(self, name: str, act: Act, reason: Reason | None) -> Request:
        """Do one thing with a request. Raises RequestUnknown, RequestState, BadInput, NotErased."""
        ...

    async def reaches(self, name: str, given: Raw) -> bool:
        """Say whether an address is the one that was entered. Raises RequestUnknown, Tampered."""
        ...

    async def who(self, name: Raw, app: str) -> Person:
        """Return whom an application names so. Raises BadInput."""
        ...

    async def known(self, subject: SubjectRef, app: str) -> Person:
        """Return somebody by their reference. Raises BadInput for a name no application has."""
        ...

    async def told(self, entry: Entry, region: Region | None) -> None:
        """Write what staff do in the log of the region that it is about, if that is another one."""
        ...

    async def held(self, who: Person) -> Holding:
        """Return how much is kept of somebody."""
        ...

    async def open(self, who: Person, letter: Letter) -> Request:
        """Take a request; one that is asked already is returned instead. Raises BadInput.

        Where it could do harm, the proof that a letter names does not count.
        """
        ...
