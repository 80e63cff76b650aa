"""What the works of one transaction want written, until it is written.

Invariants: a work that fails leaves nothing: what it buffered is cut off at its mark, what it ran
directly is rolled back to its savepoint; rows of the works before it stay. Entries are written
last, once; records and keys before the first direct statement, which must see them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from sqlalchemy import Connection

from privity.adapters.sql.columns import to_ticks
from privity.adapters.sql.link import Into, Link, Row
from privity.model.words import Purpose, Region, SubjectRef
from privity.vault.ports import PartitionKey, WrappedKey

Who: TypeAlias = tuple[Region, Purpose, SubjectRef]
MAX_REMEMBERED = 16384

RECORD = Into(
    "record",
    (
        ("id", "text"),
        ("region", "text"),
        ("purpose", "text"),
        ("subject", "text"),
        ("kind", "text"),
        ("conversation", "text"),
        ("key_version", "integer"),
        ("body", "bytea"),
        ("made_at", "bigint"),
        ("delete_at", "bigint"),
        ("train", "integer"),
        ("review", "integer"),
    ),
    "ON CONFLICT (id) DO NOTHING",
)
_KEY = Into(
    "subject_key",
    (
        ("subject", "text"),
        ("purpose", "text"),
        ("region", "text"),
        ("version", "integer"),
        ("wrapped", "bytea"),
        ("made_at", "bigint"),
    ),
)

_MENTION = Into("mention", (("entry", "bigint"), ("subject", "text")))


@dataclass(slots=True)
class Memory:
    """What need not be read again while the epoch stands: wrapped keys, versions of people."""

    epoch: int = -1
    subjects: dict[Who, WrappedKey] = field(default_factory=dict)
    partitions: dict[tuple[Region, Purpose, int | None], PartitionKey] = field(default_factory=dict)
    people: dict[SubjectRef, int] = field(default_factory=dict)

    def at(self, epoch: int) -> None:
        """Forget everything if keys were destroyed or replaced since."""
        if epoch != self.epoch:
            self.forget()
            self.epoch = epoch

    def forget(self) -> None:
        """Forget everything."""
        self.subjects.clear()
        self.partitions.clear()
        self.people.clear()

    def know(self, subject: SubjectRef, version: int) -> None:
        """Remember the version of a person's state, at the cost of the oldest."""
        while len(self.people) >= MAX_REMEMBERED:
            del self.people[next(iter(self.people))]
        self.people[subject] = version

    def add(self, key: WrappedKey) -> None:
        """Remember a person's newest key, at the cost of the oldest."""
        while len(self.subjects) >= MAX_REMEMBERED:
            del self.subjects[next(iter(self.subjects))]
        self.subjects[key.region, key.purpose, key.subject] = key


class Pending:
    """The buffers of one transaction. `size` is the log's size before it."""

    def __init__(self, link: Link, memory: Memory, size: int) -> None:
        self.link = link
        self.memory = memory
        self.size = size
        self.keys_epoch = memory.epoch
        self.entries: list[bytes] = []
        self.mentions: list[Row] = []
        self.records: list[Row] = []
        self.keys: dict[Who, WrappedKey] = {}
        self._marks = (0, 0, 0)
        self._saved = False

    def begin_work(self) -> None:
        """Mark where a work begins."""
        self._marks = (len(self.entries), len(self.records), len(self.keys))

    def undo_work(self) -> None:
        """Take back everything since begin_work()."""
        if self._saved:
            self.link.run("ROLLBACK TO SAVEPOINT work")
            self.memory.forget()
        self.end_work()
        entries, records, keys = self._marks
        del self.entries[entries:], self.records[records:]
        while self.mentions and self.mentions[-1][0] >= self.size + entries:
            self.mentions.pop()
        while len(self.keys) > keys:
            self.keys.popitem()

    def end_work(self) -> None:
        """Keep what the work did."""
        if self._saved:
            self.link.run("RELEASE SAVEPOINT work")
            self._saved = False

    def direct(self) -> Connection:
        """Return the connection for a statement that sees, and can undo, all that was put."""
        if not self._saved:
            _, records, keys = self._marks
            self._write(records, keys)
            self._marks = (self._marks[0], 0, 0)
            self.link.run("SAVEPOINT work")
            self._saved = True
        self.write()
        return self.link.connection

    def write(self) -> tuple[WrappedKey, ...]:
        """Write the buffered records and keys; return the keys."""
        keys = tuple(self.keys.values())
        self._write(len(self.records), len(keys))
        return keys

    def write_mentions(self) -> None:
        """Write which entries are about whom; once, with the entries."""
        if self.mentions:
            self.link.add(_MENTION, self.mentions)

    def keys_changed(self) -> None:
        """Make every process drop the keys it remembers, from this commit on."""
        self.keys_epoch = self.memory.epoch + 1
        self.memory.forget()

    def _write(self, records: int, keys: int) -> None:
        if records:
            self.link.add(RECORD, self.records[:records])
            del self.records[:records]
        if keys:
            rows = [_key_row(key) for key in islice(self.keys.values(), keys)]
            self.link.add(_KEY, rows)
            for who in list(islice(self.keys, keys)):
                del self.keys[who]


def _key_row(key: WrappedKey) -> Row:
    return (
        key.subject,
        key.purpose.value,
        key.region.value,
        key.version,
        key.wrapped,
        to_ticks(key.made_at),
    )
