"""Nothing is kept longer than was promised, nothing goes early, and there is evidence for both.

Invariants: what is due is removed with the keys that nothing needs any more, in the transaction
that writes the entry about it; the entry says how many records were overdue afterwards, so that
"overdue = 0" stands in the log after every whole sweep. A record under a legal hold is not due;
when the hold is released or ends, its own deadline applies at once. Time never runs backwards for a
sweep, and it runs forward by at most `MAX_STEP` from one sweep to the next: a clock that jumped
further is not believed until an operator says that it is right, so that a wild clock cannot delete
what is still wanted, and a long outage ends with one command.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from privity.audit.entry import Entry, Event
from privity.audit.ports import Log
from privity.errors import ClockDoubtful
from privity.vault.ports import Clock, Holds, Store
from privity.vault.residence import Departures

MAX_STEP = timedelta(days=7)
BATCH = 10_000
"""How many records one transaction removes at most, so that others can write in between."""


class LoggedStore(Store, Protocol):
    """A transaction over the vault and the log together, with all that a sweep looks at."""

    @property
    def log(self) -> Log:
        """The audit log."""
        ...

    @property
    def holds(self) -> Holds:
        """The legal holds."""
        ...

    @property
    def clock(self) -> Clock:
        """The latest time that a sweep believed."""
        ...

    @property
    def departures(self) -> Departures:
        """Who leaves or left the region."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep removed, and how many records are still overdue: 0 once it is done."""

    records: int
    keys: int
    overdue: int


def shortest(
    policy: timedelta, choice: timedelta | None = None, law: timedelta | None = None
) -> timedelta:
    """Return how long something may be kept: the shortest of what policy, person and law say.

    None means that somebody says nothing; a period below zero counts as zero.
    """
    said = [period for period in (policy, choice, law) if period is not None]
    return max(timedelta(), min(said))


def sweep(tx: LoggedStore, now: datetime, policy: str, limit: int = BATCH) -> Swept:
    """Remove what is due and every key that no record needs; again while something is overdue.

    1. The time that can be believed. 2. Holds that ended. 3. Records, at most `limit`. 4. When
    none is overdue: keys. `policy` is the digest of the policy in force. Raises ClockDoubtful,
    DatabaseUnavailable.
    """
    time = believed(tx.clock.seen(), now)
    tx.clock.advance(time)
    _end_holds(tx, time, policy)
    records = tx.records.sweep(time, limit)
    overdue = tx.records.overdue(time)
    swept = Swept(records, 0 if overdue else tx.keys.destroy_unused(), overdue)
    facts = {"records": swept.records, "keys": swept.keys, "overdue": swept.overdue}
    tx.log.append(Entry(Event.RECORDS_SWEPT, now, policy, facts=facts))
    return swept


def believed(seen: datetime | None, now: datetime) -> datetime:
    """Return the time to sweep by: never before `seen`, the latest that was believed.

    Raises ClockDoubtful for a jump of more than MAX_STEP.
    """
    if seen is None or now < seen:
        return now if seen is None else seen
    if now - seen > MAX_STEP:
        days = (now - seen) // timedelta(days=1)
        message = f"the clock is {days} days later than at the last sweep"
        raise ClockDoubtful(message)
    return now


def believe(tx: LoggedStore, now: datetime, policy: str) -> None:
    """Take an operator's word that the clock is right, and write it; also if it went back."""
    seen = tx.clock.seen()
    seconds = 0 if seen is None else round((now - seen).total_seconds())
    tx.clock.advance(now)
    tx.log.append(Entry(Event.CLOCK_BELIEVED, now, policy, facts={"step_seconds": seconds}))


def _end_holds(tx: LoggedStore, now: datetime, policy: str) -> None:
    for hold in tx.holds.ended(now):
        tx.holds.remove(hold.id)
        facts = {"hold": hold.id, "record": hold.record}
        tx.log.append(Entry(Event.HOLD_ENDED, now, policy, facts=facts))
