"""Rotate keys while they are in use: root, partition, person. Nothing stops, nothing is lost.

A rotation is a series of steps, each one transaction, given as a generator that yields steps and
is sent what each returned, so that commands and the server run the same ones. 1. The entry. 2. The
new version, which wraps or seals from then on. 3. What is under older versions moves, a batch at a
time, each with its entry. 4. An older version is destroyed, with an entry, when nothing needs it.

Invariants: what to do next is read from what is stored, under the lock on the log, so a rotation
that was interrupted at any point is finished by the next one, before anything new begins; whatever
is stored opens at every moment, by old and new processes, because an older version goes last; a
step run twice does no more than once. Rotating the root or a partition rewraps keys and leaves
records as they are; rotating a person's key seals their records anew.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol, TypeAlias

from privity.audit.entry import Entry, Event
from privity.audit.ports import Log
from privity.model.words import SubjectRef
from privity.vault.aead import record_place
from privity.vault.home_secrets import unwrap_secrets, wrapped_parts
from privity.vault.ports import PartitionKey, Place, Store, WrappedKey
from privity.vault.rotation_ports import Cursor, RootKeys, RootVersion, Rotation
from privity.vault.subject_keys import KeyCache, KeyRing

BATCH = 256
"""How many keys or records move in one transaction, so that others can write in between."""
PEOPLE = 8
"""How many people's keys are rotated in one transaction."""
START: Cursor = ("", 0)
_KEYS, _LIFETIME = 64, timedelta(minutes=5)


class RotatedStore(Store, Protocol):
    """A transaction over the vault and the log together, with all keys."""

    @property
    def log(self) -> Log:
        """The audit log."""
        ...

    @property
    def rotation(self) -> Rotation:
        """All keys."""
        ...


class SealedHome(Protocol):
    """Where the secrets of a home are, wrapped by the custodian."""

    def read(self) -> bytes:
        """Return them. Raises KeyStoreUnavailable."""
        ...

    def write(self, wrapped: bytes) -> None:
        """Put others in their place, whole or not at all. Raises KeyStoreUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What a rotation works with. `policy`: the digest of the one in force.

    `keep`: how long a replaced root key is kept, for backups of that age.
    """

    custodian: RootKeys
    home: SealedHome
    policy: str
    keep: timedelta
    clock: Callable[[], datetime]

    def ring(self) -> KeyRing:
        """Return a ring that remembers few keys."""
        return KeyRing(self.custodian, KeyCache(_KEYS, _LIFETIME))


@dataclass(frozen=True, slots=True)
class Moved:
    """What a step did: how many keys or records moved, and where the next step goes on."""

    count: int = 0
    after: Cursor | None = None
    names: tuple[str, ...] = ()


Step: TypeAlias = Callable[[RotatedStore], Moved]
Steps: TypeAlias = Generator[Step, Moved, None]


def rotate_root(means: Means, older_than: datetime | None = None) -> Steps:
    """Rotate the root key, if it is older than that; finish an interrupted rotation.

    Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable; it can be run again then.
    """
    begun = yield lambda tx: _begin_root(tx, means, older_than)
    for after in begun.names:
        yield lambda tx: _make_root(tx, means, after)  # noqa: B023 - run before the next turn
    yield lambda tx: _move_root(tx, means)
    retired = yield lambda tx: _retire_root(tx, means)
    for version in retired.names:
        means.custodian.destroy(version)


def rotate_partitions(means: Means, older_than: datetime | None = None) -> Steps:
    """Rotate the key of every partition, if it is older than that; finish interrupted rotations.

    Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable; it can be run again then.
    """
    ring = means.ring()
    begun = yield lambda tx: _begin_partitions(tx, means, ring, older_than)
    for name in begun.names:
        after: Cursor | None = START
        while after is not None:
            here = after
            moved = yield lambda tx: _move_partition(tx, means, ring, (name, here))  # noqa: B023
            after = moved.after
        yield lambda tx: _retire_partition(tx, means, name)  # noqa: B023


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


