"""Rotate the root and partition keys while they are in use. Nothing stops, nothing is lost.

1. The entry. 2. The new version, which wraps from then on. 3. What is under older versions moves, a
batch at a time, each with its entry. 4. An older version is destroyed, with an entry, when nothing
needs it.

Invariants: what to do next is read from what is stored, under the lock on the log, so a rotation
that was interrupted at any point is finished by the next one, before anything new begins; whatever
is stored opens at every moment, by old and new processes, because an older version goes last; a
step run twice does no more than once. Keys are rewrapped, records stay as they are. A
person's key that does not open is left, and with it the version that wraps it; the others go on.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from privity.audit.entry import Event
from privity.errors import Tampered
from privity.model.words import SubjectRef
from privity.vault import rotation
from privity.vault.home_secrets import unwrap_secrets, wrapped_parts
from privity.vault.ports import PartitionKey
from privity.vault.rotation import (
    START,
    Means,
    Moved,
    RotatedStore,
    Steps,
    about,
    name_of,
    write,
)
from privity.vault.rotation_ports import Cursor, RootVersion
from privity.vault.subject_keys import KeyRing

_MANY = "the keys of many people in a partition do not open"


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
    return ()


def rotate_partitions(means: Means, older_than: datetime | None = None) -> Steps:
    """Rotate the key of every partition, if it is older than that; finish interrupted rotations.

    Raises KeyStoreUnavailable, Tampered, DatabaseUnavailable; it can be run again then.
    """
    ring = means.ring()
    left: tuple[SubjectRef, ...] = ()
    begun = yield lambda tx: _begin_partitions(tx, means, ring, older_than)
    for name in begun.names:
        after: Cursor | None = START
        while after is not None:
            here = after
            moved = yield lambda tx: _move_partition(tx, means, ring, (name, here))  # noqa: B023
            after, left = moved.after, left + moved.left
        yield lambda tx: _retire_partition(tx, means, name)  # noqa: B023
    return left


def _begin_root(tx: RotatedStore, means: Means, older_than: datetime | None) -> Moved:
    """Write that the root is rotated; nothing if the one before was not finished."""
    *_, newest = means.custodian.versions()
    if not _is_due(newest.made_at, older_than) or _strays(tx, means, newest):
        return Moved()
    write(tx, means, Event.KEY_ROTATED, {"key": "root", "before": newest.name})
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
        write(tx, means, Event.KEY_ROTATED, facts | {"moved": len(strays)})
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
        write(tx, means, Event.KEY_DESTROYED, {"key": "root", "version": name})
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
            write(tx, means, Event.KEY_ROTATED, about("partition", made))
        if begins or older:
            names.append(name)
    return Moved(names=tuple(names))


def _move_partition(
    tx: RotatedStore, means: Means, ring: KeyRing, where: tuple[str, Cursor]
) -> Moved:
    """Rewrap the next batch of people's keys in a partition."""
    name, after = where
    *_, newest = _by_partition(tx)[name]
    keys = tx.rotation.older(newest, after, rotation.BATCH)
    if not keys:
        return Moved()
    moved, left = [], []
    for key in keys:
        try:
            moved.append(ring.rewrap(tx, key, newest, means.clock()))
        except Tampered:
            left.append(key.subject)
    if len(left) > rotation.MOST_LEFT:
        raise Tampered(_MANY)
    if moved:
        tx.rotation.rewrap(moved)
        facts = about("partition", newest) | {"moved": len(moved)}
        write(tx, means, Event.KEY_ROTATED, facts)
    return Moved(len(moved), (keys[-1].subject, keys[-1].version), left=tuple(left))


def _retire_partition(tx: RotatedStore, means: Means, name: str) -> Moved:
    """Destroy the versions that wrap no key of a person any more."""
    *older, newest = _by_partition(tx)[name]
    if tx.rotation.older(newest, START, 1):
        return Moved()
    for key in older:
        tx.rotation.destroy_partition(key)
        write(tx, means, Event.KEY_DESTROYED, about("partition", key))
    return Moved()


def _by_partition(tx: RotatedStore) -> dict[str, list[PartitionKey]]:
    """Return the versions of each partition's key, oldest first, by the partition's name."""
    found: dict[str, list[PartitionKey]] = {}
    for key in tx.rotation.partitions():
        found.setdefault(name_of(key), []).append(key)
    return found


def _is_due(made_at: datetime | None, older_than: datetime | None) -> bool:
    """Say whether a key is to be rotated. One of unknown age is when someone asks, not by date."""
    return older_than is None or (made_at is not None and made_at <= older_than)
