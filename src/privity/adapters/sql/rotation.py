"""All keys inside one transaction, as rotation looks at them.

Invariants: as in `stores`, all of it runs under the lock on the log; another wrapped form of the
same key needs no new epoch, because the older form opens until the key above it is destroyed, and
destroying any key raises the epoch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, select, tuple_, update

from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.link import stored_bytes
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.rows import listed, sealed
from privity.adapters.sql.schema import partition_key, record, subject_key
from privity.model.words import KeyLevel, Purpose, Region, SubjectRef
from privity.vault.ports import PartitionKey, Sealed, WrappedKey
from privity.vault.rotation_ports import Cursor
from privity.vault.subject_keys import under

_REWRAP = (
    "UPDATE subject_key SET wrapped = ?"
    " WHERE subject = ? AND purpose = ? AND region = ? AND version = ?"
)

# Built once: in a rotation of many people, building statements costs more than running them.
_KEY, _RECORD = subject_key.c, record.c
_OF = select(subject_key).where(_KEY.subject == bindparam("person")).order_by(_KEY.version)
_RECORDS = (
    select(record)
    .where(_RECORD.subject == bindparam("person"), _RECORD.purpose == bindparam("use"))
    .where(_RECORD.region == bindparam("place"), _RECORD.key_version < bindparam("number"))
    .where(listed())
    .order_by(_RECORD.id)
    .limit(bindparam("most"))
)
_DESTROY = delete(subject_key).where(
    _KEY.subject == bindparam("person"),
    _KEY.purpose == bindparam("use"),
    _KEY.region == bindparam("place"),
    _KEY.version == bindparam("number"),
)


class SqlRotation:
    """vault.ports.Rotation."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def partitions(self) -> tuple[PartitionKey, ...]:
        """Return every version of every partition's key, oldest first."""
        return stored_partitions(self._pending.direct())

    def rewrap_partition(self, key: PartitionKey) -> None:
        """Store another wrapped form of a key that is stored."""
        change = update(partition_key).where(*_this_partition(key)).values(wrapped=key.wrapped)
        self._pending.direct().execute(change)
        self._pending.keys_changed()

    def destroy_partition(self, key: PartitionKey) -> None:
        """Remove one version of a partition's key."""
        self._pending.direct().execute(delete(partition_key).where(*_this_partition(key)))
        self._destroyed()

    def older(self, newest: PartitionKey, after: Cursor, limit: int) -> tuple[WrappedKey, ...]:
        """Return people's keys wrapped under older versions than this, at most so many."""
        columns = subject_key.c
        query = (
            select(subject_key)
            .where(columns.region == newest.region.value)
            .where(columns.purpose == newest.purpose.value)
            .where(columns.wrapped < under(newest.version))
            .where(tuple_(columns.subject, columns.version) > after)
            .order_by(columns.subject, columns.version)
            .limit(limit)
        )
        return tuple(_key(row) for row in self._pending.direct().execute(query).mappings())

    def rewrap(self, keys: Sequence[WrappedKey]) -> None:
        """Store other wrapped forms of people's keys that are stored."""
        self._pending.direct()
        link = self._pending.link
        rows = [(k.wrapped, k.subject, k.purpose.value, k.region.value, k.version) for k in keys]
        link.run_many(link.sql(_REWRAP), rows)

    def of(self, subject: SubjectRef) -> tuple[WrappedKey, ...]:
        """Return every version of every key of a person, oldest first."""
        rows = self._pending.direct().execute(_OF, {"person": subject}).mappings()
        return tuple(map(_key, rows))

    def unfinished(self, limit: int) -> tuple[SubjectRef, ...]:
        """Return people who have several versions of a key, at most so many."""
        columns = subject_key.c
        query = (
            select(columns.subject)
            .group_by(columns.subject, columns.purpose, columns.region)
            .having(func.count() > 1)
            .order_by(columns.subject)
            .limit(limit)
        )
        found = self._pending.direct().execute(query).scalars()
        return tuple(dict.fromkeys(SubjectRef(subject) for subject in found))

    def due(
        self, before: datetime, limit: int, left: Sequence[SubjectRef] = ()
    ) -> tuple[SubjectRef, ...]:
        """Return people who have a key made before this time, but for those who were `left`."""
        columns = subject_key.c
        query = (
            select(columns.subject)
            .where(columns.made_at < to_ticks(before), columns.subject.not_in(left))
            .order_by(columns.made_at)
            .limit(limit)
        )
        found = self._pending.direct().execute(query).scalars()
        return tuple(dict.fromkeys(SubjectRef(subject) for subject in found))

    def records(self, newest: WrappedKey, limit: int) -> tuple[Sealed, ...]:
        """Return records sealed under older versions than this, at most so many."""
        asked = _about(newest) | {"most": limit}
        rows = self._pending.direct().execute(_RECORDS, asked).mappings()
        return tuple(map(sealed, rows))

    def destroy(self, key: WrappedKey) -> None:
        """Remove one version of a person's key."""
        self._pending.direct().execute(_DESTROY, _about(key))
        self._destroyed()

    def _destroyed(self) -> None:
        self._pending.link.deleted()
        self._pending.keys_changed()


