"""Children and their parents' consent in every region's store: console.people.parenting.Parenting.

Invariant: every act is one transaction of the store that the child's data is in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from secrets import token_hex, token_urlsafe
from typing import TypeVar

from privity.adapters.cards import SignedCards
from privity.adapters.home import Home, now
from privity.adapters.hourly import SECONDS
from privity.adapters.moving import Everywhere
from privity.adapters.sql.stores import SqlTransaction
from privity.adapters.upstream.credentials import read_secret
from privity.console.people.visitor import Person
from privity.errors import PrivityError, RecordUnknown
from privity.gateway.report import Line, Report
from privity.model.policy import Policy
from privity.model.words import Region
from privity.policy.decide import residences
from privity.rights.letters import PostOffice
from privity.rights.minors import ParentalRequest, Ward
from privity.rights.parental import ConsentId, Terms
from privity.rights.parents import Acting, Parents, digest, follow, send_due
from privity.settings import Settings
from privity.vault.keep import Vault

T = TypeVar("T")
PAGE = "/privacy/parent/open?link="
TERMS = Terms()


@dataclass(frozen=True, slots=True)
class StoredParenting:
    """console.people.parenting.Parenting; `acting`: what acts work with in each store."""

    there: Everywhere
    acting: Mapping[Region | None, Parents]
    cards: SignedCards | None

    async def of_child(self, who: Person, work: Callable[[Acting, Ward], T]) -> T:
        """Run work in a transaction where a child is kept. Raises what the work raises."""
        store = self._home_of(who)
        child = Ward(who.subject, who.app, who.purpose, self._region(who, store))
        return await self._run(store, lambda at: work(at, child))

    async def following(self, link: str, work: Callable[[Acting, ParentalRequest], T]) -> T:
        """Run work on the request that a link leads to. Raises RecordUnknown."""
        key = digest(link)
        return await self._found(
            lambda tx: tx.parental.by_link(key) is not None, lambda at: work(at, follow(at, link))
        )

    async def named(self, name: ConsentId, work: Callable[[Acting, ParentalRequest], T]) -> T:
        """Run work on the request of this id. Raises RecordUnknown."""

        def found(at: Acting) -> T:
            request = at.tx.parental.find(name)
            if request is None:
                raise RecordUnknown(_NONE)
            return work(at, request)

        return await self._found(lambda tx: tx.parental.find(name) is not None, found)

    async def _found(
        self, holds: Callable[[SqlTransaction], bool], work: Callable[[Acting], T]
    ) -> T:
        for store in self.there.every:
            if await store.journal.write(holds):
                return await self._run(store, work)
        raise RecordUnknown(_NONE)

    def _run(self, store: Home, work: Callable[[Acting], T]) -> Awaitable[T]:
        by, clock = self.acting[store.settings.region], self.there.clock
        return store.journal.write(lambda tx: work(Acting(tx, by, clock())))

    def _home_of(self, who: Person) -> Home:
        return self.there.stores.get(who.region or Region.LOCAL, self.there.home)

    def _region(self, who: Person, store: Home) -> Region:
        stated = who.region or store.settings.region or self.there.own
        default = residences(self.there.policy, who.purpose) or (Region.LOCAL,)
        return stated or default[0]


_NONE = "there is no such request for a parent's consent"


def parenting(there: Everywhere) -> StoredParenting:
    """Return where children and their parents' consent are kept, of a home."""
    settings = there.home.settings
    acting = {store.settings.region: parents_of(store, there.policy) for store in there.every}
    return StoredParenting(there, acting, cards_of(settings))


def parents_of(store: Home, policy: Policy) -> Parents:
    """Return what acts about parents work with, in one store."""
    address = store.settings.people.url.rstrip("/") or store.settings.links
    office = PostOffice(Vault(store.custodian), policy.digest, partial(token_hex, 16))
    return Parents(
        office, policy, TERMS, address + PAGE, partial(token_hex, 16), partial(token_urlsafe, 32)
    )


def cards_of(settings: Settings) -> SignedCards | None:
    """Return the provider of payments, if the settings name one."""
    page, credential = settings.people.cards, settings.people.cards_secret
    if not page or not credential:
        return None
    return SignedCards(page, partial(read_secret, credential, settings.home))


async def asking_parents(store: Home, policy: Policy, report: Report) -> None:
    """Send second letters and those before an end, and let ends take effect; now and every hour."""
    by = parents_of(store, policy)
    while True:
        try:
            await store.journal.write(lambda tx: send_due(Acting(tx, by, now())))
        except PrivityError as error:
            report(Line.GOVERNING_FAILED, {"code": error.code})
        await asyncio.sleep(SECONDS)
