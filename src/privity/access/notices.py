"""Letters to staff: of break-glass, of who may take part in it, and of training that ends.

Invariants: privacy officers are told of every approval and every reading in the transaction that
writes it, so before anything is shown, and so of whoever may read or approve from then on; a letter
holds codes and links, no reason and no text; it waits by the id of its account, whose address is
read when it is sent; who is off-boarded gets none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from privity.access.accounts import Account, State
from privity.access.staff import Role, StaffId


class Notice(StrEnum):
    """What a letter to staff is about; its value names its words."""

    APPROVED = "staff_approved"
    READ = "staff_read"
    TRAINING = "staff_training"
    ADMITTED = "staff_admitted"


@dataclass(frozen=True, slots=True)
class Note:
    """A letter that waits.

    `about`: the id of a grant or an account, or the day on which training ends.
    """

    id: str
    notice: Notice
    account: StaffId
    about: str
    made_at: datetime
    due: datetime
    attempts: int = 0


class Notes(Protocol):
    """Letters to staff that wait, inside one transaction."""

    def add(self, note: Note) -> None:
        """Store one; the same id again changes nothing."""
        ...

    def claim(self, now: datetime, until: datetime, limit: int) -> tuple[Note, ...]:
        """Return those that are due, oldest first, each with one attempt more.

        Nobody else gets them before `until`.
        """
        ...

    def put_off(self, name: str, due: datetime) -> None:
        """Try one again, not before this time; if it is still there."""
        ...

    def remove(self, name: str) -> bool:
        """Remove one and say whether it was there."""
        ...

    def sweep(self, before: datetime) -> int:
        """Remove those that were made before a time, sent or not, and say how many."""
        ...

    def all(self) -> tuple[Note, ...]:
        """Return all, oldest first."""
        ...


def note(notice: Notice, account: StaffId, about: str, now: datetime) -> Note:
    """Return a letter to somebody; its id is the same for the same thing at the same time."""
    named = f"{notice}\n{account}\n{about}\n{now.isoformat()}"
    name = hashlib.sha256(named.encode()).hexdigest()[:32]
    return Note(name, notice, account, about, now, now)


def to_officers(
    accounts: tuple[Account, ...], notice: Notice, about: str, now: datetime
) -> tuple[Note, ...]:
    """Return a letter to every privacy officer whose account is in use."""
    return tuple(
        note(notice, each.id, about, now)
        for each in accounts
        if Role.PRIVACY_OFFICER in each.roles and each.state is State.ACTIVE
    )
