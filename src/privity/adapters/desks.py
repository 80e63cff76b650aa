"""The desk of a home: where each request is kept, and how it is completed in every region."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from privity.adapters.erasing import erase_person
from privity.adapters.home import Home, now, policy_in_force, stores
from privity.adapters.moving import Everywhere, everywhere, region_of
from privity.adapters.sql.journal import SqlJournal
from privity.adapters.sql.stores import SqlTransaction
from privity.errors import PrivityError, RequestUnknown
from privity.governance.completing import Doing, complete
from privity.governance.desk import Desk, find
from privity.governance.readback import Proven, Step, forget_rest, read_back
from privity.governance.requests import Request
from privity.model.policy import Policy
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.rights.letters import PostOffice
from privity.vault.keep import Vault

T = TypeVar("T")
_SECRET_BYTES = 32
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Desks:
    """A desk in each region. `there` are the stores of the home."""

    there: Everywhere

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.there.policy

    def of(self, subject: SubjectRef, region: Region | None) -> tuple[Region, Home]:
        """Return where a person lives; else where is said; else the home's own store."""
        lives = region_of(self.there, subject) or region or self.there.own or Region.LOCAL
        return lives, self.there.stores.get(lives, self.there.home)

    def holding(self, name: str) -> tuple[Request, Home]:
        """Return a request and the store it is in. Raises RequestUnknown."""
        for store in self.there.every:
            with store.journal.transaction() as tx:
                try:
                    return find(tx, name), store
                except RequestUnknown:
                    continue
        message = "there is no request of this id"
        raise RequestUnknown(message)

    def do(self, store: Home, work: Callable[[Desk, SqlTransaction], T]) -> T:
        """Run work at the desk of a store, in one transaction."""
        desk = desk_of(store, self.policy)
        with store.journal.transaction() as tx:
            return work(desk, tx)

    def complete(self, name: str) -> Request:
        """Do what a request asks and close it. Raises what `completing.complete` does."""
        request, store = self.holding(name)
        purpose = purpose_of(self.there.home, request.asked.app)
        doing = Doing(self.policy, purpose, partial(self._erase, store), now)
        steps = complete(desk_of(store, self.policy), name, doing)
        return run_now(store.journal, steps)

    def _erase(self, store: Home, request: Request) -> Generator[Step, Any, Proven]:
        """Erase a person in every region, and read back every place of each."""
        subject = request.asked.subject
        done = {id(each.store): each.erased for each in erase_person(self.there, subject)}
        held = sum(erased.held for erased in done.values())
        for other in self.there.every:
            if other is not store:
                with other.journal.transaction() as tx:
                    forget_rest(tx, subject)
                    read_back(tx, subject, done[id(other)].held if id(other) in done else 0)
        own = done.get(id(store))
        yield lambda tx: forget_rest(tx, subject)
        places, stays = yield lambda tx: read_back(tx, subject, 0 if own is None else own.held)
        last = list(done.values())[-1]
        keys = sum(erased.keys for erased in done.values())
        return Proven(last.entry, keys, 0, held, places, stays)


def run_now(journal: SqlJournal, steps: Generator[Step, Any, T]) -> T:
    """Run steps for a command, each in a transaction; what one raises is thrown into them."""
    try:
        step = next(steps)
        while True:
            try:
                with journal.transaction() as tx:
                    done = step(tx)
            except PrivityError as error:
                step = steps.throw(error)
            else:
                step = steps.send(done)
    except StopIteration as end:
        result: T = end.value
        return result


def desks_of(home: Home) -> Desks:
    """Return the desks of a home. Raises SettingsInvalid, PolicyWidened."""
    return Desks(everywhere(stores(home), policy_in_force(home), now))


def desk_of(store: Home, policy: Policy) -> Desk:
    """Return the desk of one store."""
    vault = Vault(store.custodian)
    new_id = partial(secrets.token_hex, _ID_BYTES)
    office = PostOffice(vault, policy.digest, new_id)
    new_secret = partial(secrets.token_urlsafe, _SECRET_BYTES)
    return Desk(vault, office, policy.digest, store.settings.links, new_id, new_secret)


def purpose_of(home: Home, app: AppId) -> Purpose:
    """Return what an application uses data for; without a key of ours it answers people."""
    with home.journal.transaction() as tx:
        known = {each.name: each.purpose for each in tx.apps.all()}
    return known.get(app, Purpose.ASSIST)
