"""Log, records, keys and applications inside one transaction.

Invariants: what is put is buffered and written before any statement that could see it; a
remembered key is one that is stored, held to the epoch in the head row; destroying or replacing
keys raises that epoch. All of it runs under the lock on the log, so nobody else writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from privity.adapters.sql.alerts_stores import SqlAlerts, SqlFollowers
from privity.adapters.sql.apps_store import SqlApps
from privity.adapters.sql.belongings import SqlBelongings
from privity.adapters.sql.choices_stores import (
    SqlBeside,
    SqlChoices,
    SqlKept,
    SqlLedger,
    SqlPeople,
    SqlUsedPasses,
)
from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.life import SqlClock, SqlErasures, SqlHolds, SqlRestoring
from privity.adapters.sql.machine_stores import SqlMachines
from privity.adapters.sql.minors_stores import SqlAges, SqlParental
from privity.adapters.sql.notes_store import SqlNotes
from privity.adapters.sql.outbox_store import SqlOutbox
from privity.adapters.sql.pending import Pending, Who
from privity.adapters.sql.requests_store import SqlEverywhere, SqlRequests
from privity.adapters.sql.residence import SqlDepartures, SqlResidences, refuse_who_left
from privity.adapters.sql.rotation import SqlRotation
from privity.adapters.sql.rows import due, listed, sealed
from privity.adapters.sql.schema import hold, partition_key, record, subject_key
from privity.adapters.sql.series_stores import SqlSeries
from privity.adapters.sql.staff_stores import SqlAccounts, SqlGrants, SqlSessions
from privity.adapters.sql.training_stores import SqlTrainings
from privity.adapters.sql.watching_stores import SqlBuckets
from privity.audit.entry import Entry, canonical
from privity.errors import LogUnavailable
from privity.model.words import Purpose, Region, SubjectRef
from privity.rights.history import EXCHANGES
from privity.vault.ports import PartitionKey, Sealed, WrappedKey

MAX_ENTRY_BYTES = 65535
"""The longest entry that C2SP entry bundles can hold."""

_KEY = (
    "SELECT version, wrapped, made_at FROM subject_key WHERE subject = ? AND purpose = ?"
    " AND region = ? ORDER BY version DESC LIMIT 1"
)
_DESTROYED = "SELECT max(versions) FROM erasure WHERE subject = ?"


class SqlLog:
    """audit.ports.Log: entries get their index now and are written when the transaction ends."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def append(self, entry: Entry) -> int:
        """Add an entry and return its index. Raises LogUnavailable if it is too long."""
        body = canonical(entry)
        if len(body) > MAX_ENTRY_BYTES:
            msg = f"an entry of the log may have {MAX_ENTRY_BYTES} bytes"
            raise LogUnavailable(msg)
        entries = self._pending.entries
        entries.append(body)
        index = self._pending.size + len(entries) - 1
        if entry.subject is not None and entry.event not in EXCHANGES:
            self._pending.mentions.append((index, entry.subject))
        return index


