"""Sessions of staff: kept on the server, short, with a second factor that goes stale.

Invariants: a session is known by the digest of a random secret and ends 12 hours after it began,
whatever is done in it, and 30 minutes after the last thing that was done; signing in makes a new
one (nothing that was there before is kept); whoever guesses is locked out for longer and longer.

Source: NIST SP 800-63B (reauthentication); OWASP ASVS 5.0, V7 (session management).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from privity.access.staff import StaffId
from privity.errors import NotSignedIn

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
FRESH = timedelta(minutes=5)
FREE_GUESSES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that is under way. `digest`: of the secret in the cookie; `csrf`: for its forms."""

    digest: str
    account: StaffId
    csrf: str
    began: datetime
    seen: datetime
    proved: datetime


def began(digest: str, account: StaffId, csrf: str, now: datetime) -> Session:
    """Return a new session of somebody who just showed their factors."""
    return Session(digest, account, csrf, now, now, now)


def living(session: Session | None, now: datetime) -> Session:
    """Return the session, seen now. Raises NotSignedIn when there is none that still holds."""
    if session is None or not holds(session, now):
        message = "nobody is signed in, or not any more"
        raise NotSignedIn(message)
    return replace(session, seen=max(session.seen, now))


def holds(session: Session, now: datetime) -> bool:
    """Say whether a session still holds; one from the future does not."""
    age, rest = now - session.began, now - session.seen
    return timedelta(0) <= age < LONGEST and rest < IDLE


def proved(session: Session, now: datetime) -> Session:
    """Return the session after its owner showed a second factor again."""
    return replace(session, seen=now, proved=now)


def is_fresh(session: Session, now: datetime) -> bool:
    """Say whether the second factor was shown less than 5 minutes ago."""
    return timedelta(0) <= now - session.proved < FRESH


@dataclass(frozen=True, slots=True)
class Guesses:
    """Wrong tries in a row for one account or address, and when the last one was."""

    count: int = 0
    last: datetime | None = None


def locked_until(guesses: Guesses) -> datetime | None:
    """Return until when nothing is tried, right or wrong; None: it may be tried."""
    over = guesses.count - FREE_GUESSES
    if guesses.last is None or over < 0:
        return None
    doubled: int = 2 ** min(over, 20)
    return guesses.last + min(FIRST_LOCK * doubled, LONGEST_LOCK)


def is_locked(guesses: Guesses, now: datetime) -> bool:
    """Say whether a try now would not even be looked at."""
    until = locked_until(guesses)
    return until is not None and now < until


def wrong(guesses: Guesses, now: datetime) -> Guesses:
    """Return the count after one more wrong try."""
    return Guesses(guesses.count + 1, now)
