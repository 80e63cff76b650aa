"""Fakes of ports: each passes the contract of what it stands for."""

import contextlib
import copy
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from privity.access.app_keys import App
from privity.audit.entry import Entry, canonical
from privity.errors import KeyStoreUnavailable, LogUnavailable, Tampered
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.vault.aead import Key
from privity.vault.ports import Erasing, Hold, PartitionKey, Sealed, WrappedKey
from privity.vault.residence import Belongings, Departure, check_here
from privity.vault.rotation_ports import RootVersion

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


class MemoryErasures:
    def __init__(self) -> None:
        self.all: dict[int, Erasing] = {}

    def add(self, erasing: Erasing) -> None:
        self.all[erasing.entry] = erasing

    def get(self, entry: int) -> Erasing | None:
        return self.all.get(entry)

    def first(self) -> Erasing | None:
        return self.all[min(self.all)] if self.all else None

    def count(self, entry: int, removed: int) -> None:
        erasing = self.all[entry]
        self.all[entry] = replace(erasing, removed=erasing.removed + removed)

    def finish(self, entry: int) -> None:
        del self.all[entry]

    def destroyed(self, subject: SubjectRef) -> int:
        return max((e.versions for e in self.all.values() if e.subject == subject), default=0)


class MemoryHolds:
    def __init__(self) -> None:
        self.by_id: dict[str, Hold] = {}
        self.records: dict[str, Sealed] = {}

    def add(self, hold: Hold) -> None:
        self.by_id[hold.id] = hold

    def all(self) -> tuple[Hold, ...]:
        return tuple(self.by_id[name] for name in sorted(self.by_id))

    def remove(self, hold: str) -> Hold | None:
        return self.by_id.pop(hold, None)

    def ended(self, now: datetime) -> tuple[Hold, ...]:
        return tuple(hold for hold in self.all() if hold.ends <= now)

    def records_of(self, subject: SubjectRef) -> tuple[Sealed, ...]:
        held = {hold.record for hold in self.by_id.values()} & set(self.records)
        found = [self.records[name] for name in sorted(held)]
        return tuple(record for record in found if record.place.subject == subject)


class MemoryClock:
    def __init__(self) -> None:
        self.time: datetime | None = None

    def seen(self) -> datetime | None:
        return self.time

    def advance(self, to: datetime) -> None:
        self.time = to


class MemoryRecords:
    def __init__(self, holds: MemoryHolds, erasures: MemoryErasures) -> None:
        self.all: dict[str, Sealed] = holds.records
        self._holds = holds
        self._erasures = erasures

    def put(self, record: Sealed) -> None:
        self.all.setdefault(record.place.record, record)

    def of(self, subject: SubjectRef) -> tuple[Sealed, ...]:
        found = (r for r in self.all.values() if r.place.subject == subject and self._listed(r))
        return tuple(sorted(found, key=lambda r: r.place.record))

    def find(self, record: str) -> Sealed | None:
        found = self.all.get(record)
        return found if found is not None and self._listed(found) else None

    def replace(self, record: Sealed) -> None:
        self.all[record.place.record] = record

    def remove(self, subject: SubjectRef, versions: int, limit: int) -> int:
        return self._drop(self._under(subject, versions)[:limit])

    def take(self, subject: SubjectRef, names: Sequence[str]) -> tuple[str, ...]:
        held = {hold.record for hold in self._holds.all()}
        mine = tuple(r.place.record for r in self.of(subject) if r.place.record in names)
        found = tuple(name for name in mine if name not in held)
        self._drop(list(found))
        return found

    def left(self, subject: SubjectRef, versions: int) -> int:
        return len(self._under(subject, versions))

    def sweep(self, now: datetime, limit: int) -> int:
        return self._drop(self._due(now)[:limit])

    def overdue(self, now: datetime) -> int:
        return len(self._due(now))

    def _listed(self, record: Sealed) -> bool:
        return record.key_version > self._erasures.destroyed(record.place.subject)

    def _under(self, subject: SubjectRef, versions: int) -> list[str]:
        mine = {k: r for k, r in self.all.items() if r.place.subject == subject}
        return [k for k, r in mine.items() if r.key_version <= versions]

    def _due(self, now: datetime) -> list[str]:
        held = {hold.record for hold in self._holds.all()}
        return [k for k, r in self.all.items() if r.delete_at <= now and k not in held]

    def _drop(self, names: list[str]) -> int:
        for name in names:
            del self.all[name]
        return len(names)


