"""How often an application and a person may ask: a token bucket that all processes share.

Invariants: a bucket is taken from in the transaction that writes that a message leaves, so that no
process counts by itself and what was refused for another reason takes nothing; a refusal says after
how many seconds it is worth trying again. A bucket is one time, as in GCRA (ITU-T I.371, annex A):
until when the tokens that were taken are paid for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol

from privity.errors import RateLimited
from privity.model.words import AppId, SubjectRef

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a minute on average, and at most as many at once."""

    per_minute: int

    def taken(self, paid_until: datetime | None, now: datetime) -> datetime:
        """Return until when a bucket is paid for after one more token. Raises RateLimited."""
        each = MINUTE // self.per_minute
        starts = max(paid_until or now, now)
        wait = starts + each - now - MINUTE
        if wait > timedelta(0):
            message = f"more than {self.per_minute} requests in a minute"
            raise RateLimited(message, ceil(wait.total_seconds()))
        return starts + each


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of applications and of people; None: as often as they like."""

    app: Rate | None = None
    person: Rate | None = None


class Buckets(Protocol):
    """The buckets, inside one transaction."""

    def get(self, who: str) -> datetime | None:
        """Return until when a bucket is paid for; None: nothing was taken."""
        ...

    def put(self, who: str, paid_until: datetime) -> None:
        """Store until when a bucket is paid for."""
        ...


class Holder(Protocol):
    """A transaction with buckets."""

    @property
    def buckets(self) -> Buckets:
        """The buckets."""
        ...


def take(tx: Holder, app: AppId, person: SubjectRef | None, rates: Rates, now: datetime) -> None:
    """Take a token for an application and one for its person. Raises RateLimited."""
    asking: list[tuple[str, str, Rate | None]] = [("app", app, rates.app)]
    if person is not None:
        asking.append(("person", person, rates.person))
    paid = [
        (f"{kind} {name}", rate.taken(tx.buckets.get(f"{kind} {name}"), now))
        for kind, name, rate in asking
        if rate is not None
    ]
    for bucket, until in paid:
        tx.buckets.put(bucket, until)
