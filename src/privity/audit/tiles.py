"""The tree in tiles of 256 hashes (C2SP tlog-tiles), so that a proof reads O(log n) rows.

Invariants: a tile at level k holds, in order, the roots of perfect subtrees of height 8k; a full
tile never changes; the last tile of each level is partial and is rebuilt from the level below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from privity.audit.tree import TILE_HEIGHT, perfect_root
from privity.errors import LogCorrupt


class TileSource(Protocol):
    """Where tiles are read from."""

    def tile(self, level: int, index: int) -> Sequence[bytes]:
        """Return the hashes of a tile, up to 256; fewer at the growing edge."""
        ...


class TiledNodes:
    """Reads perfect subtrees from tiles, each tile once."""

    def __init__(self, source: TileSource) -> None:
        self._source = source
        self._seen: dict[tuple[int, int], Sequence[bytes]] = {}

    def __call__(self, height: int, index: int) -> bytes:
        """Return the root of subtree `index` of this height. Raises LogCorrupt if it is missing."""
        level, inside = divmod(height, TILE_HEIGHT)
        at = index >> (TILE_HEIGHT - inside)
        first = (index << inside) - (at << TILE_HEIGHT)
        hashes = self._tile(level, at)[first : first + (1 << inside)]
        if len(hashes) != 1 << inside:
            msg = f"a part of the log's tree is missing: tile {level}/{at}"
            raise LogCorrupt(msg)
        return perfect_root(hashes)

    def _tile(self, level: int, index: int) -> Sequence[bytes]:
        if (level, index) not in self._seen:
            self._seen[level, index] = self._source.tile(level, index)
        return self._seen[level, index]
