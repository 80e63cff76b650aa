"""What somebody of the staff does with their own factors and sessions.

Invariants: every change needs a fresh second factor and is in the log with its kind; no change
leaves an account without a passkey, or a password with an authenticator app; there is one password,
one app and one set of recovery codes, so a new one replaces the old one at once; what was replaced
or removed ends the other sessions of the account, which may be somebody else's.

Source: OWASP ASVS 5.0, V6.3, V6.4 and V7.4 (changing factors, ending sessions).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from privity.access.accounts import Factor, FactorKind, opens
from privity.access.desk import Acting, Refusal, Wish
from privity.access.sessions import Session
from privity.access.staff import Action, Kind, Thing
from privity.audit.entry import Event
from privity.errors import BadInput
from privity.model.words import Purpose

MOST_PASSKEYS = 10
MOST_LETTERS = 60
_SHORT = 16


@dataclass(frozen=True, slots=True)
class Owned:
    """The factors and sessions of whoever asks; `here` is the session in which they ask."""

    factors: tuple[Factor, ...]
    sessions: tuple[Session, ...]
    here: Session

    def of(self, kind: FactorKind) -> tuple[Factor, ...]:
        """Return the factors of a kind, oldest first."""
        return tuple(each for each in self.factors if each.kind is kind)

    def may_go(self, factor: Factor) -> bool:
        """Say whether the account still opens without this factor."""
        return opens(tuple(each for each in self.factors if each.id != factor.id))


def look(acting: Acting) -> Owned | Refusal:
    """Return what somebody has registered and where they are signed in."""
    if refusal := acting.refused(_wish(acting, Action.SEE_OWN)):
        return refusal
    name = acting.by.staff.id
    return Owned(acting.tx.accounts.factors(name), _living(acting), acting.by.session)


def may_change(acting: Acting) -> Refusal | None:
    """Return a refusal unless they may change their factors now."""
    return acting.refused(_wish(acting, Action.CHANGE_OWN))


def put(acting: Acting, fresh: tuple[Factor, ...]) -> Owned | Refusal:
    """Register factors of one kind; but for a passkey, they replace what there is of it.

    Raises BadInput.
    """
    if refusal := may_change(acting):
        return refusal
    kind = _kind(fresh)
    accounts, name = acting.tx.accounts, acting.by.staff.id
    old = [each for each in accounts.factors(name) if each.kind is kind]
    if kind is FactorKind.PASSKEY and len(old) + len(fresh) > MOST_PASSKEYS:
        message = f"an account has up to {MOST_PASSKEYS} passkeys; remove one first"
        raise BadInput(message)
    gone = [] if kind is FactorKind.PASSKEY else old
    for each in gone:
        accounts.remove_factor(each.id)
    for each in fresh:
        accounts.add_factor(replace(each, account=name))
    replaced = bool(gone) and kind is not FactorKind.RECOVERY
    ended = _end_others(acting) if replaced else 0
    said = {"replaced": len(gone), "sessions": ended}
    acting.write(Event.FACTOR_ADDED, {"factor": kind.value, **said})
    return _owned(acting)


def drop(acting: Acting, name: str) -> Owned | Refusal:
    """Remove a factor. Raises BadInput where the account would not open without it."""
    if refusal := may_change(acting):
        return refusal
    owned = _owned(acting)
    factor = next((each for each in owned.factors if each.id == name), None)
    if factor is None or factor.kind is FactorKind.RECOVERY:
        message = "there is no such factor of yours"
        raise BadInput(message)
    if not owned.may_go(factor):
        message = "keep a passkey, or a password with an app; register another one first"
        raise BadInput(message)
    acting.tx.accounts.remove_factor(name)
    ended = _end_others(acting)
    acting.write(Event.FACTOR_REMOVED, {"factor": factor.kind.value, "sessions": ended})
    return _owned(acting)


def end_session(acting: Acting, name: str) -> Owned | Refusal:
    """End another session of one's own. Raises BadInput if there is none of this name."""
    if refusal := acting.refused(_wish(acting, Action.END_OWN_SESSION)):
        return refusal
    found = [each for each in _others(acting) if short(each) == name]
    if not found:
        message = "there is no such session of yours any more"
        raise BadInput(message)
    return _ended(acting, found)


def end_others(acting: Acting) -> Owned | Refusal:
    """End every other session of one's own."""
    if refusal := acting.refused(_wish(acting, Action.END_OWN_SESSION)):
        return refusal
    return _ended(acting, _others(acting))


def short(session: Session) -> str:
    """Return what a session is called in a form; it opens nothing."""
    return session.digest[:_SHORT]


def named(given: str) -> str:
    """Return what a passkey may be called. Raises BadInput."""
    name = " ".join(given.split())
    if not 0 < len(name) <= MOST_LETTERS or not name.isprintable():
        message = f"give the passkey a name of up to {MOST_LETTERS} letters"
        raise BadInput(message)
    return name


def _wish(acting: Acting, action: Action) -> Wish:
    name = acting.by.staff.id
    return Wish(action, Thing(Kind.OWN_ACCOUNT, name, of=name), Purpose.SECURITY)


def _kind(fresh: tuple[Factor, ...]) -> FactorKind:
    kinds = {each.kind for each in fresh}
    if len(kinds) != 1:
        message = "factors of one kind are registered at a time"
        raise BadInput(message)
    return kinds.pop()


def _owned(acting: Acting) -> Owned:
    factors = acting.tx.accounts.factors(acting.by.staff.id)
    return Owned(factors, _living(acting), acting.by.session)


def _living(acting: Acting) -> tuple[Session, ...]:
    return acting.tx.sessions.of(acting.by.staff.id, acting.at.now)


def _others(acting: Acting) -> list[Session]:
    return [each for each in _living(acting) if each.digest != acting.by.session.digest]


def _end_others(acting: Acting) -> int:
    others = _others(acting)
    for each in others:
        acting.tx.sessions.remove(each.digest)
    return len(others)


def _ended(acting: Acting, sessions: list[Session]) -> Owned:
    for each in sessions:
        acting.tx.sessions.remove(each.digest)
    acting.write(Event.SESSION_ENDED, {"sessions": len(sessions)})
    return _owned(acting)
