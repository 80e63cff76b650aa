"""Where the people of each region are kept, as their pages see it: console.people.ports.

Invariants: a person is looked for where the directory says that they live, whatever a link or a
session states; reading takes no lock and holds up no message; what a person changes is written by
the store's own journal, in order with the messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.types import ASGIApp

from privity.adapters.directory import KnownResidences
from privity.adapters.erasing import erase_person
from privity.adapters.home import Home
from privity.adapters.lazily import Lazily
from privity.adapters.moving import Everywhere
from privity.adapters.parenting import parenting
from privity.adapters.publishing import PolicyOverTime
from privity.adapters.receipts import LoggedReceipts
from privity.adapters.sql.person import PersonSnapshot
from privity.adapters.sql.stores import SqlTransaction
from privity.adapters.versions import counting
from privity.audit.signing import Signer
from privity.console.people.door import Door
from privity.console.people.surroundings import Surroundings
from privity.console.people.visitor import Person
from privity.errors import PrivityError, WrongRegion
from privity.gateway.report import Line, Report, where
from privity.governance.readback import forget_rest
from privity.model.words import AppId, Purpose, Region, RequestId, SubjectRef
from privity.policy.offers import minors
from privity.vault.keep import Vault

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoreShelf:
    """console.people.ports.Shelf: one store."""

    store: Home
    vault: Vault
    receipts: LoggedReceipts

    @property
    def signer(self) -> Signer:
        """Who signs its log, and exports."""
        return self.store.signer

    async def look(self, subject: SubjectRef, work: Callable[[PersonSnapshot], T]) -> T:
        """Read what is stored of a person. Raises DatabaseUnavailable and what the work raises."""
        return await asyncio.to_thread(self._look, subject, work)

    def _look(self, subject: SubjectRef, work: Callable[[PersonSnapshot], T]) -> T:
        with self.store.journal.reader.snapshot() as snapshot:
            return work(PersonSnapshot(snapshot, subject))

    async def change(self, work: Callable[[SqlTransaction], T]) -> T:
        """Run work in a transaction; return once it is durable. Raises what a journal does."""
        return await self.store.journal.write(work)

    async def receipt(self, subject: SubjectRef, request: RequestId) -> bytes | None:
        """Return the receipt of an exchange of this person, or None. Raises LogCorrupt."""
        return await self.receipts.find_of(request, subject)


@dataclass(frozen=True, slots=True)
class StoreShelves:
    """console.people.ports.Shelves: every region of a home; `own` is the home's own store."""

    own: StoreShelf
    places: Mapping[Region, StoreShelf]
    there: Everywhere
    directory: KnownResidences

    async def of(self, who: Person) -> StoreShelf:
        """Return where a person is kept. Raises WrongRegion, DatabaseUnavailable."""
        if len(self.there.every) == 1:
            return self.own
        lives = await self.lives(who)
        if lives is None:
            return self.own
        if lives not in self.places:
            message = "nobody is kept in this region"
            raise WrongRegion(message)
        return self.places[lives]

    async def lives(self, who: Person) -> Region | None:
        """Return where a person lives, else what their application states."""
        if len(self.there.every) == 1:
            return who.region
        return await self.directory.region_of(who.subject) or who.region

    async def erase(self, subject: SubjectRef) -> int:
        """Destroy what is kept of a person, in every region. Raises what `vault.erase` does.

        Returns the entry that says so, in the log of where they lived.
        """
        entry = await asyncio.to_thread(self._erase, subject)
        self.directory.forget(subject)
        return entry

    def _erase(self, subject: SubjectRef) -> int:
        """Forget letters, ages and agreements first: their keys are gone afterwards."""
        for store in self.there.every:
            with store.journal.transaction() as tx:
                forget_rest(tx, subject)
        return erase_person(self.there, subject)[-1].erased.entry


def shelves_of(
    there: Everywhere, logged: Sequence[LoggedReceipts], directory: KnownResidences
) -> StoreShelves:
    """Return where people of each region are kept; `logged`: the receipts of `there.every`."""
    every = there.every
    shelves = [
        StoreShelf(store, Vault(store.custodian), receipts)
        for store, receipts in zip(every, logged, strict=True)
    ]
    places = {
        region: shelves[[each is store for each in every].index(True)]
        for region, store in there.stores.items()
    }
    return StoreShelves(shelves[0], places, there, directory)


def pages_for_people(shelves: StoreShelves, report: Report) -> Mapping[str, ASGIApp]:
    """Return the pages for people with the path that they are below, or none if they are off."""
    home, there = shelves.own.store, shelves.there
    settings = home.settings.people
    if not settings.pages:
        return {}

    def tell(error: Exception) -> None:
        report(Line.DEFECT, {"code": PrivityError.code, "where": where(error)})

    given = Surroundings(
        there.policy,
        shelves,
        home.secrets.references,
        there.clock,
        tell,
        tuple(settings.embed.split()),
        settings.sign_in,
        _published(there),
        parenting(there) if minors(there.policy) is not None else None,
        _door(home, there) if settings.provider else None,
        counting(home.settings.home, there.policy),
    )
    return {"/privacy": Lazily(lambda: made(given))}


def _door(home: Home, there: Everywhere) -> Door:
    """Return the way in with the identity provider that the settings name."""
    from privity.adapters.identity.sign_in import IdentityProvider  # noqa: PLC0415 - if it is used

    app = AppId(home.settings.people.app)
    with home.journal.reader.snapshot() as snapshot:
        purposes = {each.name: each.purpose for each in snapshot.apps()}
    provider = IdentityProvider(home.settings, there.clock)
    return Door(provider, app, purposes.get(app, Purpose.ASSIST), home.secrets.references)


def _published(there: Everywhere) -> PolicyOverTime:
    """Return the policy over time, with its evidence in the stores of every region."""
    readers = [store.journal.reader for store in there.every]
    return PolicyOverTime(there.every[0].settings.home, there.policy, readers, there.clock)


def made(given: Surroundings) -> ASGIApp:
    """Return the pages; what they need is loaded here and not before."""
    from privity.console.people.build import build_people  # noqa: PLC0415

    return build_people(given)
