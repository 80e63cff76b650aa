"""The log as static files (C2SP tlog-tiles), for whoever wants to check it without us.

Invariants: a file is given only after it was checked: every entry against its leaf hash, every full
tile against the hash above it, and the edge against the signed root; so what is exported verifies.
A full file never changes; only what grew is given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from privity.audit.checkpoint import Checkpoint
from privity.audit.proofs import Nodes, root_at
from privity.audit.tiles import TiledNodes
from privity.audit.tree import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, leaf_hash, perfect_root
from privity.errors import LogCorrupt

_LENGTH_BYTES = 2
_DIGITS = 1000


class Source(Protocol):
    """A log that stands still: its entries and its tiles."""

    def entries(self, start: int, stop: int | None = None) -> Iterable[tuple[int, bytes]]:
        """Yield (index, canonical bytes) of entries [start, stop), in order of index."""
        ...

    def tile(self, level: int, index: int) -> Sequence[bytes]:
        """Return the hashes of a tile, up to 256; fewer at the growing edge."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Which file: hashes of a level, or entries where the level is None; `width` of 256."""

    level: int | None
    index: int
    width: int

    @property
    def path(self) -> str:
        """Return the path below the folder of the log."""
        return self.full_path + ("" if self.width == TILE_WIDTH else f".p/{self.width}")

    @property
    def full_path(self) -> str:
        """Return the path that the file has once it is full."""
        kind = "entries" if self.level is None else str(self.level)
        return f"tile/{kind}/{_index_path(self.index)}"


@dataclass(frozen=True, slots=True)
class File:
    """A file of the log, and what stands in it."""

    place: Place
    data: bytes


def places(old: int, new: int) -> Iterator[Place]:
    """Yield the files that a log of `new` entries has and one of `old` entries may not have."""
    yield from _grown(None, old, new)
    level = 0
    while new >> (TILE_HEIGHT * level):
        yield from _grown(level, old >> (TILE_HEIGHT * level), new >> (TILE_HEIGHT * level))
        level += 1


def files(source: Source, old: int, checkpoint: Checkpoint) -> Iterator[File]:
    """Yield the files of `places`, each checked. Raises LogCorrupt, before or while yielding.

    The source may hold more than the checkpoint covers.
    """
    nodes = TiledNodes(source)
    if root_at(nodes, checkpoint.size) != checkpoint.root:
        msg = "the tree of the log is not the one that was signed"
        raise LogCorrupt(msg)
    for place in places(old, checkpoint.size):
        hashes = source.tile(place.level or 0, place.index)[: place.width]
        if place.level is None:
            first = place.index * TILE_WIDTH
            bodies = [body for _, body in source.entries(first, first + place.width)]
            if [leaf_hash(body) for body in bodies] != list(hashes):
                raise LogCorrupt(_CHANGED)
            yield File(place, encode_entries(bodies))
        else:
            _check_tile(place, hashes, nodes)
            yield File(place, b"".join(hashes))


def encode_entries(bodies: Iterable[bytes]) -> bytes:
    """Return entries as they lie in a file: each after its length, two bytes, big-endian."""
    return b"".join(len(body).to_bytes(_LENGTH_BYTES, "big") + body for body in bodies)


def decode_entries(data: bytes) -> tuple[bytes, ...]:
    """Return the entries of a file. Raises LogCorrupt when one is cut."""
    bodies: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data) or start > len(data):
            raise LogCorrupt(_CHANGED)
        bodies.append(data[start:at])
    return tuple(bodies)


_CHANGED = "entries or tiles of the log were changed after they were signed"


def _check_tile(place: Place, hashes: Sequence[bytes], nodes: Nodes) -> None:
    """Check a full tile against its parent; the edge stands in the root already checked."""
    whole = len(hashes) == place.width and all(len(each) == HASH_BYTES for each in hashes)
    if whole and place.level is not None and place.width == TILE_WIDTH:
        above = nodes(TILE_HEIGHT * (place.level + 1), place.index)
        whole = perfect_root(hashes) == above
    if not whole:
        raise LogCorrupt(_CHANGED)


def _grown(level: int | None, old: int, new: int) -> Iterator[Place]:
    """Yield the files over `new` items from the first that `old` items did not fill."""
    for index in range(old // TILE_WIDTH, -(-new // TILE_WIDTH)):
        yield Place(level, index, min(TILE_WIDTH, new - index * TILE_WIDTH))


def _index_path(index: int) -> str:
    """Return an index in groups of three digits, all but the last marked: x001/x234/067."""
    rest, last = divmod(index, _DIGITS)
    path = f"{last:03}"
    while rest:
        rest, group = divmod(rest, _DIGITS)
        path = f"x{group:03}/{path}"
    return path
