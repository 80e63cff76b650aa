"""Requests of people for the console, over every region: console.staff.cases.Cases."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

from privity.access.app_keys import LOCAL, app_name
from privity.adapters.desks import Desks
from privity.adapters.directory import KnownResidences
from privity.adapters.home import now
from privity.adapters.moving import region_of
from privity.audit.entry import Entry
from privity.console.staff.cases import Holding, Letter, Person, Post
from privity.errors import BadInput
from privity.governance.clocks import regime_of
from privity.governance.contact import Contact
from privity.governance.handling import Act, handle
from privity.governance.requests import Asked, Channel, Reason, Request
from privity.minimize.reference import reference
from privity.model.text import Raw
from privity.model.words import AppId, Region, SubjectRef
from privity.rights.letters import LetterKind, is_address

_ARRIVED = frozenset({LetterKind.REQUEST_RECEIVED, LetterKind.REQUEST_CONFIRM})


@dataclass(frozen=True, slots=True)
class HomeCases:
    """The desks of a home; `directory`: what this process remembers of where people live."""

    desks: Desks
    directory: KnownResidences

    async def all(self, *, closed: bool) -> tuple[Request, ...]:
        """Return the requests that are open, or all."""
        return await asyncio.to_thread(self._all, closed=closed)

    async def find(self, name: str) -> Request:
        """Return a request. Raises RequestUnknown."""
        return (await asyncio.to_thread(self.desks.holding, name))[0]

    async def post(self, request: Request) -> Post:
        """Return where the letter is that a request arrived."""
        return await asyncio.to_thread(self._post, request)

    async def do(self, name: str, act: Act, reason: Reason | None) -> Request:
        """Do one thing with a request."""
        done = await asyncio.to_thread(self._do, name, act, reason)
        if act is Act.COMPLETE:
            self.directory.forget(done.asked.subject)
        return done

    async def reaches(self, name: str, given: Raw) -> bool:
        """Say whether an address is the one that was entered. Raises RequestUnknown, Tampered."""
        return await asyncio.to_thread(self._reaches, name, given)

    async def who(self, name: Raw, app: str) -> Person:
        """Return whom an application names so. Raises BadInput."""
        secret = self.desks.there.home.secrets.references
        found = SubjectRef(reference(secret, "person", _app(app), name))
        return await self.known(found, app)

    async def known(self, subject: SubjectRef, app: str) -> Person:
        """Return somebody by their reference. Raises BadInput for a name no application has."""
        region = await asyncio.to_thread(region_of, self.desks.there, subject)
        return Person(subject, _app(app), region)

    async def told(self, entry: Entry, region: Region | None) -> None:
        """Write what staff do in the log of the region that it is about, if that is another one."""
        there = self.desks.there
        store = there.home if region is None else there.stores.get(region, there.home)
        if store is not there.home:
            await store.journal.write(lambda tx: tx.log.append(entry))

    async def held(self, who: Person) -> Holding:
        """Return how much is kept of somebody."""
        return await asyncio.to_thread(self._held, who.subject)

    async def open(self, who: Person, letter: Letter) -> Request:
        """Take a request; one that is asked already is returned instead. Raises BadInput."""
        if letter.mail is not None and not is_address(letter.mail):
            message = "this is no address that a letter can go to"
            raise BadInput(message)
        return await asyncio.to_thread(self._open, who, letter)

    def _all(self, *, closed: bool) -> tuple[Request, ...]:
        found: list[Request] = []
        for store in self.desks.there.every:
            with store.journal.transaction() as tx:
                found += tx.requests.all(closed=closed)
        return tuple(each for each in found if each.asked.channel is not Channel.REHEARSAL)

    def _post(self, request: Request) -> Post:
        _, store = self.desks.holding(request.id)
        with store.journal.transaction() as tx:
            found = tx.outbox.of(request.asked.subject)
        if not any(each.kind in _ARRIVED and each.made_at == request.told for each in found):
            return Post.NONE_WAITS
        return Post.WAITS if store.settings.mail.host else Post.NO_SERVER

    def _do(self, name: str, act: Act, reason: Reason | None) -> Request:
        if act is Act.COMPLETE:
            return self.desks.complete(name)
        request, store = self.desks.holding(name)
        how = act, reason
        return self.desks.do(store, lambda desk, tx: handle(desk, tx, request, how, now()))

    def _reaches(self, name: str, given: Raw) -> bool:
        request, store = self.desks.holding(name)
        return self.desks.do(store, lambda desk, tx: desk.reaches(tx, request, given, now()))

    def _held(self, subject: SubjectRef) -> Holding:
        counts: Counter[str] = Counter()
        requests: list[Request] = []
        for store in self.desks.there.every:
            with store.journal.transaction() as tx:
                counts.update(tx.everywhere.count(subject))
                requests += tx.requests.of(subject)
        return Holding(dict(sorted(counts.items())), tuple(requests))

    def _open(self, who: Person, letter: Letter) -> Request:
        lives, store = self.desks.of(who.subject, who.region)
        app, kind = AppId(who.app), letter.kind
        law = regime_of(lives)
        asked = Asked(kind, law, Channel.STAFF, lives, who.subject, app, by=letter.by)
        contact = Contact(letter.mail, letter.language)
        opened = self.desks.do(
            store, lambda desk, tx: desk.open(tx, asked, letter.proof, contact, now())
        )
        return opened.first or opened.request


def _app(given: str) -> AppId:
    """Return the id of an application; no name: the one that is there without a key."""
    return LOCAL if given in {"", LOCAL} else app_name(given)
