"""Rotate people's keys while they are in use: their records are sealed anew.

Invariants: as in `rotate`; and one person's record that does not open stops nobody else's rotation:
they are left as they were, with the keys that they have, and are named to whoever runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from privity.audit.entry import Event
from privity.errors import Tampered
from privity.model.words import SubjectRef
from privity.vault import rotation
from privity.vault.aead import record_place
from privity.vault.ports import Place, WrappedKey
from privity.vault.rotation import Means, Moved, RotatedStore, Steps, about, name_of, write
from privity.vault.subject_keys import KeyRing

PEOPLE = 8
"""How many people's keys are rotated in one transaction."""


def rotate_person(means: Means, subject: SubjectRef) -> Steps:
    """Give a person new keys, seal their records anew, and destroy the old keys.

    Finishes an interrupted rotation instead, if there is one. Nobody known: nothing is done.
    Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable; it can be run again then.
    """
    ring = means.ring()
    moved = yield lambda tx: _begin_person(tx, means, ring, subject)
    while moved.count:
        moved = yield lambda tx: _move_person(tx, means, ring, subject)
    yield lambda tx: _retire_person(tx, means, subject)
    return ()


def rotate_people(means: Means, older_than: datetime) -> Steps:
    """Give new keys to everyone who has one that is older than that, a few people in a step.

    Who has something that does not open is left, and the others go on; but not with more than
    `rotation.MOST_LEFT` people: then something else is wrong. Raises KeyStoreUnavailable, Tampered,
    DatabaseUnavailable; it can be run again then.
    """
    ring = means.ring()
    before = min(older_than, means.clock())  # what is made from now on is never due
    left: tuple[SubjectRef, ...] = ()
    some = Moved(names=("",))
    while some.names:
        try:
            some = yield lambda tx: _rotate_due(tx, means, ring, (before, left))  # noqa: B023
        except Tampered:
            due = yield lambda tx: Moved(names=tx.rotation.due(before, PEOPLE, left))  # noqa: B023
            left += yield from _each(means, due.names, len(left), rotate_person)
    return left


def finish_people(means: Means) -> Steps:
    """Finish rotations of people's keys that were interrupted. Leaves people as above."""
    begun = yield lambda tx: Moved(names=tx.rotation.unfinished(rotation.BATCH))
    return (yield from _each(means, begun.names, 0, _finish_person))


def _each(
    means: Means, names: Sequence[str], before: int, act: Callable[[Means, SubjectRef], Steps]
) -> Steps:
    """Do this for one person after the other; return those who were left."""
    left: tuple[SubjectRef, ...] = ()
    for subject in map(SubjectRef, names):
        try:
            yield from act(means, subject)
        except Tampered:
            left = (*left, subject)
            if before + len(left) > rotation.MOST_LEFT:
                raise
    return left


def _finish_person(means: Means, subject: SubjectRef) -> Steps:
    ring = means.ring()
    moved = Moved(1)
    while moved.count:
        moved = yield lambda tx: _move_person(tx, means, ring, subject)
    yield lambda tx: _retire_person(tx, means, subject)
    return ()


def _begin_person(tx: RotatedStore, means: Means, ring: KeyRing, subject: SubjectRef) -> Moved:
    """Make a new version of each key that is not in rotation, and move a first batch with it.

    In one transaction, because a sweep destroys keys that no record is under.
    """
    for versions in _by_key(tx, subject):
        if len(versions) == 1:
            newest = versions[0]
            version = max(tx.keys.next_version(subject), newest.version + 1)
            place = Place(newest.region, newest.purpose, subject, "", "")
            made = ring.create(tx, place, version, means.clock())
            write(tx, means, Event.KEY_ROTATED, about("person", made), subject)
    return _move_person(tx, means, ring, subject)


def _move_person(tx: RotatedStore, means: Means, ring: KeyRing, subject: SubjectRef) -> Moved:
    """Seal a batch of a person's records under the newest key."""
    now = means.clock()
    for *_, newest in _by_key(tx, subject):
        records = tx.rotation.records(newest, rotation.BATCH)
        for record in records:
            old = ring.of_version(tx, record.place, record.key_version, now)
            new = ring.of_version(tx, record.place, newest.version, now)
            body = old.unseal(record.body, record_place(record.place, record.key_version))
            again = new.seal(body, record_place(record.place, newest.version))
            tx.records.replace(replace(record, key_version=newest.version, body=again))
        if records:
            facts = about("person", newest) | {"moved": len(records)}
            write(tx, means, Event.KEY_ROTATED, facts, subject)
            return Moved(len(records))
    return Moved()


def _rotate_due(
    tx: RotatedStore,
    means: Means,
    ring: KeyRing,
    due: tuple[datetime, tuple[SubjectRef, ...]],
) -> Moved:
    """Rotate the keys of a few people who are due; who has many records is gone on with later.

    `due`: when a key must have been made, and whom to leave.
    """
    before, left = due
    total, names = 0, []
    for subject in tx.rotation.due(before, PEOPLE, left):
        names.append(subject)
        moved = _begin_person(tx, means, ring, subject)
        while moved.count:
            total += moved.count
            if total >= rotation.BATCH:
                return Moved(total, names=tuple(names))
            moved = _move_person(tx, means, ring, subject)
        _retire_person(tx, means, subject)
    return Moved(total, names=tuple(names))


def _retire_person(tx: RotatedStore, means: Means, subject: SubjectRef) -> Moved:
    """Destroy a person's older keys that no record is under."""
    for *older, newest in _by_key(tx, subject):
        if not tx.rotation.records(newest, 1):
            for key in older:
                tx.rotation.destroy(key)
                write(tx, means, Event.KEY_DESTROYED, about("person", key), subject)
    return Moved()


def _by_key(tx: RotatedStore, subject: SubjectRef) -> Sequence[list[WrappedKey]]:
    """Return the versions of each of a person's keys, oldest first."""
    found: dict[str, list[WrappedKey]] = {}
    for key in tx.rotation.of(subject):
        found.setdefault(name_of(key), []).append(key)
    return list(found.values())
