"""Where requests come in and move on: each move with its entry in the log and its letter.

Invariants: a request, its entry and its letter become durable together or not at all; entries hold
codes and days; what a person already asks is not asked twice (the second one is closed as a
duplicate and the first one gains its proof); a link in a letter works once, and only its digest is
stored; whoever asks is told of every move that concerns them, where they left an address. No letter
goes to an address that staff typed and the person never left, and nobody's request is joined to
one with such an address, before staff confirmed it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from privity.audit.entry import Entry, Event
from privity.errors import RequestUnknown
from privity.governance import requests as move
from privity.governance.clocks import received_on
from privity.governance.contact import (
    Contact,
    Whose,
    drop_contact,
    keep_contact,
    read_contact,
    same_address,
)
from privity.governance.ports import DeskStore, Ticket
from privity.governance.requests import (
    Asked,
    Channel,
    Proof,
    Reason,
    Request,
    RequestRef,
    State,
)
from privity.model.text import Raw
from privity.rights.announcing import left_by
from privity.rights.letters import Addressee, Fact, Letter, LetterKind, PostOffice
from privity.vault.keep import Vault

CONFIRM_WITHIN = timedelta(days=14)
"""How long the link works by which whoever asks shows that it was them."""
PROVE_WITHIN = timedelta(days=30)
"""When a request is rejected that nobody proved: before any day to answer is over."""
KEEP_FOR = timedelta(days=731)
"""How long closed requests are kept, as proof: 24 months (11 CCR 7101(a))."""
PATH = "/privacy/letter?link="
"""Where the links of letters lead."""
LINK = r"[a-z]+\.[A-Za-z0-9_-]{16,64}"
"""What a link holds: the region in which its request is kept, and a secret."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A request as it was stored. `first`: the one it is a duplicate of, or None."""

    request: Request
    first: Request | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Takes requests and moves them.

    `new_id`: 128 random bits, in hex; `new_secret`: 256, as a link holds them; `links`: what links
    begin with.
    """

    vault: Vault
    office: PostOffice
    policy: str
    links: str
    new_id: Callable[[], str]
    new_secret: Callable[[], str]

    def open(
        self, tx: DeskStore, asked: Asked, proof: Proof, contact: Contact, now: datetime
    ) -> Opened:
        """Take a request. Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable.

        1. The request and its entry. 2. A duplicate is closed. 3. The contact, sealed. 4. A letter:
        that it arrived, or the link to confirm it.
        """
        request = move.opened(RequestRef(self.new_id()), asked, proof, now)
        request = replace(request, doubtful=self._is_doubtful(tx, asked, contact, now))
        tx.requests.add(request)
        self.write(tx, Event.REQUEST_OPENED, request, now)
        first = next(
            (each for each in tx.requests.of(asked.subject) if _repeats(request, each)), None
        )
        if first is not None:
            return self._merge(tx, request, first, now)
        keep_contact(tx, self.vault, whose(request), contact, now)
        if request.doubtful:
            return Opened(request, None)
        if request.state is State.UNPROVEN:
            self.ask_proof(tx, request, now)
        else:
            self.post(tx, request, LetterKind.REQUEST_RECEIVED, {}, now)
        if asked.channel is not Channel.STAFF or contact.to is not None:
            request = move.told(request, now)
            tx.requests.put(request)
        return Opened(request, None)

    def ask_proof(self, tx: DeskStore, request: Request, now: datetime) -> None:
        """Send the link to confirm a request; an earlier one stops working."""
        secret = self.secret_of(request)
        ends = now + CONFIRM_WITHIN
        tx.requests.link(request.id, Ticket(digest_of(secret), ends))
        told = {Fact.LINK: self.links + PATH + secret, Fact.DATE: f"{received_on(ends):%F}"}
        self.post(tx, request, LetterKind.REQUEST_CONFIRM, told, now)

    def secret_of(self, request: Request) -> str:
        """Return a new secret for the link of a letter about a request."""
        return f"{request.asked.region.value}.{self.new_secret()}"

    def confirm(self, tx: DeskStore, secret: str, now: datetime) -> Request:
        """Take a confirmation by the link of a letter. Raises RequestUnknown, RequestState."""
        request = tx.requests.by_link(digest_of(secret), now)
        if request is None or request.state is not State.UNPROVEN:
            message = "the link works no more"
            raise RequestUnknown(message)
        tx.requests.link(request.id, None)
        return self.prove(tx, request, Proof.ADDRESS, now)

    def prove(self, tx: DeskStore, request: Request, proof: Proof, now: datetime) -> Request:
        """Note a proof of identity. Raises RequestState."""
        after = move.proved(request, proof, now)
        if request.doubtful:
            after = move.told(after, now)  # by the letter below, the first that goes there
        self.moved(tx, request, after, now)
        if after.state is State.OPEN:
            self.post(tx, after, LetterKind.REQUEST_RECEIVED, {}, now)
        return after

    def tell(self, tx: DeskStore, request: Request, now: datetime) -> Request:
        """Note that staff told the person that it arrived. Raises RequestState."""
        return self.moved(tx, request, move.told(request, now), now)

    def pause(self, tx: DeskStore, request: Request, reason: Reason, now: datetime) -> Request:
        """Wait for the person. Raises RequestState."""
        after = self.moved(tx, request, move.paused(request, reason, now), now)
        self.post(tx, after, LetterKind.REQUEST_WAITING, {Fact.REASON: reason.value}, now)
        return after

    def resume(self, tx: DeskStore, request: Request, now: datetime) -> Request:
        """Go on. Raises RequestState."""
        return self.moved(tx, request, move.resumed(request, now), now)

    def extend(self, tx: DeskStore, request: Request, reason: Reason, now: datetime) -> Request:
        """Take longer, and say so. Raises RequestState."""
        after = self.moved(tx, request, move.extended(request, reason, now), now, reason)
        self.post(tx, after, LetterKind.REQUEST_EXTENDED, {Fact.REASON: reason.value}, now)
        return after

    def reject(self, tx: DeskStore, request: Request, reason: Reason, now: datetime) -> Request:
        """Close it undone, and say why. Raises RequestState."""
        after = move.rejected(request, reason, now)
        self.post(tx, after, LetterKind.REQUEST_REFUSED, {Fact.REASON: reason.value}, now)
        return self.close(tx, after, {}, now)

    def withdraw(self, tx: DeskStore, request: Request, now: datetime) -> Request:
        """Close it because it is not wanted any more. Raises RequestState."""
        return self.close(tx, move.withdrawn(request, now), {}, now)

    def close(
        self, tx: DeskStore, after: Request, facts: dict[str, str | int], now: datetime
    ) -> Request:
        """Store a request that has ended; its contact and its link go."""
        tx.requests.put(after)
        tx.requests.link(after.id, None)
        drop_contact(tx, whose(after))
        self.write(tx, Event.REQUEST_CLOSED, after, now, facts)
        return after

    def moved(
        self,
        tx: DeskStore,
        before: Request,
        after: Request,
        now: datetime,
        reason: Reason | None = None,
    ) -> Request:
        """Store a move that keeps a request open, and write it."""
        if after != before:
            tx.requests.put(after)
            facts: dict[str, str | int] = {} if reason is None else {"reason": reason.value}
            self.write(tx, Event.REQUEST_MOVED, after, now, facts)
        return after

    def post(
        self,
        tx: DeskStore,
        request: Request,
        kind: LetterKind,
        told: dict[Fact, str],
        now: datetime,
    ) -> None:
        """Send a letter about a request, if there is an address."""
        contact = read_contact(tx, self.vault, whose(request), now)
        if contact is not None:
            self.post_to(tx, request, contact, (kind, told), now)

    def post_to(
        self,
        tx: DeskStore,
        request: Request,
        contact: Contact,
        what: tuple[LetterKind, dict[Fact, str]],
        now: datetime,
    ) -> None:
        """Send a letter about a request to a contact that was read before."""
        kind, told = what
        if contact.to is None or request.doubtful:
            return
        known = {
            Fact.ABOUT: request.asked.kind.value,
            Fact.REFERENCE: request.id,
            Fact.DATE: f"{request.due:%F}",
            **told,
        }
        facts = {fact: known[fact] for fact in kind.facts}
        to = Addressee(request.asked.region, request.asked.subject)
        self.office.post(tx, to, Letter(kind, contact.to, contact.language, facts), now)

    def write(
        self,
        tx: DeskStore,
        event: Event,
        request: Request,
        now: datetime,
        facts: dict[str, str | int] | None = None,
    ) -> None:
        """Write how a request stands. Codes and days only."""
        asked = request.asked
        said: dict[str, str | int] = {
            "id": request.id,
            "kind": asked.kind.value,
            "regime": asked.regime.value,
            "channel": asked.channel.value,
            "state": request.state.value,
            "proof": request.proof.name.lower(),
            "due": f"{request.due:%F}",
            **({} if request.reason is None else {"reason": request.reason.value}),
            **({"address": "doubtful"} if request.doubtful else {}),
            **(facts or {}),
        }
        subject, app = asked.subject, asked.app
        tx.log.append(Entry(event, now, self.policy, app=app, subject=subject, facts=said))

    def reaches(self, tx: DeskStore, request: Request, given: Raw, now: datetime) -> bool:
        """Say whether an address is the one that was entered. Raises Tampered."""
        contact = read_contact(tx, self.vault, whose(request), now)
        return contact is not None and contact.to is not None and same_address(contact.to, given)

    def _is_doubtful(self, tx: DeskStore, asked: Asked, contact: Contact, now: datetime) -> bool:
        """Say whether staff typed an address that its person never left, where it could do harm."""
        if contact.to is None or not asked.answered_by_two:
            return False
        left = left_by(tx, self.vault, asked.subject, now)
        return not any(same_address(contact.to, each) for each in left)

    def _merge(self, tx: DeskStore, request: Request, first: Request, now: datetime) -> Opened:
        after = self.close(tx, move.merged(request, first, now), {"into": first.id}, now)
        if first.state is State.UNPROVEN and request.proof > first.proof:
            first = self.prove(tx, first, request.proof, now)
        return Opened(after, first)


def find(tx: DeskStore, name: str) -> Request:
    """Return a request. Raises RequestUnknown."""
    found = tx.requests.find(RequestRef(name))
    if found is None:
        message = "there is no request of this id"
        raise RequestUnknown(message)
    return found


def whose(request: Request) -> Whose:
    """Return under whose key its contact is."""
    return Whose(request.asked.region, request.asked.subject, request.id)


def digest_of(secret: str) -> str:
    """Return what is stored of a link; it holds 256 random bits, so nobody can guess it back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def look_after(tx: DeskStore, desk: Desk, now: datetime) -> int:
    """Reject what nobody proved in time, forget what is old; return how many days are missed."""
    for request in tx.requests.all(closed=False):
        if request.state is State.UNPROVEN and now - request.received >= PROVE_WITHIN:
            desk.reject(tx, request, Reason.NOT_PROVEN, now)
    tx.requests.forget(now - KEEP_FOR, 1000)
    return sum(move.is_overdue(each, now) for each in tx.requests.all(closed=False))


def _repeats(request: Request, other: Request) -> bool:
    open_ = other.state in {State.OPEN, State.UNPROVEN, State.PAUSED}
    return open_ and not other.doubtful and move.same(request, other)
