"""What the rights of people need of a transaction, besides the log and the vault.

A person's choices and ledger are in the database of their region, in the transactions that keep
their text, so that a choice and what it forbids cannot overtake each other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from privity.model.words import SubjectRef
from privity.rights.choices import Choices
from privity.vault.retain import LoggedStore


class People(Protocol):
    """The state of people that decides what is done with their text: choices, age, consent.

    Whatever changes it says so here, in the same transaction; then every process decides anew.
    """

    def version(self, subject: SubjectRef) -> int:
        """Return how often a person's state has changed: 0 for one nobody knows anything of."""
        ...

    def changed(self, subject: SubjectRef) -> None:
        """Say that a person's state changes in this transaction."""
        ...


class ChoiceStore(Protocol):
    """The choices of people inside one transaction."""

    def of(self, subject: SubjectRef) -> Choices:
        """Return what a person chose; UNDECIDED for one who chose nothing."""
        ...

    def put(self, subject: SubjectRef, choices: Choices) -> None:
        """Store a person's choices in the place of the earlier ones."""
        ...

    def remove(self, subject: SubjectRef) -> None:
        """Forget a person's choices."""
        ...


class LedgerStore(Protocol):
    """Which entries of the log are about what a person was shown and chose."""

    def add(self, subject: SubjectRef, entry: int) -> None:
        """Note an entry, which is in this transaction."""
        ...

    def of(self, subject: SubjectRef) -> tuple[int, ...]:
        """Return the positions of a person's entries, oldest first."""
        ...

    def remove(self, subject: SubjectRef) -> int:
        """Forget which entries are a person's and say how many; the log keeps them."""
        ...


class Kept(Protocol):
    """What is kept of a person, as their choices change it. Nothing here ever lengthens."""

    def shorten(self, subject: SubjectRef, period: timedelta) -> int:
        """Bring every deadline to at most `period` after its beginning; say how many moved."""
        ...

    def withdraw(self, subject: SubjectRef, *, train: bool, review: bool) -> int:
        """Take the leave to train with records, to read samples, or both; say of how many."""
        ...


class UsedPasses(Protocol):
    """Links that were used; each opens once."""

    def use(self, nonce: str, ends: datetime, now: datetime) -> bool:
        """Use a link and say whether it was the first time; forget those that have ended."""
        ...


class ChoosingStore(LoggedStore, Protocol):
    """A transaction over choices, the ledger, what is kept and the log together."""

    @property
    def people(self) -> People:
        """The state of people."""
        ...

    @property
    def choices(self) -> ChoiceStore:
        """What people chose."""
        ...

    @property
    def ledger(self) -> LedgerStore:
        """What they were shown and chose, as entries of the log."""
        ...

    @property
    def kept(self) -> Kept:
        """What is kept of them."""
        ...
