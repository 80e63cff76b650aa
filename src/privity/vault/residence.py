"""Where each person lives: a region that is set once, and changed by an explicit move only.

Invariants: the directory knows people as keyed references; the first region that is set for a
person stays, whoever asks again; setting it is an entry of the log in the same transaction. Whoever
left a region gets no key there any more, so nothing of theirs can be kept there, by whatever
process remembers an older answer of the directory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from privity.audit.entry import Entry, Event
from privity.audit.ports import Log
from privity.errors import LogCorrupt, PersonMoved
from privity.model.words import Region, SubjectRef
from privity.vault.ports import Sealed, SubjectKeys


@dataclass(frozen=True, slots=True)
class Departure:
    """A person who leaves a region: to where, why (a code), and whether holds go along.

    `done`: everything of theirs is in the other region, and nothing here opens any more.
    """

    subject: SubjectRef
    to: Region
    reason: str
    with_holds: bool
    done: bool
    at: datetime


class Residences(Protocol):
    """The directory of people's regions, inside one transaction of the home's own database."""

    def get(self, subject: SubjectRef) -> Region | None:
        """Return the region of a person, or None if none was set."""
        ...

    def put(self, subject: SubjectRef, region: Region, since: datetime) -> None:
        """Set the region of a person, also in the place of another."""
        ...

    def remove(self, subject: SubjectRef) -> bool:
        """Forget the region of a person and say whether there was one."""
        ...


class Departures(Protocol):
    """Who leaves or left a region, inside one transaction of that region's database."""

    def get(self, subject: SubjectRef) -> Departure | None:
        """Return the departure of a person, or None."""
        ...

    def put(self, departure: Departure) -> None:
        """Store a departure in the place of any other of the person."""
        ...

    def remove(self, subject: SubjectRef) -> bool:
        """Forget a departure and say whether there was one."""
        ...

    def unfinished(self) -> tuple[Departure, ...]:
        """Return the departures that are not done, in order of person."""
        ...

    def records(
        self, subject: SubjectRef, after: str, limit: int, now: datetime
    ) -> tuple[Sealed, ...]:
        """Return a person's records that are not due, in order of id, those after an id."""
        ...

    def ids(self, subject: SubjectRef, now: datetime) -> frozenset[str]:
        """Return the ids of a person's records that are not due."""
        ...


Row: TypeAlias = tuple[str, tuple[tuple[str, object], ...]]
"""A row of a table: the table's name, and the values with their columns."""
Belongings: TypeAlias = tuple[Row, ...]
"""What is stored of a person besides records and keys: choices, ages, requests, letters."""


class AllBelongings(Protocol):
    """What is stored of people besides records and keys, inside one transaction."""

    def of(self, subject: SubjectRef) -> Belongings:
        """Return a person's rows, in an order that depends on them alone."""
        ...

    def put(self, subject: SubjectRef, belongings: Belongings, region: Region) -> None:
        """Store rows that come from another region, in the place of any of the person's here."""
        ...

    def remove(self, subject: SubjectRef) -> None:
        """Remove a person's rows."""
        ...


class Directory(Protocol):
    """A transaction of the home's own database, as far as the directory needs it."""

    @property
    def log(self) -> Log:
        """The audit log."""
        ...

    @property
    def keys(self) -> SubjectKeys:
        """The wrapped keys of subjects."""
        ...

    @property
    def residences(self) -> Residences:
        """The directory."""
        ...

    @property
    def departures(self) -> Departures:
        """Who leaves or left the region of this database."""
        ...


def lives_in(tx: Directory, subject: SubjectRef, own: Region | None) -> Region | None:
    """Return a person's region, or None. `own` is the region of the home's own database.

    Somebody of whom something was kept there before the home had further regions lives there.
    """
    known = tx.residences.get(subject)
    if known is None and own is not None and tx.keys.versions(subject)[0]:
        return own
    return known


def known_region(
    tx: Directory, subject: SubjectRef, own: Region | None, now: datetime, policy: str
) -> Region | None:
    """Return a person's region, or None; one that only follows from what is kept is set, too."""
    region = lives_in(tx, subject, own)
    if region is None:
        return None
    return settle(tx, Settling(subject, region, own), now, policy)


