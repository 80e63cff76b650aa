"""The log's sequencer: gives each entry its index, grows the tree, signs.

Invariants: it runs under the lock on the head row, so indices are gapless over all processes; it
extends only a head whose root its own key signed, and never one whose entries are missing; a tile
is stored only if it adds up to what the tree already committed to. A rolled-back transaction leaves
the cached edge as it was; after a commit of unknown outcome the edge is read again.
"""

from __future__ import annotations

from collections.abc import Sequence

from privity.adapters.sql.link import Into, Link, Row, stored_bytes
from privity.adapters.sql.schema import REVISION
from privity.audit.checkpoint import open_checkpoint, sign_checkpoint
from privity.audit.signing import Signer, Verifier
from privity.audit.tree import (
    TILE_WIDTH,
    Filled,
    Frontier,
    decode_frontier,
    leaf_hash,
    perfect_root,
)
from privity.errors import DatabaseUnavailable, LogCorrupt, SchemaOutdated

_HEAD = (
    "SELECT size, edge, keys_epoch, origin, (SELECT revision FROM oldest_program)"
    " FROM head WHERE id = 1"
)
_MOVE = "UPDATE head SET size = ?, edge = ?, keys_epoch = ? WHERE id = 1"
_ENTRY = Into("entry", (("position", "bigint"), ("body", "bytea")))
_TILE = Into(
    "tile", (("level", "integer"), ("number", "bigint"), ("root", "bytea"), ("hashes", "bytea"))
)
_NOTE = "INSERT INTO checkpoint (size, note) VALUES (?, ?)"
_OLD_NOTE = "SELECT note FROM checkpoint WHERE size = ?"
_LAST = "SELECT max(position) FROM entry"
_BODIES = "SELECT body FROM entry WHERE position >= ? AND position < ? ORDER BY position"
_ROOTS = "SELECT root FROM tile WHERE level = ? AND number >= ? AND number < ? ORDER BY number"


class Sequencer:
    """The head of the log as this process knows it."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._edge: Frontier | None = None
        self._stored = b""
        self.keys_epoch = 0

    def lock(self, link: Link) -> int:
        """Take the lock on the log and return its size.

        Raises LogCorrupt, and SchemaOutdated once the tables are not for this version any more.
        """
        row = link.one(_HEAD if link.is_sqlite else _HEAD + " FOR UPDATE")
        if row is None:
            msg = "the database holds no log"
            raise DatabaseUnavailable(msg)
        if row[4] is None or str(row[4]) > REVISION:
            msg = "a later version of privity changed the tables of this database"
            raise SchemaOutdated(msg)
        size, edge, origin = int(row[0]), stored_bytes(row[1]), str(row[3])
        self.keys_epoch = int(row[2])
        if self._edge is None or self._edge.size != size or self._stored != edge:
            self._edge = load_edge(link, (size, edge, origin), self._signer.verifier)
            self._stored = edge
        return size

    def store(self, link: Link, entries: Sequence[bytes], keys_epoch: int) -> Frontier:
        """Write entries, tiles, checkpoint and head; return the edge to keep after the commit."""
        edge = self._edge
        if edge is None:
            msg = "the log is not locked"
            raise DatabaseUnavailable(msg)
        if entries:
            link.add(_ENTRY, list(enumerate(entries, edge.size)))
            first, leaves = edge.size, [leaf_hash(body) for body in entries]
            edge, filled = edge.grown(leaves)
            _store_tiles(link, filled, (first, leaves))
            note = sign_checkpoint(self._signer, edge.size, edge.root())
            link.run(link.sql(_NOTE), (edge.size, note))
        if entries or keys_epoch != self.keys_epoch:
            link.run(link.sql(_MOVE), (edge.size, edge.encode(), keys_epoch))
        return edge

    def committed(self, edge: Frontier) -> None:
        """Take over the edge that was stored."""
        self._edge = edge
        self._stored = edge.encode()

    def forget(self) -> None:
        """Trust nothing remembered; the next lock reads and checks the head."""
        self._edge = None


def load_edge(link: Link, head: tuple[int, bytes, str], verifier: Verifier) -> Frontier:
    """Read the edge, and believe it only if the log's key signed its root. Raises LogCorrupt."""
    size, stored, origin = head
    edge = decode_frontier(size, stored)
    note = link.one(link.sql(_OLD_NOTE), (size,))
    last = link.one(_LAST)
    if origin != verifier.name or note is None:
        msg = "the log is another one, or its newest checkpoint is missing"
        raise LogCorrupt(msg)
    signed = open_checkpoint(verifier, str(note[0]))
    if (signed.size, signed.root) != (size, edge.root()):
        msg = "the head of the log is not what was signed"
        raise LogCorrupt(msg)
    if last is None or (-1 if last[0] is None else last[0]) != size - 1:
        msg = "the newest entries of the log are missing, or entries were added unsigned"
        raise LogCorrupt(msg)
    return edge


def _store_tiles(link: Link, filled: Sequence[Filled], new: tuple[int, list[bytes]]) -> None:
    """Store tiles that became full. `new`: the leaves just added, after the place of the first."""
    rows: list[Row] = []
    for tile in filled:
        if tile.level and rows:  # it is made from tiles below, some of them in `rows`
            link.add(_TILE, rows)
            rows = []
        hashes = _roots_below(link, tile) if tile.level else _leaves(link, tile, new)
        rows.append((tile.level, tile.index, tile.root, b"".join(hashes)))
    if rows:
        link.add(_TILE, rows)


def _leaves(link: Link, tile: Filled, new: tuple[int, list[bytes]]) -> list[bytes]:
    """Return a tile's leaves; those of earlier commits are read again. Raises LogCorrupt."""
    first, leaves = new
    start = tile.index * TILE_WIDTH
    if start >= first:
        return leaves[start - first : start - first + TILE_WIDTH]
    rows = link.all(link.sql(_BODIES), (start, first))
    older = [leaf_hash(stored_bytes(body)) for (body,) in rows]
    return _checked(tile, older + leaves[: start + TILE_WIDTH - first])


def _roots_below(link: Link, tile: Filled) -> list[bytes]:
    start = tile.index * TILE_WIDTH
    rows = link.all(link.sql(_ROOTS), (tile.level - 1, start, start + TILE_WIDTH))
    return _checked(tile, [stored_bytes(root) for (root,) in rows])


def _checked(tile: Filled, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) != TILE_WIDTH or perfect_root(hashes) != tile.root:
        msg = "entries or tiles of the log were changed after they were signed"
        raise LogCorrupt(msg)
    return hashes
