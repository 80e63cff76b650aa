"""Signing in, and showing a second factor again.

Invariants: whoever is locked out is refused before anything of theirs is looked at; a wrong try is
counted before its answer is given, and written, though of many that name no account not each one; a
code or counter that was used opens nothing; what opens a session is a passkey, which is two
factors, a password and a second factor, or a provider that says that it saw two (or ours beside
it), never less, and is as fresh as it says.
Verification is done outside of the transaction, which looks again at everything that may have
changed meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from privity.access.accounts import Account, Factor, FactorKind, State
from privity.access.desk import Occasion, Store, write
from privity.access.sessions import (
    FREE_GUESSES,
    Guesses,
    Session,
    began,
    elsewhere,
    is_locked,
    locked_until,
    proved,
    wrong,
)
from privity.access.staff import StaffId
from privity.audit.entry import Event
from privity.errors import AccessDenied, RateLimited, UsedBefore

REFUSED = "that does not open an account here"
"""Said for every wrong try, so that nobody learns which account there is."""


SAID_ONE_BY_ONE = 20
"""How many wrong tries of no account are written each, in an interval; then at each doubling."""
INTERVAL = timedelta(minutes=10)
SOURCE_DIGITS = 16
"""How much of a reference to an address stands in the log."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A factor that was verified. `counter`: what is stored of it from now on.

    `since`: of a provider, when it says that the second factor was shown, if it says so; our own
    factors were shown just now, whatever it holds.
    """

    factor: Factor
    counter: int
    since: datetime | None = None

    def shown(self, now: datetime) -> datetime:
        """Return when it was shown, as far as that is known."""
        provided = self.factor.kind is FactorKind.PROVIDER
        return elsewhere(self.since, now) if provided else now


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new session is known by: the digest of its secret, and the token of its forms."""

    digest: str
    csrf: str


def admit(tx: Store, who: tuple[str, ...], now: datetime) -> None:
    """Let a try begin. `who`: keyed references to the account's name and the network's address.

    Raises RateLimited with the seconds to wait.
    """
    for each in who:
        guesses = tx.sessions.guesses(each)
        until = locked_until(guesses)
        if is_locked(guesses, now) and until is not None:
            message = "there were too many wrong tries"
            raise RateLimited(message, ceil((until - now).total_seconds()))


def failed(
    tx: Store,
    who: tuple[str, ...],
    account: Account | None,
    occasion: Occasion,
    code: str = AccessDenied.code,
) -> RateLimited | None:
    """Count a wrong try and write it, with its code, or return what it is answered with instead.

    A try that began before others locked the account is answered as one that came after them, be it
    right (`enter`, `prove`) or wrong: tries at the same moment are no way around the lock, and do
    not make it longer.
    """
    try:
        admit(tx, who, occasion.now)
    except RateLimited as late:
        return late
    locked = False
    for each in who:
        guesses = wrong(tx.sessions.guesses(each), occasion.now)
        tx.sessions.guessed(each, guesses)
        locked = locked or guesses.count >= FREE_GUESSES
    event = Event.STAFF_LOCKED if locked else Event.STAFF_REFUSED
    about = {"code": code, **_from(who)}
    if account is not None:
        write(tx, event, occasion, {**about, "account": account.id})
    elif count := _said_of_nobody(tx, event, occasion.now):
        write(tx, event, occasion, {**about, "count": count} if count > 1 else about)
    return None


def _said_of_nobody(tx: Store, event: Event, now: datetime) -> int:
    """Count a wrong try of no account; return for how many tries an entry stands, 0: none is due.

    Whoever has many addresses would fill the log otherwise.
    """
    who = f"nobody {event.value}"
    before = tx.sessions.guesses(who)
    recent = before.last is not None and timedelta(0) <= now - before.last < INTERVAL
    counted = replace(before, count=before.count + 1) if recent else Guesses(1, now)
    tx.sessions.guessed(who, counted)
    if counted.count <= SAID_ONE_BY_ONE:
        return 1
    doubled = (
        counted.count % SAID_ONE_BY_ONE == 0 and (counted.count // SAID_ONE_BY_ONE).bit_count() == 1
    )
    return counted.count // 2 if doubled else 0


def enter(
    tx: Store, who: tuple[str, ...], proof: Proof, opening: Opening, occasion: Occasion
) -> Session:
    """Open a session for whoever proved themselves. Raises AccessDenied, and RateLimited."""
    admit(tx, who, occasion.now)
    account = _owner(tx, proof)
    _use(tx, proof)
    for each in who:
        tx.sessions.guessed(each, Guesses())
    now = occasion.now
    begun = began(opening.digest, account.id, opening.csrf, now)
    session = proved(begun, now, proof.shown(now))
    tx.sessions.put(session)
    write(tx, Event.STAFF_SIGNED_IN, occasion, {**_said(account.id, proof), **_from(who)})
    return session


def prove(tx: Store, session: Session, proof: Proof, occasion: Occasion) -> Session:
    """Return a session whose owner showed a second factor again. Raises AccessDenied."""
    if proof.factor.account != session.account:
        raise AccessDenied(REFUSED)
    account = _owner(tx, proof)
    _use(tx, proof)
    fresh = proved(session, occasion.now, proof.shown(occasion.now))
    tx.sessions.put(fresh)
    write(tx, Event.STAFF_PROVED, occasion, _said(account.id, proof))
    return fresh


def leave(tx: Store, session: Session, occasion: Occasion) -> None:
    """End a session."""
    tx.sessions.remove(session.digest)
    write(tx, Event.STAFF_SIGNED_OUT, occasion, {"by": session.account})


def _owner(tx: Store, proof: Proof) -> Account:
    account = tx.accounts.get(proof.factor.account)
    if account is None or account.state is not State.ACTIVE:
        raise AccessDenied(REFUSED)
    return account


def _from(who: tuple[str, ...]) -> dict[str, str]:
    """Return the keyed reference to the network's address, if it is among whom a try counts for."""
    return {"source": who[1][:SOURCE_DIGITS]} if len(who) > 1 else {}


def _said(account: StaffId, proof: Proof) -> dict[str, str]:
    return {"by": account, "factor": proof.factor.kind.value}


def _use(tx: Store, proof: Proof) -> None:
    """Use up what is good once; a provider and some passkeys count nothing. Raises AccessDenied."""
    factor = proof.factor
    if factor.kind is FactorKind.PASSWORD:
        raise AccessDenied(REFUSED)
    if factor.kind is FactorKind.RECOVERY:
        used = tx.accounts.remove_factor(factor.id)
    elif factor.kind is FactorKind.PROVIDER or (
        factor.kind is FactorKind.PASSKEY and proof.counter == factor.counter == 0
    ):
        used = any(each.id == factor.id for each in tx.accounts.factors(factor.account))
    else:
        used = tx.accounts.count(factor.id, proof.counter)
    if not used:
        raise UsedBefore(REFUSED)