def rotate_people(means: Means, older_than: datetime) -> Steps:
    """Give new keys to everyone who has one that is older than that, a few people in a step.

    Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable; it can be run again then.
    """
    ring = means.ring()
    before = min(older_than, means.clock())  # what is made from now on is never due
    some = Moved(names=("",))
    while some.names:
        some = yield lambda tx: _rotate_due(tx, means, ring, before)


def finish_people(means: Means) -> Steps:
    """Finish rotations of people's keys that were interrupted."""
    ring = means.ring()
    for name in (yield lambda tx: Moved(names=tx.rotation.unfinished(BATCH))).names:
        subject = SubjectRef(name)
        moved = Moved(1)
        while moved.count:
            moved = yield lambda tx: _move_person(tx, means, ring, subject)  # noqa: B023
        yield lambda tx: _retire_person(tx, means, subject)  # noqa: B023


def _begin_root(tx: RotatedStore, means: Means, older_than: datetime | None) -> Moved:
    """Write that the root is rotated; nothing if the one before was not finished."""
    *_, newest = means.custodian.versions()
    if not _is_due(newest.made_at, older_than) or _strays(tx, means, newest):
        return Moved()
    _write(tx, means, Event.KEY_ROTATED, {"key": "root", "before": newest.name})
    return Moved(names=(newest.name,))


def _make_root(tx: RotatedStore, means: Means, after: str) -> Moved:
    """Make the new version under the lock, so that two who rotate make one."""
    del tx
    return Moved(names=(means.custodian.rotate(after, means.clock()),))


def _move_root(tx: RotatedStore, means: Means) -> Moved:
    """Rewrap what is not under the newest root: partition keys, and the secrets of the home."""
    *_, newest = means.custodian.versions()
    strays = _strays(tx, means, newest)
    ring = means.ring()
    for partition in strays:
        if partition is not None:
            tx.rotation.rewrap_partition(ring.rewrap_partition(partition))
    if None in strays:
        secrets = unwrap_secrets(means.home.read(), means.custodian)
        means.home.write(secrets.wrap(means.custodian))
    if strays:
        facts: dict[str, str | int] = {"key": "root", "version": newest.name}
        _write(tx, means, Event.KEY_ROTATED, facts | {"moved": len(strays)})
    return Moved(len(strays))


def _strays(tx: RotatedStore, means: Means, newest: RootVersion) -> tuple[PartitionKey | None, ...]:
    """Return what is not wrapped under the newest root; None stands for the home's secrets."""
    of = means.custodian.version_of
    partitions = [p for p in tx.rotation.partitions() if of(p.wrapped) != newest.name]
    home = {of(part) for part in wrapped_parts(means.home.read())} - {newest.name}
    return (*partitions, *([None] if home else []))


def _retire_root(tx: RotatedStore, means: Means) -> Moved:
    """Write which root versions are destroyed next: replaced long enough ago, and not needed.

    They are destroyed after this is durable. Should that not happen, the next rotation writes and
    does it again. Nothing comes under them in between: custodians wrap under the newest only.
    """
    versions = means.custodian.versions()
    if _strays(tx, means, versions[-1]):
        return Moved()
    since = means.clock() - means.keep
    gone = [a.name for a, b in pairwise(versions) if b.made_at is not None and b.made_at <= since]
    for name in gone:
        _write(tx, means, Event.KEY_DESTROYED, {"key": "root", "version": name})
    return Moved(names=tuple(gone))


def _begin_partitions(
    tx: RotatedStore, means: Means, ring: KeyRing, older_than: datetime | None
) -> Moved:
    """Make new versions of the keys that are due and not in rotation; name those in rotation."""
    names = []
    for name, (*older, newest) in _by_partition(tx).items():
        begins = not older and _is_due(newest.made_at, older_than)
        if begins:
            which = (newest.region, newest.purpose, newest.version + 1)
            made = ring.create_partition(tx, which, means.clock())
            _write(tx, means, Event.KEY_ROTATED, _about("partition", made))
        if begins or older:
            names.append(name)
    return Moved(names=tuple(names))


