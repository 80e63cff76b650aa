"""The key hierarchy: root (custodian) -> partition (region, purpose) -> person.

Invariants: every key is 256 random bits of its own, never derived, so that destroying one leaves
nothing to rebuild it from; a wrapped key opens only for its region, purpose, person and version;
a key is looked up in the transaction each time and the cache only saves the unwrapping, so that a
destroyed key stops working at once in every process; the cache is bounded and forgets by time.
Wrapped keys of people begin with the version of the partition key (4 bytes, big-endian), so that
partition keys can rotate while both versions are in use.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from privity.errors import Tampered
from privity.model.words import Purpose, Region, SubjectRef
from privity.vault.aead import Key, bound, new_key
from privity.vault.ports import (
    Custodian,
    OpeningStore,
    PartitionKey,
    Place,
    Store,
    WrappedKey,
)

Who: TypeAlias = tuple[Region, Purpose, SubjectRef, int]
"""A person's key: in which partition, whose, which version."""

_PREFIX = struct.Struct(">I")


class KeyCache:
    """Unwrapped keys by their wrapped form: at most `max_keys`, none older than `lifetime`.

    The oldest unused key goes first. Safe to share between threads: a race costs an unwrapping.
    """

    def __init__(self, max_keys: int, lifetime: timedelta) -> None:
        self._max_keys = max_keys
        self._lifetime = lifetime
        self._keys: dict[bytes, tuple[datetime, Key]] = {}

    def get(self, wrapped: bytes, now: datetime) -> Key | None:
        """Return the key, or None if it is not held or its time is over."""
        held = self._keys.pop(wrapped, None)
        if held is None or not timedelta() <= now - held[0] < self._lifetime:
            return None
        self._keys[wrapped] = held  # it is the newest again
        return held[1]

    def put(self, wrapped: bytes, key: Key, now: datetime) -> None:
        """Hold a key from now on."""
        while len(self._keys) >= self._max_keys:
            self._keys.pop(next(iter(self._keys), b""), None)
        self._keys[wrapped] = (now, key)

    def __len__(self) -> int:
        return len(self._keys)


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """An unwrapped key of a person, and its version."""

    version: int
    key: Key


class KeyRing:
    """Unwraps and creates the keys of people and partitions."""

    def __init__(self, custodian: Custodian, cache: KeyCache) -> None:
        self._custodian = custodian
        self._cache = cache

    def newest(self, store: Store, place: Place, now: datetime) -> SubjectKey:
        """Return the person's key to seal with; create it if there is none.

        Raises Tampered, KeyStoreUnavailable.
        """
        found = store.keys.get(place.region, place.purpose, place.subject)
        if found is None:
            version = store.keys.next_version(place.subject)
            found = self.create(store, place, version, now)
        return SubjectKey(found.version, self._unwrap(store, found, now))

    def of_version(self, store: OpeningStore, place: Place, version: int, now: datetime) -> Key:
        """Return the person's key of this version. Raises Tampered if it is gone or broken."""
        found = store.keys.get(place.region, place.purpose, place.subject, version)
        if found is None:
            msg = "the record's key was destroyed"
            raise Tampered(msg)
        return self._unwrap(store, found, now)

    def create(self, store: Store, place: Place, version: int, now: datetime) -> WrappedKey:
        """Make this version of a person's key. Raises Tampered, KeyStoreUnavailable."""
        partition = store.partitions.get(place.region, place.purpose)
        if partition is None:
            partition = self.create_partition(store, (place.region, place.purpose, 1), now)
        who = (place.region, place.purpose, place.subject, version)
        return store.keys.put(self._wrap(who, new_key(), partition, now))

    def create_partition(
        self, store: Store, which: tuple[Region, Purpose, int], now: datetime
    ) -> PartitionKey:
        """Make this version of a partition's key. Raises KeyStoreUnavailable."""
        wrapped = self._custodian.wrap(new_key(), partition_place(which))
        return store.partitions.put(PartitionKey(*which, wrapped, now))

    def rewrap(
        self, store: Store, wrapped: WrappedKey, newest: PartitionKey, now: datetime
    ) -> WrappedKey:
        """Return a person's key wrapped under another version of the partition's key.

        Raises Tampered, KeyStoreUnavailable.
        """
        who = (wrapped.region, wrapped.purpose, wrapped.subject, wrapped.version)
        again = self._wrap(who, self._opened(store, wrapped, now), newest, now)
        return replace(again, made_at=wrapped.made_at)

    def rewrap_partition(self, partition: PartitionKey) -> PartitionKey:
        """Return a partition's key wrapped under the newest root key.

        Raises Tampered, KeyStoreUnavailable.
        """
        place = partition_place((partition.region, partition.purpose, partition.version))
        opened = self._custodian.unwrap(partition.wrapped, place)
        return replace(partition, wrapped=self._custodian.wrap(opened, place))

    def _wrap(self, who: Who, key: bytes, partition: PartitionKey, now: datetime) -> WrappedKey:
        above = self._unwrap_partition(partition, now)
        sealed = above.seal(key, subject_place(who, partition.version))
        return WrappedKey(*who, _PREFIX.pack(partition.version) + sealed, now)

    def _unwrap(self, store: OpeningStore, wrapped: WrappedKey, now: datetime) -> Key:
        held = self._cache.get(wrapped.wrapped, now)
        if held is not None:
            return held
        key = Key(self._opened(store, wrapped, now))
        self._cache.put(wrapped.wrapped, key, now)
        return key

    def _opened(self, store: OpeningStore, wrapped: WrappedKey, now: datetime) -> bytes:
        prefix, sealed = wrapped.wrapped[: _PREFIX.size], wrapped.wrapped[_PREFIX.size :]
        if len(prefix) != _PREFIX.size:
            raise Tampered(_BROKEN)
        above = _PREFIX.unpack(prefix)[0]
        partition = store.partitions.get(wrapped.region, wrapped.purpose, above)
        if partition is None:
            raise Tampered(_BROKEN)
        who = (wrapped.region, wrapped.purpose, wrapped.subject, wrapped.version)
        return self._unwrap_partition(partition, now).unseal(sealed, subject_place(who, above))

    def _unwrap_partition(self, partition: PartitionKey, now: datetime) -> Key:
        held = self._cache.get(partition.wrapped, now)
        if held is not None:
            return held
        which = (partition.region, partition.purpose, partition.version)
        key = Key(self._custodian.unwrap(partition.wrapped, partition_place(which)))
        self._cache.put(partition.wrapped, key, now)
        return key


def under(version: int) -> bytes:
    """Return how keys of people begin that are wrapped under this version of a partition's key.

    Wrapped keys are ordered by it: those under older versions are less.
    """
    return _PREFIX.pack(version)


def subject_place(who: Who, partition_version: int) -> bytes:
    """Return what a person's wrapped key is bound to."""
    region, purpose, subject, version = who
    return bound(
        "privity subject key 1", region.value, purpose.value, subject, version, partition_version
    )


def partition_place(which: tuple[Region, Purpose, int]) -> bytes:
    """Return what a partition's wrapped key is bound to."""
    region, purpose, version = which
    return bound("privity partition key 1", region.value, purpose.value, version)


_BROKEN = "a wrapped key does not open"
