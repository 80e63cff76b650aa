"""Sessions of staff: kept on the server, short, with a second factor that goes stale.

Invariants: a session is known by the digest of a random secret and ends 12 hours after it began,
whatever is done in it, and 30 minutes after the last thing that was done; signing in makes a new
one (nothing that was there before is kept); a second factor is as fresh as when it was shown, here
or elsewhere, never as when we heard of it; whoever guesses is locked out for longer and longer.

Source: NIST SP 800-63B (reauthentication); OWASP ASVS 5.0, V7 (session management).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from privity.access.staff import StaffId
from privity.errors import NotSignedIn

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=30)
FRESH = timedelta(minutes=5)
SKEW = timedelta(seconds=30)
"""By how much another's clock may be ahead of ours."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a second factor was shown that nobody says the time of."""
FREE_GUESSES = 5
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that is under way. `digest`: of the secret in the cookie; `csrf`: for its forms.

    `proved`: when a second factor was shown last.
    """

    digest: str
    account: StaffId
    csrf: str
    began: datetime
    seen: datetime
    proved: datetime


def began(digest: str, account: StaffId, csrf: str, now: datetime) -> Session:
    """Return a new session of somebody who just showed their factors here."""
    return Session(digest, account, csrf, now, now, now)


def elsewhere(said: datetime | None, now: datetime) -> datetime:
    """Return since when a second factor counts that somebody else says was shown at a time.

    One of which no time is said, or a time to come, counts since never.
    """
    return NEVER if said is None or said - now > SKEW else min(said, now)


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


def proved(session: Session, now: datetime, shown: datetime | None = None) -> Session:
    """Return the session after a second factor was shown again: `shown`, or else now."""
    return replace(session, seen=now, proved=now if shown is None else min(shown, now))


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