@dataclass(frozen=True, slots=True)
class KeyCounts:
    """What the keys that are stored are used for.

    `wrapped`: how many keys of people each version of a partition's key wraps; `sealed`: the most
    records under one key of a person; `oldest`: when the oldest key of a person was made.
    """

    partitions: tuple[PartitionKey, ...]
    wrapped: dict[tuple[Region, Purpose, int], int]
    people: int
    sealed: int
    oldest: datetime | None


def count_keys(connection: Connection) -> KeyCounts:
    """Count the keys that a connection sees, and their uses."""
    columns = subject_key.c
    first = func.substr(columns.wrapped, 1, len(under(0)))
    query = select(columns.region, columns.purpose, first, func.count()).group_by(
        columns.region, columns.purpose, first
    )
    wrapped = {
        (Region(region), Purpose(purpose), int.from_bytes(stored_bytes(prefix), "big")): int(count)
        for region, purpose, prefix, count in connection.execute(query)
    }
    each = record.c
    uses = (
        select(func.count().label("n"))
        .select_from(record)
        .group_by(each.subject, each.purpose, each.region, each.key_version)
        .subquery()
    )
    most = connection.execute(select(func.max(uses.c.n))).scalar_one_or_none()
    oldest = connection.execute(select(func.min(columns.made_at))).scalar_one_or_none()
    return KeyCounts(
        stored_partitions(connection),
        wrapped,
        sum(wrapped.values()),
        int(most or 0),
        None if oldest is None else from_ticks(oldest),
    )


def oldest_made(connection: Connection) -> dict[KeyLevel, datetime]:
    """Return when the oldest key in use was made, of partitions and of people."""
    newest = {(key.region, key.purpose): key.made_at for key in stored_partitions(connection)}
    found = {KeyLevel.PARTITION: min(newest.values())} if newest else {}
    oldest = connection.execute(select(func.min(subject_key.c.made_at))).scalar_one_or_none()
    if oldest is not None:
        found[KeyLevel.PERSON] = from_ticks(oldest)
    return found


def stored_partitions(connection: Connection) -> tuple[PartitionKey, ...]:
    """Return every version of every partition's key, oldest first."""
    columns = partition_key.c
    query = select(partition_key).order_by(columns.region, columns.purpose, columns.version)
    return tuple(
        PartitionKey(
            Region(row.region),
            Purpose(row.purpose),
            row.version,
            stored_bytes(row.wrapped),
            from_ticks(row.made_at),
        )
        for row in connection.execute(query)
    )


def _this_partition(key: PartitionKey) -> tuple[Any, ...]:
    columns = partition_key.c
    return (
        columns.region == key.region.value,
        columns.purpose == key.purpose.value,
        columns.version == key.version,
    )


def _about(key: WrappedKey) -> dict[str, str | int]:
    return {
        "person": key.subject,
        "use": key.purpose.value,
        "place": key.region.value,
        "number": key.version,
    }


def _key(row: RowMapping) -> WrappedKey:
    return WrappedKey(
        Region(row["region"]),
        Purpose(row["purpose"]),
        SubjectRef(row["subject"]),
        row["version"],
        stored_bytes(row["wrapped"]),
        from_ticks(row["made_at"]),
    )