def _move_partition(
    tx: RotatedStore, means: Means, ring: KeyRing, where: tuple[str, Cursor]
) -> Moved:
    """Rewrap the next batch of people's keys in a partition."""
    name, after = where
    *_, newest = _by_partition(tx)[name]
    keys = tx.rotation.older(newest, after, BATCH)
    if not keys:
        return Moved()
    tx.rotation.rewrap([ring.rewrap(tx, key, newest, means.clock()) for key in keys])
    facts = _about("partition", newest) | {"moved": len(keys)}
    _write(tx, means, Event.KEY_ROTATED, facts)
    return Moved(len(keys), (keys[-1].subject, keys[-1].version))


def _retire_partition(tx: RotatedStore, means: Means, name: str) -> Moved:
    """Destroy the versions that wrap no key of a person any more."""
    *older, newest = _by_partition(tx)[name]
    if tx.rotation.older(newest, START, 1):
        return Moved()
    for key in older:
        tx.rotation.destroy_partition(key)
        _write(tx, means, Event.KEY_DESTROYED, _about("partition", key))
    return Moved()


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
            _write(tx, means, Event.KEY_ROTATED, _about("person", made), subject)
    return _move_person(tx, means, ring, subject)


def _move_person(tx: RotatedStore, means: Means, ring: KeyRing, subject: SubjectRef) -> Moved:
    """Seal a batch of a person's records under the newest key."""
    now = means.clock()
    for *_, newest in _by_key(tx, subject):
        records = tx.rotation.records(newest, BATCH)
        for record in records:
            old = ring.of_version(tx, record.place, record.key_version, now)
            new = ring.of_version(tx, record.place, newest.version, now)
            body = old.unseal(record.body, record_place(record.place, record.key_version))
            again = new.seal(body, record_place(record.place, newest.version))
            tx.records.replace(replace(record, key_version=newest.version, body=again))
        if records:
            facts = _about("person", newest) | {"moved": len(records)}
            _write(tx, means, Event.KEY_ROTATED, facts, subject)
            return Moved(len(records))
    return Moved()


def _rotate_due(tx: RotatedStore, means: Means, ring: KeyRing, before: datetime) -> Moved:
    """Rotate the keys of a few people who are due; who has many records is gone on with later."""
    total, names = 0, []
    for subject in tx.rotation.due(before, PEOPLE):
        names.append(subject)
        moved = _begin_person(tx, means, ring, subject)
        while moved.count:
            total += moved.count
            if total >= BATCH:
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
                _write(tx, means, Event.KEY_DESTROYED, _about("person", key), subject)
    return Moved()


def _by_partition(tx: RotatedStore) -> dict[str, list[PartitionKey]]:
    """Return the versions of each partition's key, oldest first, by the partition's name."""
    found: dict[str, list[PartitionKey]] = {}
    for key in tx.rotation.partitions():
        found.setdefault(_name(key), []).append(key)
    return found


def _by_key(tx: RotatedStore, subject: SubjectRef) -> Sequence[list[WrappedKey]]:
    """Return the versions of each of a person's keys, oldest first."""
    found: dict[str, list[WrappedKey]] = {}
    for key in tx.rotation.of(subject):
        found.setdefault(_name(key), []).append(key)
    return list(found.values())


def _is_due(made_at: datetime | None, older_than: datetime | None) -> bool:
    """Say whether a key is to be rotated. One of unknown age is when someone asks, not by date."""
    return older_than is None or (made_at is not None and made_at <= older_than)


def _name(key: PartitionKey | WrappedKey) -> str:
    return f"{key.region.value}/{key.purpose.value}"


def _about(kind: str, key: PartitionKey | WrappedKey) -> dict[str, str | int]:
    return {"key": kind, "partition": _name(key), "version": key.version}


def _write(
    tx: RotatedStore,
    means: Means,
    event: Event,
    facts: dict[str, str | int],
    subject: SubjectRef | None = None,
) -> None:
    tx.log.append(Entry(event, means.clock(), means.policy, subject=subject, facts=facts))