@dataclass(frozen=True, slots=True)
class Settling:
    """A person and the region that is asked for them. `own` as in `lives_in`."""

    subject: SubjectRef
    region: Region
    own: Region | None


def settle(tx: Directory, asked: Settling, now: datetime, policy: str) -> Region:
    """Set a person's region unless one is set; return the one that stands.

    `policy` is the digest of the policy in force. Raises DatabaseUnavailable.
    """
    known = tx.residences.get(asked.subject)
    if known is not None:
        return known
    region = lives_in(tx, asked.subject, asked.own) or asked.region
    tx.residences.put(asked.subject, region, now)
    facts = {"region": region.value}
    tx.log.append(Entry(Event.PERSON_SETTLED, now, policy, subject=asked.subject, facts=facts))
    return region


def forget(tx: Directory, subject: SubjectRef, now: datetime, policy: str) -> bool:
    """Forget where an erased person lived and that they left, and write it; False if neither."""
    known, left = tx.residences.remove(subject), tx.departures.remove(subject)
    gone = known or left
    if gone:
        tx.log.append(Entry(Event.PERSON_FORGOTTEN, now, policy, subject=subject))
    return gone


PLACED = frozenset(
    {
        Event.PERSON_SETTLED,
        Event.PERSON_MOVED,
        Event.PERSON_LEAVING,
        Event.PERSON_LEFT,
        Event.PERSON_ARRIVED,
        Event.PERSON_FORGOTTEN,
    }
)
"""What `again` makes again."""


class Placing(Protocol):
    """A transaction over the directory and over who left."""

    @property
    def residences(self) -> Residences:
        """The directory."""
        ...

    @property
    def departures(self) -> Departures:
        """Who leaves or left the region of this database."""
        ...

    @property
    def belongings(self) -> AllBelongings:
        """What is stored of people besides records and keys."""
        ...


def again(tx: Placing, entry: Entry, subject: SubjectRef) -> None:
    """Do again what an entry says of where a person lives. Raises LogCorrupt."""
    if entry.event is Event.PERSON_SETTLED:
        tx.residences.put(subject, _region(entry, "region"), entry.at)
    elif entry.event is Event.PERSON_MOVED:
        tx.residences.put(subject, _region(entry, "to"), entry.at)
    elif entry.event in {Event.PERSON_LEAVING, Event.PERSON_LEFT}:
        reason, with_holds = str(entry.facts.get("reason")), bool(entry.facts.get("with_holds"))
        done = entry.event is Event.PERSON_LEFT
        to = _region(entry, "to")
        tx.departures.put(Departure(subject, to, reason, with_holds, done, entry.at))
        if done:
            tx.belongings.remove(subject)
    else:
        tx.departures.remove(subject)
        if entry.event is Event.PERSON_FORGOTTEN and not entry.facts.get("departure"):
            tx.residences.remove(subject)


def _region(entry: Entry, fact: str) -> Region:
    try:
        return Region(str(entry.facts.get(fact)))
    except ValueError as error:
        msg = "an entry about a person's region names none"
        raise LogCorrupt(msg) from error


def end_departure(tx: Directory, subject: SubjectRef, now: datetime, policy: str) -> bool:
    """Forget that a person leaves or left, and write it; False if they did not."""
    gone = tx.departures.remove(subject)
    if gone:
        facts = {"departure": 1}
        tx.log.append(Entry(Event.PERSON_FORGOTTEN, now, policy, subject=subject, facts=facts))
    return gone


def check_here(departures: Departures, subject: SubjectRef) -> None:
    """Raise PersonMoved if a person left the region of this database."""
    departure = departures.get(subject)
    if departure is not None and departure.done:
        raise PersonMoved(MOVED)


def check_staying(departures: Departures, subject: SubjectRef) -> None:
    """Raise PersonMoved if a person leaves or left the region of this database.

    What is done to single records asks first, so that no record is left out that is on its way.
    """
    if departures.get(subject) is not None:
        raise PersonMoved(MOVED)


MOVED = "the person's region is being changed, or is another one now"
