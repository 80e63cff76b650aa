"""What the pages about age and for parents need of the outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from privity.console.people.visitor import Person
from privity.rights.minors import ParentalRequest, Ward
from privity.rights.parental import ConsentId
from privity.rights.parents import Acting

T = TypeVar("T")


class Cards(Protocol):
    """A provider of payments."""

    def link(self, consent: ConsentId) -> str:
        """Return the address at which a parent pays."""
        ...

    def judged(self, body: bytes, signature: str, now: datetime) -> tuple[ConsentId, bool]:
        """Return which consent a signed message is about, and whether the charge went through.

        Raises FormRefused.
        """
        ...


class Parenting(Protocol):
    """Where children and their parents' consent are kept."""

    @property
    def cards(self) -> Cards | None:
        """The provider of payments, if there is one."""
        ...

    async def of_child(self, who: Person, work: Callable[[Acting, Ward], T]) -> T:
        """Run work in a transaction where a child is kept. Raises what the work raises."""
        ...

    async def following(self, link: str, work: Callable[[Acting, ParentalRequest], T]) -> T:
        """Run work on the request that a link leads to. Raises RecordUnknown."""
        ...

    async def named(self, name: ConsentId, work: Callable[[Acting, ParentalRequest], T]) -> T:
        """Run work on the request of this id. Raises RecordUnknown."""
        ...
