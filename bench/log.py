"""Proofs from a log of a million entries and searches in it, as ratios to reading one row.

The log is synthetic and made quickly: entries and tiles are written as the sequencer would, in one
transaction, in a temporary SQLite file. Proofs are then made through the same reader and tiles that
commands and receipts use, at random places, and each is checked against the signed root. Searches
are those of the console: a page of entries, a page from a moment on, and an event that is nowhere,
for which one look goes through half a million entries.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from privity.adapters.sql.create import create
from privity.adapters.sql.link import open_engine
from privity.adapters.sql.read import Reader, Snapshot
from privity.adapters.sql.schema import entry, head
from privity.audit.checkpoint import sign_checkpoint
from privity.audit.entry import Event
from privity.audit.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    root_at,
)
from privity.audit.search import AT_MOST, Search, search
from privity.audit.signing import Signer
from privity.audit.tiles import TiledNodes
from privity.audit.tree import EMPTY, TILE_WIDTH, Filled, leaf_hash

ENTRIES = 1_000_003
PROOFS = 400
BAR_MS = 1.0
_CHUNK = 50_000
_FIRST = 1_700_000_000_000
"""The time of the first entry, in milliseconds; the others follow one by one."""
_PAGE = 50
_FEW = 5
_SIGNER = Signer("bench", bytes(32))


def main() -> None:
    """Make the log, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'log.db'}"
        began = time.perf_counter()
        root = fill(url)
        print(f"log of {ENTRIES} entries made in {time.perf_counter() - began:.0f} s\n")
        with Reader(open_engine(url)).snapshot() as log:
            measure(log, root)


def body(number: int) -> bytes:
    """Return an entry of usual length."""
    return b'{"at":%d,"event":"exchange.allowed","facts":{"endpoint":"chat"},%s}' % (
        _FIRST + number,
        b'"policy":"' + b"0" * 64 + b'","request":"pvr_%028x","v":1' % number,
    )


def fill(url: str) -> bytes:
    """Write entries, tiles and the checkpoint of a log; return its root."""
    create(url, _SIGNER.name, _SIGNER)
    engine = open_engine(url)
    edge, below = EMPTY, dict[int, list[bytes]]()
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        run = connection.connection.driver_connection.executemany  # type: ignore[union-attr]
        for first in range(0, ENTRIES, _CHUNK):
            rows = [(n, body(n)) for n in range(first, min(ENTRIES, first + _CHUNK))]
            run("INSERT INTO entry (position, body) VALUES (?, ?)", rows)
            hashes = [leaf_hash(each) for _, each in rows]
            below.setdefault(0, []).extend(hashes)
            edge, filled = edge.grown(hashes)
            tiles = list(tile_rows(filled, below))
            run("INSERT INTO tile (level, number, root, hashes) VALUES (?, ?, ?, ?)", tiles)
        note = sign_checkpoint(_SIGNER, edge.size, edge.root())
        run("INSERT INTO checkpoint (size, note) VALUES (?, ?)", [(edge.size, note)])
        connection.execute(head.update().values(size=edge.size, edge=edge.encode()))
        connection.commit()
    return edge.root()


def tile_rows(
    filled: tuple[Filled, ...], below: dict[int, list[bytes]]
) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Yield the rows of tiles that became full; `below` has the hashes not yet in one, by level."""
    for tile in filled:
        waiting = below[tile.level]
        yield tile.level, tile.index, tile.root, b"".join(waiting[:TILE_WIDTH])
        del waiting[:TILE_WIDTH]
        below.setdefault(tile.level + 1, []).append(tile.root)


def measure(log: Snapshot, root: bytes) -> None:
    """Print milliseconds of each proof, and how often a bare read fits into it."""
    chance = random.Random(7)  # noqa: S311 - places to measure at
    places = [chance.randrange(ENTRIES) for _ in range(PROOFS)]
    roots = {at: root_at(TiledNodes(log), at + 1) for at in places}
    bare = timed(lambda at: row(log, at), places)
    print(f"one row by its key: {bare:.3f} ms (median of {PROOFS})\n")
    print("| what | median ms | bare reads |")
    print("|---|---|---|")
    for name, work in (
        ("inclusion proof", lambda at: include(log, at, root)),
        ("consistency proof", lambda at: extend(log, (at + 1, roots[at]), root)),
    ):
        taken = timed(work, places)
        verdict = "" if taken <= BAR_MS else f"  (bar: {BAR_MS} ms)"
        print(f"| {name}, made and checked | {taken:.3f} | {taken / bare:.1f} |{verdict}")
    for name, find, some in (
        ("page of 50 entries", page_below, places),
        ("page of 50 entries from a moment on", page_since, places),
        (f"an event that is not among {AT_MOST} entries", nowhere, places[:_FEW]),
    ):
        taken = timed(lambda at, find=find: find(log, at), some)
        print(f"| {name} | {taken:.3f} | {taken / bare:.1f} |")


def timed(work: Callable[[int], object], places: list[int]) -> float:
    """Return the median time of a work over all places, in milliseconds."""
    work(places[0])
    taken = []
    for at in places:
        began = time.perf_counter()
        work(at)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def row(log: Snapshot, at: int) -> None:
    """Read one entry by its primary key, with nothing around it."""
    log._connection.execute(select(entry.c.body).where(entry.c.position == at)).one()  # noqa: SLF001


def include(log: Snapshot, at: int, root: bytes) -> None:
    """Make and check an inclusion proof; nothing is remembered from the one before."""
    path = inclusion_proof(TiledNodes(log), at, ENTRIES)
    check_inclusion(leaf_hash(body(at)), (at, ENTRIES), path, root)


def page_below(log: Snapshot, at: int) -> None:
    """Find the entries below a place."""
    search(log, Search(), (at, ENTRIES), _PAGE)


def page_since(log: Snapshot, at: int) -> None:
    """Find the entries of half a second, by their time alone."""
    since = datetime.fromtimestamp((_FIRST + at) / 1000, UTC)
    asked = Search(since=since, until=since + timedelta(seconds=0.5))
    search(log, asked, (ENTRIES, ENTRIES), _PAGE)


def nowhere(log: Snapshot, _: int) -> None:
    """Look for what is not there."""
    search(log, Search(Event.CONVERSATION_READ), (ENTRIES, ENTRIES), _PAGE)


def extend(log: Snapshot, old: tuple[int, bytes], root: bytes) -> None:
    """Make and check a consistency proof from an older (size, root)."""
    path = consistency_proof(TiledNodes(log), old[0], ENTRIES)
    check_consistency(old, (ENTRIES, root), path)