class SqlRecords:
    """vault.ports.Records."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def put(self, record: Sealed) -> None:
        """Store a record; the same id again changes nothing."""
        place = record.place
        row = (
            place.record,
            place.region.value,
            place.purpose.value,
            place.subject,
            place.kind,
            record.conversation,
            record.key_version,
            record.body,
            to_ticks(record.made_at),
            to_ticks(record.delete_at),
            int(record.train),
            int(record.review),
        )
        self._pending.records.append(row)

    def of(self, subject: SubjectRef) -> tuple[Sealed, ...]:
        """Return a subject's records, in order of id; none whose key an erasure destroyed."""
        query = select(record).where(record.c.subject == subject, listed()).order_by(record.c.id)
        return tuple(sealed(row) for row in self._pending.direct().execute(query).mappings())

    def find(self, name: str) -> Sealed | None:
        """Return a record by its id, or None."""
        query = select(record).where(record.c.id == name, listed())
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return None if row is None else sealed(row)

    def replace(self, new: Sealed) -> None:
        """Put a record in the place of the one with its id."""
        change = update(record).where(record.c.id == new.place.record)
        self._pending.direct().execute(
            change.values(
                key_version=new.key_version, body=new.body, delete_at=to_ticks(new.delete_at)
            )
        )
        self._pending.link.deleted()

    def remove(self, subject: SubjectRef, versions: int, limit: int) -> int:
        """Remove records sealed under keys up to this version, at most so many; say how many."""
        return self._remove(_under(subject, versions), limit)

    def take(self, subject: SubjectRef, names: Sequence[str]) -> tuple[str, ...]:
        """Remove these records of a subject, but none that a hold is on; return which went."""
        held = exists().where(hold.c.record == record.c.id)
        mine = select(record.c.id).where(
            record.c.subject == subject, record.c.id.in_(names), listed(), ~held
        )
        found = tuple(self._pending.direct().execute(mine.order_by(record.c.id)).scalars())
        _delete(self._pending, delete(record).where(record.c.id.in_(found)))
        return found

    def left(self, subject: SubjectRef, versions: int) -> int:
        """Say how many records sealed under keys up to this version are there."""
        return self._count(_under(subject, versions))

    def sweep(self, now: datetime, limit: int) -> int:
        """Remove records that are due, at most so many, and say how many."""
        return self._remove(due(now), limit)

    def overdue(self, now: datetime) -> int:
        """Say how many records should be gone and are not."""
        return self._count(due(now))

    def _remove(self, which: ColumnElement[bool], limit: int) -> int:
        some = select(record.c.id).where(which).limit(limit)
        return _delete(self._pending, delete(record).where(record.c.id.in_(some)))

    def _count(self, which: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(record).where(which)
        return int(self._pending.direct().execute(query).scalar_one())


class SqlKeys:
    """vault.ports.SubjectKeys."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending
        self._absent: set[Who] = set()

    def get(
        self, region: Region, purpose: Purpose, subject: SubjectRef, version: int | None = None
    ) -> WrappedKey | None:
        """Return this version of a subject's key (the newest if none is named), or None."""
        who = (region, purpose, subject)
        newest = self._newest(who)
        if newest is None or version in {None, newest.version}:
            return newest
        query = select(subject_key).where(*_is(who), subject_key.c.version == version)
        row = self._pending.direct().execute(query).one_or_none()
        if row is None:
            return None
        return replace(
            newest, version=row.version, wrapped=row.wrapped, made_at=from_ticks(row.made_at)
        )

    def put(self, key: WrappedKey) -> WrappedKey:
        """Store a key unless that version exists; return the one that is stored now."""
        who = (key.region, key.purpose, key.subject)
        if who in self._absent:  # found missing in this transaction, which holds the lock
            self._absent.discard(who)
            self._pending.keys[who] = key
            return key
        there = self.get(*who, key.version)
        if there is not None:
            return there
        self._pending.direct().execute(
            insert(subject_key).values(
                subject=key.subject,
                purpose=key.purpose.value,
                region=key.region.value,
                version=key.version,
                wrapped=key.wrapped,
                made_at=to_ticks(key.made_at),
            )
        )
        self._pending.keys_changed()
        return key

    def next_version(self, subject: SubjectRef) -> int:
        """Return the version of a first key: above all that records to be removed were under.

        Raises PersonMoved if the person left this database's region.
        """
        refuse_who_left(self._pending, subject)
        link = self._pending.link
        row = link.one(link.sql(_DESTROYED), (subject,))
        return 1 + int((row and row[0]) or 0)

    def versions(self, subject: SubjectRef) -> tuple[int, int]:
        """Return how many keys a subject has, and the highest version among them (0: none)."""
        columns = subject_key.c
        query = select(func.count(), func.max(columns.version)).where(columns.subject == subject)
        count, newest = self._pending.direct().execute(query).one()
        return int(count), int(newest or 0)

    def destroy(self, subject: SubjectRef) -> int:
        """Remove every key of a subject and say how many."""
        return self._destroy(delete(subject_key).where(subject_key.c.subject == subject))

    def destroy_unused(self) -> int:
        """Remove every key that no record is sealed under and say how many."""
        needed = select(record.c.id).where(
            record.c.subject == subject_key.c.subject,
            record.c.purpose == subject_key.c.purpose,
            record.c.region == subject_key.c.region,
            record.c.key_version == subject_key.c.version,
        )
        return self._destroy(delete(subject_key).where(~needed.exists()))

    def _destroy(self, statement: Delete) -> int:
        gone = _delete(self._pending, statement)
        self._pending.keys_changed()
        self._absent.clear()
        return gone

    def _newest(self, who: Who) -> WrappedKey | None:
        pending = self._pending
        held = pending.keys.get(who) or pending.memory.subjects.get(who)
        if held is not None:
            return held
        link = pending.link
        region, purpose, subject = who
        row = link.one(link.sql(_KEY), (subject, purpose.value, region.value))
        if row is None:
            self._absent.add(who)
            return None
        key = WrappedKey(*who, row[0], bytes(row[1]), from_ticks(row[2]))
        pending.memory.add(key)
        return key


class SqlPartitions:
    """vault.ports.PartitionKeys."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def get(
        self, region: Region, purpose: Purpose, version: int | None = None
    ) -> PartitionKey | None:
        """Return this version of a partition's key (the newest if none is named), or None."""
        held = self._pending.memory.partitions.get((region, purpose, version))
        if held is not None:
            return held
        columns = partition_key.c
        query = select(partition_key).where(
            columns.region == region.value, columns.purpose == purpose.value
        )
        if version is not None:
            query = query.where(columns.version == version)
        query = query.order_by(columns.version.desc()).limit(1)
        row = self._pending.direct().execute(query).one_or_none()
        if row is None:
            return None
        key = PartitionKey(region, purpose, row.version, row.wrapped, from_ticks(row.made_at))
        self._pending.memory.partitions[region, purpose, version] = key
        return key

    def put(self, key: PartitionKey) -> PartitionKey:
        """Store a key unless that version exists; return the one that is stored now."""
        there = self.get(key.region, key.purpose, key.version)
        if there is not None:
            return there
        self._pending.direct().execute(
            insert(partition_key).values(
                region=key.region.value,
                purpose=key.purpose.value,
                version=key.version,
                wrapped=key.wrapped,
                made_at=to_ticks(key.made_at),
            )
        )
        self._pending.keys_changed()
        return key


class SqlTransaction:
    """gateway.ports.Transaction, with the applications."""

    def __init__(self, pending: Pending) -> None:
        self.log = SqlLog(pending)
        self.records = SqlRecords(pending)
        self.keys = SqlKeys(pending)
        self.partitions = SqlPartitions(pending)
        self.apps = SqlApps(pending)
        self.erasures = SqlErasures(pending)
        self.holds = SqlHolds(pending)
        self.clock = SqlClock(pending)
        self.rotation = SqlRotation(pending)
        self.restoring = SqlRestoring(pending)
        self.outbox = SqlOutbox(pending)
        self.requests = SqlRequests(pending)
        self.everywhere = SqlEverywhere(pending)
        self.ages = SqlAges(pending)
        self.parental = SqlParental(pending)
        self.people = SqlPeople(pending)
        self.choices = SqlChoices(pending)
        self.ledger = SqlLedger(pending)
        self.kept = SqlKept(pending)
        self.used_passes = SqlUsedPasses(pending)
        self.beside = SqlBeside(self)
        self.residences = SqlResidences(pending)
        self.departures = SqlDepartures(pending)
        self.belongings = SqlBelongings(pending)
        self.accounts = SqlAccounts(pending)
        self.sessions = SqlSessions(pending)
        self.grants = SqlGrants(pending)
        self.trainings = SqlTrainings(pending)
        self.machines = SqlMachines(pending)
        self.notes = SqlNotes(pending)
        self.buckets = SqlBuckets(pending)
        self.alerts = SqlAlerts(pending)
        self.followers = SqlFollowers(pending)
        self.series = SqlSeries(pending)


def _delete(pending: Pending, statement: Delete) -> int:
    gone = int(pending.direct().execute(statement).rowcount)
    if gone:
        pending.link.deleted()
    return gone


def _is(who: Who) -> tuple[Any, ...]:
    region, purpose, subject = who
    columns = subject_key.c
    return (
        columns.subject == subject,
        columns.purpose == purpose.value,
        columns.region == region.value,
    )


def _under(subject: SubjectRef, versions: int) -> ColumnElement[bool]:
    return and_(record.c.subject == subject, record.c.key_version <= versions)
