"""Reading what is stored: the log for verification and proofs, counts for the status page.

Invariants: a snapshot sees one state of the database from its first read to its last, while others
write; it changes nothing; it returns what lies there, altered or not, and judges nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    Table,
    bindparam,
    func,
    select,
    true,
)

from privity.access.app_keys import LOCAL, App
from privity.adapters.sql.columns import from_ticks
from privity.adapters.sql.link import guarded, require_file, stored_bytes
from privity.adapters.sql.rotation import KeyCounts, count_keys, oldest_made
from privity.adapters.sql.rows import apps, due, known_app, listed
from privity.adapters.sql.schema import app, checkpoint, entry, head, record, tile
from privity.audit.tree import (
    TILE_WIDTH,
    Frontier,
    decode_frontier,
    leaf_hash,
    split_hashes,
)
from privity.audit.verify import StoredTile
from privity.errors import DatabaseUnavailable
from privity.model.words import KeyLevel, Purpose, Region, SubjectRef
from privity.oversight.honey import Marks

PAGE = 4096

# Built once: in a proof, building a statement costs more than running it.
_LEVEL: BindParameter[int] = bindparam("level")
_START: BindParameter[int] = bindparam("start")
_TILE = select(tile.c.hashes).where(tile.c.level == _LEVEL, tile.c.number == _START)
_ROOTS = (
    select(tile.c.root)
    .where(tile.c.level == _LEVEL, tile.c.number >= _START)
    .where(tile.c.number < _START + TILE_WIDTH)
    .order_by(tile.c.number)
)
_BODIES = (
    select(entry.c.body)
    .where(entry.c.position >= _START, entry.c.position < _START + TILE_WIDTH)
    .order_by(entry.c.position)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """How many records are kept for a purpose, and when the next of them ends."""

    purpose: Purpose
    records: int
    next_end: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The newest state of the log: its name, size and signed checkpoint."""

    origin: str
    size: int
    note: str


