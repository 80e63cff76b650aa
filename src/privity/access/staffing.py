"""Inviting, changing, suspending and off-boarding staff.

Invariants: every act is one that the rules allow its actor; who is suspended or ended is signed out
everywhere and loses every grant in the same transaction, and who is ended every factor, too; the
first administrator is invited from the command line, and only while there is no other; privacy
officers are told of whoever may read conversations, or approve that others do, from now on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from privity.access.accounts import (
    Account,
    Factor,
    State,
    accept,
    admitted,
    confirm,
    end,
    give,
    invited,
    opens,
    resume,
    suspend,
)
from privity.access.desk import Acting, Occasion, Refusal, Store, Wish, write
from privity.access.notices import Notice
from privity.access.staff import Action, Kind, Role, StaffId, Thing
from privity.access.telling import tell_officers
from privity.access.tokens import OPERATOR
from privity.audit.entry import Event
from privity.errors import AccessDenied, BadInput
from privity.model.words import Purpose, Region

LONGEST_NAME = 100
BREAK_GLASS = frozenset({Role.PRIVACY_OFFICER, Role.SECURITY, Role.REVIEWER})
"""Who may ask for conversations, or decide about that."""
Schooled: TypeAlias = Callable[[StaffId, frozenset[Role]], int]
"""Until when somebody is trained for roles, in Unix seconds; 0: they are not."""
_MAIL = re.compile(r"[^@\s]{1,64}@[a-z0-9.-]{1,189}")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to be invited, and as what."""

    name: str
    mail: str
    roles: frozenset[Role]
    regions: frozenset[Region]


@dataclass(frozen=True, slots=True)
class Known:
    """What a new account is known by: its random id, and the secret of its invitation."""

    id: StaffId
    secret: str


def first(tx: Store, newcomer: Newcomer, known: Known, occasion: Occasion) -> Account:
    """Invite the first administrator. Raises BadInput if there is one who can sign in.

    Who was invited and has not joined is invited again; the invitation before is void.
    """
    for account in tx.accounts.all():
        if Role.ADMINISTRATOR in account.roles and account.state is State.ACTIVE:
            message = "there is an administrator already; they invite others"
            raise BadInput(message)
    before = tx.accounts.by_mail(newcomer.mail.strip().lower())
    if before is not None and before.state is State.INVITED:
        known = replace(known, id=before.id)
    account = replace(_invited(tx, newcomer, known, occasion), confirmed_by=OPERATOR)
    tx.accounts.put(account)
    write(tx, Event.STAFF_INVITED, occasion, _said(account))
    return account


def invite(acting: Acting, newcomer: Newcomer, known: Known) -> Account | Refusal:
    """Invite somebody. Raises BadInput."""
    if refusal := _refused(acting, known.id):
        return refusal
    account = admitted(_invited(acting.tx, newcomer, known, acting.at), acting.by.staff.id)
    acting.tx.accounts.put(account)
    acting.write(Event.STAFF_INVITED, _said(account))
    _tell(acting, account)
    return account


def invite_again(acting: Acting, name: StaffId, secret: str) -> Account | Refusal:
    """Invite somebody anew who has not joined; the invitation before is void. Raises BadInput."""
    if refusal := _refused(acting, name):
        return refusal
    again = invited(_account(acting.tx, name), secret, acting.at.now)
    account = admitted(again, acting.by.staff.id)
    acting.tx.accounts.put(account)
    acting.write(Event.STAFF_INVITED, _said(account))
    _tell(acting, account)
    return account


def join(
    tx: Store, secret: str, digest: str, factors: tuple[Factor, ...], occasion: Occasion
) -> Account:
    """Make an account its owner's, with the factors they registered.

    Raises AccessDenied, or BadInput when no second factor is among them.
    """
    account = tx.accounts.by_invitation(digest)
    if account is None:
        message = "this invitation is not valid, or not any more"
        raise AccessDenied(message)
    joined = accept(account, secret, occasion.now)
    kinds = {factor.kind for factor in factors}
    if not opens(factors):
        message = "register a passkey, or a password and an authenticator app"
        raise BadInput(message)
    if any(tx.accounts.factor(factor.id) is not None for factor in factors):
        message = "this factor belongs to an account already"
        raise BadInput(message)
    tx.accounts.put(joined)
    for factor in factors:
        tx.accounts.add_factor(replace(factor, account=joined.id))
    said = {"factors": ",".join(sorted(kind.value for kind in kinds))}
    write(tx, Event.STAFF_JOINED, occasion, {"by": joined.id, **said})
    return joined


def change(
    acting: Acting,
    name: StaffId,
    roles: frozenset[Role],
    regions: frozenset[Region],
    schooled: Schooled,
) -> Account | Refusal:
    """Give an account other roles and regions. Raises BadInput.

    Other roles may ask for other training, so the log says how its owner stands with that.
    """
    if refusal := _refused(acting, name):
        return refusal
    before = _account(acting.tx, name)
    changed = give(before, roles, regions)
    if not (roles <= before.roles and regions <= before.regions):
        changed = admitted(changed, acting.by.staff.id)
    acting.tx.accounts.put(changed)
    where = {"regions": ",".join(sorted(changed.regions))}
    stands = {"trained_until": schooled(name, roles)}
    acting.write(Event.STAFF_CHANGED, {**_said(changed), **where, **stands})
    _tell(acting, changed)
    return changed


