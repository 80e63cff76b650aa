"""Fakes of ports: each passes the contract of what it stands for."""

import contextlib
import copy
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from privity.access.app_keys import App
from privity.audit.entry import Entry, canonical
from privity.errors import KeyStoreUnavailable, LogUnavailable, Tampered
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.vault.aead import Key
from privity.vault.ports import PartitionKey, RootVersion, Sealed, WrappedKey

T = TypeVar("T")


class MemoryCustodian:
    """A root key in memory. Raises `broken` instead of working while one is set.

    The versions of two custodians with the same first key are the same keys.
    """

    def __init__(self, key: bytes = bytes(32)) -> None:
        self._seed = key
        self._made: dict[int, datetime | None] = {1: None}
        self.broken: Exception | None = None
        self.unwraps = 0

    def wrap(self, key: bytes, place: bytes) -> bytes:
        self._check()
        version = max(self._made)
        return bytes([version]) + self._key(version).seal(key, place)

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        self._check()
        self.unwraps += 1
        version = int(self.version_of(wrapped))
        if version not in self._made:
            msg = "a key was wrapped by another root key"
            raise Tampered(msg)
        return self._key(version).unseal(wrapped[1:], place)

    def versions(self) -> tuple[RootVersion, ...]:
        self._check()
        return tuple(RootVersion(str(v), made) for v, made in sorted(self._made.items()))

    def version_of(self, wrapped: bytes) -> str:
        if not wrapped:
            msg = "a wrapped key is cut off"
            raise Tampered(msg)
        return str(wrapped[0])

    def rotate(self, after: str, now: datetime) -> str:
        self._check()
        if str(max(self._made)) == after:
            self._made[max(self._made) + 1] = now
        return str(max(self._made))

    def destroy(self, version: str) -> None:
        self._check()
        if str(max(self._made)) == version:
            msg = "the newest version is in use"
            raise KeyStoreUnavailable(msg)
        self._made.pop(int(version), None)

    def _key(self, version: int) -> Key:
        return Key(hashlib.sha256(self._seed + bytes([version])).digest())

    def _check(self) -> None:
        if self.broken is not None:
            raise self.broken


class MemoryLog:
    def __init__(self) -> None:
        self.entries: list[bytes] = []

    def append(self, entry: Entry) -> int:
        body = canonical(entry)
        if len(body) > 65535:
            msg = "an entry is too long"
            raise LogUnavailable(msg)
        self.entries.append(body)
        return len(self.entries) - 1


class MemoryRecords:
    def __init__(self) -> None:
        self.all: dict[str, Sealed] = {}

    def put(self, record: Sealed) -> None:
        self.all.setdefault(record.place.record, record)

    def of(self, subject: SubjectRef) -> tuple[Sealed, ...]:
        found = (r for r in self.all.values() if r.place.subject == subject)
        return tuple(sorted(found, key=lambda r: r.place.record))

    def erase(self, subject: SubjectRef) -> int:
        return self._drop(lambda r: r.place.subject == subject)

    def sweep(self, now: datetime) -> int:
        return self._drop(lambda r: r.delete_at <= now)

    def overdue(self, now: datetime) -> int:
        return sum(r.delete_at <= now for r in self.all.values())

    def _drop(self, gone: Callable[[Sealed], bool]) -> int:
        before = len(self.all)
        self.all = {k: r for k, r in self.all.items() if not gone(r)}
        return before - len(self.all)


class MemoryKeys:
    def __init__(self, records: MemoryRecords) -> None:
        self.all: dict[tuple[Region, Purpose, SubjectRef, int], WrappedKey] = {}
        self._records = records

    def get(
        self, region: Region, purpose: Purpose, subject: SubjectRef, version: int | None = None
    ) -> WrappedKey | None:
        found = {
            v: key
            for (r, p, s, v), key in self.all.items()
            if (r, p, s) == (region, purpose, subject)
        }
        return found.get(max(found, default=0) if version is None else version)

    def put(self, key: WrappedKey) -> WrappedKey:
        return self.all.setdefault((key.region, key.purpose, key.subject, key.version), key)

    def destroy(self, subject: SubjectRef) -> int:
        return self._keep({k: v for k, v in self.all.items() if k[2] != subject})

    def destroy_unused(self) -> int:
        used = {
            (r.place.region, r.place.purpose, r.place.subject, r.key_version)
            for r in self._records.all.values()
        }
        return self._keep({k: v for k, v in self.all.items() if k in used})

    def _keep(self, kept: dict[tuple[Region, Purpose, SubjectRef, int], WrappedKey]) -> int:
        gone = len(self.all) - len(kept)
        self.all = kept
        return gone


class MemoryPartitions:
    def __init__(self) -> None:
        self.all: dict[tuple[Region, Purpose, int], PartitionKey] = {}

    def get(
        self, region: Region, purpose: Purpose, version: int | None = None
    ) -> PartitionKey | None:
        found = {v: key for (r, p, v), key in self.all.items() if (r, p) == (region, purpose)}
        return found.get(max(found, default=0) if version is None else version)

    def put(self, key: PartitionKey) -> PartitionKey:
        return self.all.setdefault((key.region, key.purpose, key.version), key)


class MemoryApps:
    def __init__(self) -> None:
        self._all: dict[AppId, App] = {}

    def add(self, new: App) -> App:
        return self._all.setdefault(new.name, new)

    def remove(self, name: AppId) -> bool:
        return self._all.pop(name, None) is not None

    def all(self) -> tuple[App, ...]:
        return tuple(sorted(self._all.values(), key=lambda app: app.name))

    def find(self, key_hash: str) -> App | None:
        return next((app for app in self._all.values() if app.key_hash == key_hash), None)


@dataclass
class MemoryTransaction:
    log: MemoryLog = field(default_factory=MemoryLog)
    records: MemoryRecords = field(default_factory=MemoryRecords)
    keys: MemoryKeys = field(init=False)
    partitions: MemoryPartitions = field(default_factory=MemoryPartitions)
    apps: MemoryApps = field(default_factory=MemoryApps)

    def __post_init__(self) -> None:
        self.keys = MemoryKeys(self.records)


class MemoryJournal:
    """A journal in memory. Raises `broken` instead of working while one is set."""

    def __init__(self) -> None:
        self.state = MemoryTransaction()
        self.broken: Exception | None = None

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def write(self, work: Callable[[MemoryTransaction], T]) -> T:
        with self.transaction() as tx:
            return work(tx)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        if self.broken is not None:
            raise self.broken
        trial = copy.deepcopy(self.state)
        yield trial
        self.state = trial

    @property
    def entries(self) -> list[bytes]:
        return self.state.log.entries
