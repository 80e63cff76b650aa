"""Proofs of staff: a password with a code, a passkey, or a recovery code, verified.

Invariants: an account that does not exist, has no password or is not active is verified like any
other, with the same work and the same answer; nothing is verified inside a transaction; a wrong try
is counted for the account's name and for the network's address, of IPv6 the subscriber's.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.requests import Request

from privity.access import entering
from privity.access.accounts import Account, Factor, FactorKind, State, digest_of
from privity.access.entering import Proof
from privity.access.staff import StaffId
from privity.console.staff.ports import Challenge, StaffStore
from privity.console.staff.site import Site
from privity.errors import AccessDenied
from privity.model.network import subscriber
from privity.vault.home_secrets import derive

_CODE = 6


@dataclass(frozen=True, slots=True)
class Known:
    """An account and its factors as they were read; no account: nobody is called so."""

    account: Account | None = None
    factors: tuple[Factor, ...] = ()

    def of(self, kind: FactorKind) -> tuple[Factor, ...]:
        """Return the factors of a kind."""
        return tuple(each for each in self.factors if each.kind is kind)


def tries(site: Site, request: Request, name: str) -> tuple[str, ...]:
    """Return for whom a try counts: the name that is tried, and the network's address."""
    return counted_for(site, "name", name), address_of(site, request, "address")


def address_of(site: Site, request: Request, kind: str) -> str:
    """Return the keyed reference to the subscriber whom a request comes from."""
    address = "" if request.client is None else subscriber(request.client.host)
    return counted_for(site, kind, address)


def counted_for(site: Site, kind: str, name: str) -> str:
    """Return the keyed reference that wrong tries are counted by."""
    return derive(site.secret, "tries", kind, name).hex()


async def by_mail(site: Site, who: tuple[str, ...], mail: str) -> Known:
    """Return who is called so. Raises RateLimited for who guessed too often."""
    now = site.chance.clock()

    def look(tx: StaffStore) -> Known:
        entering.admit(tx, who, now)
        return known(tx, tx.accounts.by_mail(mail.strip().lower()))

    return await site.office.change(look)


async def by_id(site: Site, who: tuple[str, ...], name: StaffId) -> Known:
    """Return whose id this is. Raises RateLimited."""
    now = site.chance.clock()

    def look(tx: StaffStore) -> Known:
        entering.admit(tx, who, now)
        return known(tx, tx.accounts.get(name))

    return await site.office.change(look)


def known(tx: StaffStore, account: Account | None) -> Known:
    """Return an account with its factors; nobody unless it is active."""
    if account is None or account.state is not State.ACTIVE:
        return Known()
    return Known(account, tx.accounts.factors(account.id))


async def with_password(site: Site, found: Known, password: str, code: str) -> Proof:
    """Return the second factor beside a right password. Raises AccessDenied."""
    stored = next((each.secret for each in found.of(FactorKind.PASSWORD)), None)
    right = await asyncio.to_thread(site.means.codes.is_right, stored, password)
    proof = second_factor(site, found, code)
    if not right or proof is None:
        raise AccessDenied(entering.REFUSED)
    return proof


def second_factor(site: Site, found: Known, code: str) -> Proof | None:
    """Return what a code of an app, or a recovery code, is a proof of; None: of nothing."""
    given = code.replace(" ", "").replace("-", "").upper()
    if len(given) != _CODE:
        digest = digest_of(given).encode()
        return next(
            (Proof(f, 0) for f in found.of(FactorKind.RECOVERY) if f.secret == digest), None
        )
    now = site.chance.clock()
    for factor in found.of(FactorKind.TOTP):
        step = site.means.codes.used_step(factor.account, factor.secret, given, now)
        if step is not None:
            return Proof(factor, step)
    return None


def passkey(site: Site, found: Known, challenge: Challenge, answer: str) -> Proof:
    """Return the proof of a passkey's answer. Raises AccessDenied."""
    name, _ = site.means.passkeys.shown(answer)
    factor = next((each for each in found.of(FactorKind.PASSKEY) if each.id == name), None)
    if factor is None:
        raise AccessDenied(entering.REFUSED)
    now = site.chance.clock()
    return Proof(factor, site.means.passkeys.counted(challenge, factor, answer, now))


async def failed(
    site: Site, who: tuple[str, ...], found: Known, code: str = AccessDenied.code
) -> None:
    """Count a wrong try; return once that is durable. Raises RateLimited for one too many."""
    at = site.occasion()
    late = await site.office.change(lambda tx: entering.failed(tx, who, found.account, at, code))
    if late is not None:
        raise late
