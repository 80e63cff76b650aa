"""What the access of staff needs of the database, inside one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from privity.access.accounts import Account, Factor
from privity.access.grants import Request
from privity.access.sessions import Guesses, Session
from privity.access.staff import GrantId, StaffId


class Accounts(Protocol):
    """Accounts and their factors."""

    def put(self, account: Account) -> None:
        """Store an account, in the place of the one with its id if there is one."""
        ...

    def get(self, name: StaffId) -> Account | None:
        """Return an account, or None."""
        ...

    def by_mail(self, mail: str) -> Account | None:
        """Return the account, not ended, of this address (lower case), or None."""
        ...

    def by_invitation(self, digest: str) -> Account | None:
        """Return the account that awaits whoever holds the secret of this digest, or None."""
        ...

    def all(self) -> tuple[Account, ...]:
        """Return every account, oldest first."""
        ...

    def factors(self, name: StaffId) -> tuple[Factor, ...]:
        """Return the factors of an account, oldest first."""
        ...

    def factor(self, name: str) -> Factor | None:
        """Return a factor by its id, whosever it is, or None."""
        ...

    def add_factor(self, factor: Factor) -> None:
        """Store a new factor."""
        ...

    def count(self, factor: str, counter: int) -> bool:
        """Raise a factor's counter; say whether it is higher than it was."""
        ...

    def remove_factor(self, factor: str) -> bool:
        """Remove a factor and say whether there was one: what is good once is used by this."""
        ...


class Sessions(Protocol):
    """Sessions, and wrong guesses."""

    def put(self, session: Session) -> None:
        """Store a session, in the place of the one with its digest if there is one."""
        ...

    def get(self, digest: str) -> Session | None:
        """Return a session, or None."""
        ...

    def of(self, account: StaffId, now: datetime) -> tuple[Session, ...]:
        """Return the sessions of an account that hold now, newest first."""
        ...

    def remove(self, digest: str) -> None:
        """End a session."""
        ...

    def remove_of(self, account: StaffId) -> int:
        """End every session of an account and say how many there were."""
        ...

    def sweep(self, before: datetime) -> int:
        """Remove sessions that began before this and guesses that were made before it."""
        ...

    def guesses(self, who: str) -> Guesses:
        """Return the wrong tries for a keyed reference."""
        ...

    def guessed(self, who: str, guesses: Guesses) -> None:
        """Store them; none are forgotten by storing a count of 0."""
        ...


class Grants(Protocol):
    """Requests for access to a conversation."""

    def put(self, request: Request, reason: bytes) -> None:
        """Store a request and its sealed reason, in the place of the one with its id."""
        ...

    def decide(self, request: Request) -> None:
        """Store what became of a request that is stored."""
        ...

    def get(self, name: GrantId) -> tuple[Request, bytes] | None:
        """Return a request without its reason, and the sealed reason, or None."""
        ...

    def latest(self, limit: int) -> tuple[Request, ...]:
        """Return the newest requests, without their reasons."""
        ...

    def of(self, account: StaffId, limit: int) -> tuple[Request, ...]:
        """Return the newest requests of a reader, without their reasons."""
        ...

    def end_of(self, account: StaffId) -> int:
        """End every request of a reader that could still open something; say how many."""
        ...
