"""Accounts of staff: invited, active, suspended, ended; none without a second factor.

Invariants: an account becomes active only by somebody who holds its invitation and registers a
second factor; its roles and regions are changed by others, never by itself, and whoever gets more
is to be confirmed anew; an ended account never comes back. Each function returns the new value and
changes nothing else; ids, times and random bytes are arguments. Secrets are kept as digests, so
that what is stored does not let anybody in.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from privity.access.staff import Role, Staff, StaffId
from privity.errors import AccessDenied, BadInput
from privity.model.words import Region

INVITED_FOR = timedelta(hours=72)
SECRET_BYTES = 32
RECOVERY_CODES = 10
RECOVERY_BYTES = 10


class State(StrEnum):
    """How far an account is."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class FactorKind(StrEnum):
    """What proves somebody, besides knowing their name."""

    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY = "recovery"
    PASSWORD = "password"  # noqa: S105 - a kind; only with another
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Account:
    """Someone of the staff. `name` and `mail` are for people to read and never reach the log.

    `invitation`: the digest of the secret that lets them register; empty once it was used.
    `admitted_by`: who invited them or gave them more since; of old accounts, nobody is known.
    `confirmed_by`: which further colleague vouches that it is they, with these roles; the empty id
    is whoever has the command line.
    """

    id: StaffId
    name: str
    mail: str
    roles: frozenset[Role]
    regions: frozenset[Region]
    state: State
    invitation: str
    invited_until: datetime
    made_at: datetime
    admitted_by: frozenset[StaffId] = frozenset()
    confirmed_by: StaffId | None = None

    @property
    def staff(self) -> Staff:
        """The account as the rules of access see it."""
        confirmed = self.confirmed_by is not None
        return Staff(self.id, self.roles, self.regions, self.state is State.ACTIVE, confirmed)


@dataclass(frozen=True, slots=True)
class Factor:
    """A registered second factor.

    `secret`: of a passkey its public key, of a TOTP its sealed seed, of a recovery code its digest,
    of a password its hash.
    `counter`: of a passkey its signature counter, of a TOTP the last time step that was used,
    of a provider 1 if it showed a second factor when it was linked.
    `name`: what its owner calls a passkey.
    """

    id: str
    account: StaffId
    kind: FactorKind
    secret: bytes
    counter: int
    made_at: datetime
    name: str = ""


def secret_of(random: bytes) -> str:
    """Return a secret to hand out, made from 32 random bytes."""
    if len(random) != SECRET_BYTES:
        message = f"a secret is made from {SECRET_BYTES} random bytes"
        raise ValueError(message)
    return urlsafe_b64encode(random).rstrip(b"=").decode()


def digest_of(secret: str) -> str:
    """Return what is stored of a secret; its 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def invited(account: Account, secret: str, now: datetime) -> Account:
    """Return the account with a fresh invitation. Raises BadInput unless it awaits its owner."""
    if account.state is not State.INVITED:
        message = "only an account that nobody uses yet can be invited"
        raise BadInput(message)
    return replace(account, invitation=digest_of(secret), invited_until=now + INVITED_FOR)


def accept(account: Account, secret: str, now: datetime) -> Account:
    """Return the account as its owner holds it; a second factor is stored with it.

    Raises AccessDenied for a secret that is wrong, used or late; it does not say which.
    """
    right = hmac.compare_digest(account.invitation.encode(), digest_of(secret).encode())
    if account.state is not State.INVITED or not right or now >= account.invited_until:
        message = "this invitation is not valid, or not any more"
        raise AccessDenied(message)
    return replace(account, state=State.ACTIVE, invitation="")


def suspend(account: Account) -> Account:
    """Return the account, out of use until somebody resumes it. Raises BadInput.

    One that nobody uses yet cannot be: resumed, it would be in use without a factor.
    """
    if account.state is not State.ACTIVE:
        message = "only an account that is in use can be suspended"
        raise BadInput(message)
    return replace(account, state=State.SUSPENDED)


def resume(account: Account) -> Account:
    """Return a suspended account in use again. Raises BadInput."""
    if account.state is not State.SUSPENDED:
        message = "only a suspended account can be resumed"
        raise BadInput(message)
    return replace(account, state=State.ACTIVE)


def end(account: Account) -> Account:
    """Return the account without roles, name and address; it never comes back."""
    nobody = frozenset[Role]()
    nowhere = frozenset[Region]()
    gone = replace(account, name="", mail="", roles=nobody, regions=nowhere)
    return replace(gone, state=State.ENDED, invitation="")


def give(account: Account, roles: frozenset[Role], regions: frozenset[Region]) -> Account:
    """Return the account with these roles and regions instead. Raises BadInput."""
    if not roles:
        message = "an account needs a role; end it if it is not needed any more"
        raise BadInput(message)
    if not regions:
        message = "an account needs a region: choose at least one"
        raise BadInput(message)
    return replace(_living(account), roles=roles, regions=regions)


def admitted(account: Account, by: StaffId) -> Account:
    """Return the account after somebody invited its owner or gave them more: nobody vouches yet."""
    return replace(account, admitted_by=account.admitted_by | {by}, confirmed_by=None)


def confirm(account: Account, by: StaffId) -> Account:
    """Return the account, vouched for. Raises BadInput unless its owner has joined."""
    if account.state is not State.ACTIVE:
        message = "only an account that is in use can be confirmed"
        raise BadInput(message)
    return replace(account, confirmed_by=by)


def opens(factors: tuple[Factor, ...]) -> bool:
    """Say whether these are enough to sign in: a passkey, a password and an app, or a provider.

    A provider is enough alone where it showed a second factor. A passkey is two factors, as it
    verifies its owner; recovery codes only stand in for an app.
    """
    kinds = {factor.kind for factor in factors}
    provided = any(each.kind is FactorKind.PROVIDER and each.counter for each in factors)
    own = FactorKind.PASSKEY in kinds or {FactorKind.PASSWORD, FactorKind.TOTP} <= kinds
    return own or provided


def _living(account: Account) -> Account:
    if account.state is State.ENDED:
        message = "this account has ended; invite its owner anew"
        raise BadInput(message)
    return account