def vouch(acting: Acting, name: StaffId) -> Account | Refusal:
    """Confirm a colleague whom somebody else admitted. Raises BadInput."""
    account = acting.tx.accounts.get(name)
    thing = Thing(Kind.STAFF_ACCOUNT, name, of=name) if account is None else confirming(account)
    if refusal := acting.refused(Wish(Action.CONFIRM_STAFF, thing, Purpose.SECURITY)):
        return refusal
    confirmed = confirm(_account(acting.tx, name), acting.by.staff.id)
    acting.tx.accounts.put(confirmed)
    acting.write(Event.STAFF_CONFIRMED, _said(confirmed))
    _tell(acting, confirmed)
    return confirmed


def vouch_here(tx: Store, mail: str, occasion: Occasion) -> Account:
    """Confirm an account from the command line. Raises BadInput."""
    found = tx.accounts.by_mail(mail.strip().lower())
    if found is None:
        message = "there is no account of this address"
        raise BadInput(message)
    confirmed = confirm(found, OPERATOR)
    tx.accounts.put(confirmed)
    write(tx, Event.STAFF_CONFIRMED, occasion, {"by": "operator", **_said(confirmed)})
    return confirmed


def confirming(account: Account) -> Thing:
    """Return an account as the rules see it when somebody would confirm it."""
    name = account.id
    return Thing(Kind.STAFF_ACCOUNT, name, of=name, admitted_by=account.admitted_by)


def put_out(acting: Acting, name: StaffId) -> Account | Refusal:
    """Suspend an account: it is signed out everywhere and has no grant. Raises BadInput."""
    if refusal := _refused(acting, name):
        return refusal
    return _close(acting, suspend(_account(acting.tx, name)), Event.STAFF_SUSPENDED)


def bring_back(acting: Acting, name: StaffId) -> Account | Refusal:
    """Resume a suspended account. Raises BadInput."""
    if refusal := _refused(acting, name):
        return refusal
    account = resume(_account(acting.tx, name))
    acting.tx.accounts.put(account)
    acting.write(Event.STAFF_RESUMED, {"account": name})
    return account


def off_board(acting: Acting, name: StaffId) -> Account | Refusal:
    """End an account for good, with everything that opened it. Raises BadInput."""
    if refusal := _refused(acting, name):
        return refusal
    gone = end(_account(acting.tx, name))
    for factor in acting.tx.accounts.factors(name):
        acting.tx.accounts.remove_factor(factor.id)
    return _close(acting, gone, Event.STAFF_ENDED)


def _refused(acting: Acting, name: StaffId) -> Refusal | None:
    thing = Thing(Kind.STAFF_ACCOUNT, name, of=name)
    return acting.refused(Wish(Action.CHANGE_STAFF, thing, Purpose.SECURITY))


def _invited(tx: Store, newcomer: Newcomer, known: Known, occasion: Occasion) -> Account:
    mail, name = newcomer.mail.strip().lower(), newcomer.name.strip()
    # What cannot be printed could command the terminal or forge a line where accounts are listed.
    printed = 0 < len(name) <= LONGEST_NAME and (name + mail).isprintable()
    if not printed or not _MAIL.fullmatch(mail):
        message = "an invitation needs a name of up to 100 letters and a mail address"
        raise BadInput(message)
    before = tx.accounts.by_mail(mail)
    if before is not None and before.id != known.id:
        message = "there is an account of this address"
        raise BadInput(message)
    blank = Account(
        known.id,
        name,
        mail,
        newcomer.roles,
        newcomer.regions,
        State.INVITED,
        "",
        occasion.now,
        occasion.now,
    )
    given = give(blank, newcomer.roles, newcomer.regions)
    account = invited(given, known.secret, occasion.now)
    tx.accounts.put(account)
    return account


def _tell(acting: Acting, account: Account) -> None:
    """Tell privacy officers if somebody may take part in break-glass now."""
    if account.roles & BREAK_GLASS:
        tell_officers(acting, Notice.ADMITTED, account.id)


def _said(account: Account) -> dict[str, str]:
    return {"account": account.id, "roles": ",".join(sorted(account.roles))}


def _close(acting: Acting, account: Account, event: Event) -> Account:
    tx = acting.tx
    tx.accounts.put(account)
    sessions, grants = tx.sessions.remove_of(account.id), tx.grants.end_of(account.id)
    acting.write(event, {"account": account.id, "sessions": sessions, "grants": grants})
    return account


def _account(tx: Store, name: StaffId) -> Account:
    account = tx.accounts.get(name)
    if account is None:
        message = "there is no account of this id"
        raise BadInput(message)
    return account
