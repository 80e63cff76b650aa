"""What the console needs of the outside: the store of the staff, and what verifies factors.

Invariants: every change is one transaction with its entry in the log; factors are verified outside
of transactions, because a password's hash takes long; nothing here shows what a factor holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from privity.access.accounts import Account, Factor
from privity.access.desk import Occasion
from privity.access.grants import Request
from privity.access.machines import MachineStore
from privity.access.reading import Found
from privity.access.staff import StaffId
from privity.console.people.door import Begun
from privity.governance.training import Trainings
from privity.oversight.alerts import Alerts
from privity.oversight.ports import Followers
from privity.rights.ports import UsedPasses
from privity.rights.view import Conversation

T = TypeVar("T")


class StaffStore(MachineStore, Protocol):
    """One transaction over everything of the staff."""

    @property
    def trainings(self) -> Trainings:
        """What staff took."""
        ...

    @property
    def alerts(self) -> Alerts:
        """Alerts."""
        ...

    @property
    def followers(self) -> Followers:
        """Who followed the log, up to where."""
        ...

    @property
    def used_passes(self) -> UsedPasses:
        """Challenges that were answered; each is good once."""
        ...


class Office(Protocol):
    """Where accounts, sessions and grants are kept."""

    async def change(self, work: Callable[[StaffStore], T]) -> T:
        """Run work in a transaction; return once it is durable. The work may be run twice.

        Raises DatabaseUnavailable, LogUnavailable, Overloaded, and what the work raises.
        """
        ...


class Archive(Protocol):
    """The conversations of every region."""

    async def find(self, name: str) -> Found | None:
        """Return the conversation of this reference, or with a record of this id, or None."""
        ...

    async def told(self, found: Found, request: Request, at: Occasion) -> None:
        """Write in the log of the person's own region that it is read, where that is another.

        Raises RecordUnknown.
        """
        ...

    async def opened(self, found: Found, now: datetime) -> Conversation:
        """Return a conversation as it is kept, minimized. Raises RecordUnknown, Tampered.

        RecordUnknown, too, if it is not in the region any more in which it was found.
        """
        ...


@dataclass(frozen=True, slots=True)
class Challenge:
    """Random bytes that one answer must sign, and when they were made."""

    random: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What an authenticator app reads: `drawn`, a QR code as a `data:` image; `typed`, by hand."""

    drawn: str
    typed: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Whom the identity provider of the staff names.

    `id`: of the provider's account, as a factor is named. `second`: it says that a second factor
    was shown. `since`: when they signed in there, if it says so.
    """

    id: str
    second: bool
    since: datetime | None


class Provider(Protocol):
    """The identity provider of the staff."""

    @property
    def name(self) -> str:
        """What it is called on our pages."""
        ...

    async def address(self, begun: Begun, *, again: bool) -> str:
        """Return where the browser goes; `again`: to sign in anew. Raises IdentityUnavailable."""
        ...

    async def colleague(self, code: str, begun: Begun) -> Colleague:
        """Return who came back with a code. Raises NotSignedIn, IdentityUnavailable."""
        ...


class Codes(Protocol):
    """Passwords and one-time codes."""

    def hashed(self, password: str) -> bytes:
        """Return what is stored of a password. Raises BadInput for one that is easy to guess."""
        ...

    def is_right(self, stored: bytes | None, password: str) -> bool:
        """Say whether this is the password; takes as long where there is no account."""
        ...

    def sealed_seed(self, account: StaffId, random: bytes) -> bytes:
        """Return a seed (20 bytes), sealed for its account."""
        ...

    def provisioned(self, account: Account, sealed: bytes) -> Provisioned:
        """Return what an authenticator app reads."""
        ...

    def used_step(self, account: StaffId, sealed: bytes, code: str, now: datetime) -> int | None:
        """Return the time step that a code is of, or None for a wrong one."""
        ...


class Passkeys(Protocol):
    """Passkeys of this site."""

    def registration(
        self, account: Account, challenge: Challenge, known: tuple[Factor, ...]
    ) -> str:
        """Return what a browser needs to make a passkey, as JSON."""
        ...

    def registered(self, challenge: Challenge, answer: str, now: datetime) -> Factor:
        """Return the passkey that a browser made, without its account. Raises AccessDenied."""
        ...

    def sign_in(self, challenge: Challenge, known: tuple[Factor, ...]) -> str:
        """Return what a browser needs to show a passkey, as JSON; none known: any."""
        ...

    def shown(self, answer: str) -> tuple[str, StaffId]:
        """Return which passkey an answer claims to be of, and whose; or empty."""
        ...

    def counted(self, challenge: Challenge, factor: Factor, answer: str, now: datetime) -> int:
        """Return the counter of a passkey that proved itself. Raises AccessDenied."""
        ...
