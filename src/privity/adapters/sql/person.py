"""What is stored of one person, in a snapshot: their records, the keys above them, their entries.

Invariants: the person is named once, when the view is made, and every question is about them; the
lock on the log is not taken, so reading holds up no message; nothing is opened here. A search of
the log begins at its newest entries and is bounded: whether it reached the oldest is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from privity.adapters.sql.choices_tables import choices, ledger, mention, used_pass
from privity.adapters.sql.columns import from_ticks
from privity.adapters.sql.read import Snapshot
from privity.adapters.sql.rows import listed, sealed
from privity.adapters.sql.schema import hold, partition_key, record, subject_key
from privity.model.words import Purpose, Region, SubjectRef
from privity.rights.choices import UNDECIDED, Choices, unpacked
from privity.vault.ports import PartitionKey, Sealed, WrappedKey

_STEP = 20_000
AT_MOST = 200_000
"""How many entries are searched for those about one person."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of the log about a person, newest first; `whole`: no older ones were left out."""

    found: tuple[tuple[int, bytes], ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class PersonSnapshot:
    """One person in one snapshot: vault.ports.OpeningStore, and what may be asked about them."""

    log: Snapshot
    subject: SubjectRef

    @property
    def keys(self) -> PersonKeys:
        """Their wrapped keys."""
        return PersonKeys(self)

    @property
    def partitions(self) -> Partitions:
        """The wrapped keys of partitions."""
        return Partitions(self)

    def records(self) -> tuple[Sealed, ...]:
        """Return their records, in order of id; none whose key an erasure destroyed."""
        mine = select(record).where(record.c.subject == self.subject, listed())
        rows = self.log.connection.execute(mine.order_by(record.c.id)).mappings()
        return tuple(map(sealed, rows))

    def choices(self) -> Choices:
        """Return what they chose; UNDECIDED if they chose nothing. Raises Tampered."""
        query = select(choices.c.body).where(choices.c.subject == self.subject)
        body = self.log.connection.execute(query).scalar_one_or_none()
        return UNDECIDED if body is None else unpacked(body)

    def spent(self, nonce: str) -> bool:
        """Say whether a link was used, or a session was ended."""
        query = select(used_pass.c.nonce).where(used_pass.c.nonce == nonce)
        return self.log.connection.execute(query).first() is not None

    def held(self) -> frozenset[str]:
        """Return which of their records a legal hold is on."""
        mine = select(record.c.id).where(record.c.subject == self.subject)
        rows = self.log.connection.execute(select(hold.c.record).where(hold.c.record.in_(mine)))
        return frozenset(rows.scalars())

    def entries(self, most: int) -> Entries:
        """Return the newest entries of the log about them, at most so many of each kind.

        Those of messages are searched for among the newest `AT_MOST` entries; the others are known
        by their positions, however old they are.
        """
        mine = select(mention.c.entry).where(mention.c.subject == self.subject)
        newest = mine.order_by(mention.c.entry.desc()).limit(most)
        positions = self.log.connection.execute(newest).scalars().all()
        others = [each for index in positions for each in self.entry(index)]
        messages, whole = self._messages(most)
        both = sorted({*others, *messages}, reverse=True)
        return Entries(tuple(both), whole=whole and len(positions) < most)

    def _messages(self, most: int) -> tuple[list[tuple[int, bytes]], bool]:
        part = f'"subject":"{self.subject}"'.encode("ascii")
        end = self.log.head().size
        oldest = max(0, end - AT_MOST)
        found: list[tuple[int, bytes]] = []
        while end > oldest and len(found) < most:
            start = max(oldest, end - _STEP)
            found += reversed(list(self.log.containing(part, start, end)))
            end = start
        return found[:most], end == 0 and len(found) <= most

    def ledger(self) -> tuple[tuple[int, bytes], ...]:
        """Return the entries about what they were shown and chose, oldest first."""
        mine = select(ledger.c.entry).where(ledger.c.subject == self.subject)
        positions = self.log.connection.execute(mine.order_by(ledger.c.entry)).scalars().all()
        return tuple(each for index in positions for each in self.entry(index))

    def entry(self, index: int) -> Iterable[tuple[int, bytes]]:
        """Return this entry of the log, as (index, bytes), if it is about them."""
        part = f'"subject":"{self.subject}"'.encode("ascii")
        return tuple(self.log.containing(part, index, index + 1))


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """vault.ports.OpeningKeys, of one person."""

    of: PersonSnapshot

    def get(
        self, region: Region, purpose: Purpose, subject: SubjectRef, version: int | None = None
    ) -> WrappedKey | None:
        """Return this version of the person's key (the newest if none is named), or None."""
        if subject != self.of.subject:
            return None
        columns = subject_key.c
        query = select(subject_key).where(
            columns.subject == subject,
            columns.purpose == purpose.value,
            columns.region == region.value,
        )
        if version is not None:
            query = query.where(columns.version == version)
        query = query.order_by(columns.version.desc()).limit(1)
        row = self.of.log.connection.execute(query).one_or_none()
        if row is None:
            return None
        made_at = from_ticks(row.made_at)
        return WrappedKey(region, purpose, subject, row.version, bytes(row.wrapped), made_at)


@dataclass(frozen=True, slots=True)
class Partitions:
    """vault.ports.OpeningPartitions."""

    of: PersonSnapshot

    def get(
        self, region: Region, purpose: Purpose, version: int | None = None
    ) -> PartitionKey | None:
        """Return this version of a partition's key (the newest if none is named), or None."""
        columns = partition_key.c
        query = select(partition_key).where(
            columns.region == region.value, columns.purpose == purpose.value
        )
        if version is not None:
            query = query.where(columns.version == version)
        query = query.order_by(columns.version.desc()).limit(1)
        row = self.of.log.connection.execute(query).one_or_none()
        if row is None:
            return None
        made_at = from_ticks(row.made_at)
        return PartitionKey(region, purpose, row.version, bytes(row.wrapped), made_at)