class MemoryKeys:
    def __init__(
        self, records: MemoryRecords, erasures: MemoryErasures, departures: "MemoryDepartures"
    ) -> None:
        self._erasures = erasures
        self._departures = departures
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

    def next_version(self, subject: SubjectRef) -> int:
        check_here(self._departures, subject)
        return 1 + self._erasures.destroyed(subject)

    def versions(self, subject: SubjectRef) -> tuple[int, int]:
        found = [key[3] for key in self.all if key[2] == subject]
        return len(found), max(found, default=0)

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


class MemoryResidences:
    def __init__(self) -> None:
        self.all: dict[SubjectRef, Region] = {}

    def get(self, subject: SubjectRef) -> Region | None:
        return self.all.get(subject)

    def put(self, subject: SubjectRef, region: Region, since: datetime) -> None:
        del since
        self.all[subject] = region

    def remove(self, subject: SubjectRef) -> bool:
        return self.all.pop(subject, None) is not None


class MemoryDepartures:
    def __init__(self, records: MemoryRecords) -> None:
        self.all: dict[SubjectRef, Departure] = {}
        self._records = records

    def get(self, subject: SubjectRef) -> Departure | None:
        return self.all.get(subject)

    def put(self, departure: Departure) -> None:
        self.all[departure.subject] = departure

    def remove(self, subject: SubjectRef) -> bool:
        return self.all.pop(subject, None) is not None

    def unfinished(self) -> tuple[Departure, ...]:
        return tuple(self.all[each] for each in sorted(self.all) if not self.all[each].done)

    def records(
        self, subject: SubjectRef, after: str, limit: int, now: datetime
    ) -> tuple[Sealed, ...]:
        due = self._records._due(now)
        found = (r for r in self._records.of(subject) if r.place.record not in due)
        return tuple(r for r in found if r.place.record > after)[:limit]

    def ids(self, subject: SubjectRef, now: datetime) -> frozenset[str]:
        found = self.records(subject, "", len(self._records.all), now)
        return frozenset(record.place.record for record in found)


class MemoryBeside:
    """Nothing besides records is kept in memory."""

    def forget(self, subject: SubjectRef) -> None:
        pass

    def again(self, entry: Entry, index: int) -> None:
        pass


class MemoryBelongings:
    """The fake keeps nothing of people besides records and keys that it could carry."""

    def of(self, subject: SubjectRef) -> Belongings:
        del subject
        return ()

    def put(self, subject: SubjectRef, belongings: Belongings, region: Region) -> None:
        del subject, region
        assert belongings == ()

    def remove(self, subject: SubjectRef) -> None:
        pass


@dataclass
class MemoryTransaction:
    log: MemoryLog = field(default_factory=MemoryLog)
    erasures: MemoryErasures = field(default_factory=MemoryErasures)
    holds: MemoryHolds = field(default_factory=MemoryHolds)
    clock: MemoryClock = field(default_factory=MemoryClock)
    records: MemoryRecords = field(init=False)
    keys: MemoryKeys = field(init=False)
    partitions: MemoryPartitions = field(default_factory=MemoryPartitions)
    apps: MemoryApps = field(default_factory=MemoryApps)
    belongings: MemoryBelongings = field(default_factory=MemoryBelongings)
    residences: MemoryResidences = field(default_factory=MemoryResidences)
    departures: MemoryDepartures = field(init=False)
    beside: MemoryBeside = field(default_factory=MemoryBeside)

    def __post_init__(self) -> None:
        self.records = MemoryRecords(self.holds, self.erasures)
        self.departures = MemoryDepartures(self.records)
        self.keys = MemoryKeys(self.records, self.erasures, self.departures)


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