class Reader:
    """Opens snapshots."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.marks: Marks | None = None
        """What knows honey records, which figures leave out; None: nobody told."""

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give a view of the database that stands still. Raises DatabaseUnavailable."""
        require_file(self._engine)
        with guarded(self._engine), self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            else:
                connection.exec_driver_sql(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
            yield Snapshot(connection, self.marks)
            connection.rollback()


class Snapshot:
    """audit.verify.StoredLog and audit.tiles.TileSource, and the counts."""

    def __init__(self, connection: Connection, marks: Marks | None = None) -> None:
        self._connection = connection
        self._marks = marks

    @property
    def connection(self) -> Connection:
        """Where readers of other tables see the same state."""
        return self._connection

    def head(self) -> Head:
        """Return the newest state of the log. Raises DatabaseUnavailable if there is none."""
        query = select(head.c.origin, head.c.size, checkpoint.c.note).join_from(
            head, checkpoint, checkpoint.c.size == head.c.size
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            msg = "the database holds no log"
            raise DatabaseUnavailable(msg)
        return Head(row.origin, row.size, row.note)

    def keys_epoch(self) -> int:
        """Return what grows whenever a key is destroyed or replaced, or a person's region is."""
        return int(self._connection.execute(select(head.c.keys_epoch)).scalar_one())

    def record_ids(self, subject: SubjectRef) -> frozenset[str]:
        """Return the ids of a person's records."""
        query = select(record.c.id).where(record.c.subject == subject, listed())
        return frozenset(self._connection.execute(query).scalars())

    def revision(self) -> str:
        """Return which tables the database has."""
        found = self._connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        return str(found.scalar_one())

    def entries(self, start: int, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (index, canonical bytes) of entries [start, stop), in order."""
        for position, body in self._pages(entry, start, stop):
            yield position, stored_bytes(body)

    def containing(self, part: bytes, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Yield (index, canonical bytes) of those of the entries [start, stop) that hold a part."""
        sqlite = self._connection.dialect.name == "sqlite"
        where = func.instr if sqlite else func.pg_catalog.position
        query = (
            select(entry)
            .where(entry.c.position >= start, entry.c.position < stop)
            .where(where(entry.c.body, part) > 0)
            .order_by(entry.c.position)
        )
        for position, body in self._connection.execute(query):
            yield position, stored_bytes(body)

    def newest(
        self, parts: Sequence[bytes], start: int, stop: int, most: int
    ) -> Iterator[tuple[int, bytes]]:
        """Yield (index, canonical bytes) of entries [start, stop) that hold all, newest first."""
        sqlite = self._connection.dialect.name == "sqlite"
        where = func.instr if sqlite else func.pg_catalog.position
        query = select(entry).where(entry.c.position >= start)
        for part in parts:
            query = query.where(where(entry.c.body, part) > 0)
        last, left = stop, most
        while left > 0:
            page = query.where(entry.c.position < last).order_by(entry.c.position.desc())
            rows = self._connection.execute(page.limit(min(left, TILE_WIDTH))).all()
            for position, body in rows:
                yield position, stored_bytes(body)
            if len(rows) < TILE_WIDTH:
                return
            last, left = rows[-1].position, left - len(rows)

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Yield (size, signed note), in order of size."""
        for size, note in self._pages(checkpoint, 0):
            yield size, str(note)

    def note(self, size: int) -> str | None:
        """Return the checkpoint that was signed at this size, if there is one."""
        query = select(checkpoint.c.note).where(checkpoint.c.size == size)
        return self._connection.execute(query).scalar_one_or_none()

    def tiles(self) -> Iterator[StoredTile]:
        """Yield every full tile."""
        for level in range(8):
            query = select(tile).where(tile.c.level == level).order_by(tile.c.number)
            for row in self._connection.execute(query):
                hashes = split_hashes(stored_bytes(row.hashes))
                yield StoredTile(level, row.number, stored_bytes(row.root), hashes)

    def tile(self, level: int, index: int) -> Sequence[bytes]:
        """Return the hashes of a tile, up to 256; fewer at the growing edge."""
        run = self._connection.execute
        full = run(_TILE, {"level": level, "start": index}).scalar_one_or_none()
        if full is not None:
            return split_hashes(stored_bytes(full))
        start = index * TILE_WIDTH
        if level == 0:
            bodies = run(_BODIES, {"start": start}).scalars().all()
            return [leaf_hash(stored_bytes(body)) for body in bodies]
        roots = run(_ROOTS, {"level": level - 1, "start": start}).scalars().all()
        return [stored_bytes(root) for root in roots]

    def edge(self) -> Frontier:
        """Return the growing edge of the tree. Raises DatabaseUnavailable, LogCorrupt."""
        row = self._connection.execute(select(head.c.size, head.c.edge)).one()
        return decode_frontier(row.size, stored_bytes(row.edge))

    def rows(self, table: Table) -> Iterator[tuple[Any, ...]]:
        """Yield every row of a table, but no record whose key an erasure destroyed."""
        query = select(table).where(listed()) if table is record else select(table)
        options = {"yield_per": PAGE}
        for row in self._connection.execute(query, execution_options=options):
            yield tuple(row)

    def kept(self) -> tuple[Kept, ...]:
        """Return what is kept, by purpose, without honey records."""
        query = (
            select(record.c.purpose, func.count(), func.min(record.c.delete_at))
            .where(self._is_somebodys())
            .group_by(record.c.purpose)
            .order_by(record.c.purpose)
        )
        rows = self._connection.execute(query)
        return tuple(Kept(Purpose(what), many, from_ticks(end)) for what, many, end in rows)

    def places(self) -> Mapping[tuple[Purpose, Region], int]:
        """Return how many records are kept for each purpose in each region, without honey."""
        query = (
            select(record.c.purpose, record.c.region, func.count())
            .where(self._is_somebodys())
            .group_by(record.c.purpose, record.c.region)
        )
        rows = self._connection.execute(query)
        return {(Purpose(what), Region(where)): many for what, where, many in rows}

    def _is_somebodys(self) -> ColumnElement[bool]:
        """Return what holds for a record that is not of a honey person."""
        if self._marks is None:
            return true()
        everybody = self._marks.everybody((LOCAL, *(each.name for each in self.apps())))
        return record.c.subject.not_in(everybody)

    def overdue(self, now: datetime) -> int:
        """Say how many records should be gone and are not."""
        query = select(func.count()).select_from(record).where(due(now))
        return int(self._connection.execute(query).scalar_one())

    def keys(self) -> KeyCounts:
        """Return which keys there are and what they are used for."""
        return count_keys(self._connection)

    def oldest_keys(self) -> dict[KeyLevel, datetime]:
        """Return when the oldest key in use was made, of partitions and of people."""
        return oldest_made(self._connection)

    def apps(self) -> tuple[App, ...]:
        """Return every application that holds a key, in order of name."""
        rows = self._connection.execute(apps().order_by(app.c.name)).mappings()
        return tuple(known_app(row) for row in rows)

    def _pages(self, table: Table, start: int, stop: int | None = None) -> Iterator[Any]:
        """Yield the rows of a table in order of its first column, a page at a time."""
        key = table.columns[0]
        last = start - 1
        while True:
            query = select(table).where(key > last).order_by(key).limit(PAGE)
            if stop is not None:
                query = query.where(key < stop)
            rows = self._connection.execute(query).all()
            yield from rows
            if len(rows) < PAGE:
                return
            last = rows[-1][0]
