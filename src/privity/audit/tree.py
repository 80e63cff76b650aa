"""The Merkle tree of RFC 9162, section 2.1: hashes, and the edge that grows.

Invariants: a leaf never hashes like a node (the prefixes 0x00 and 0x01 keep them apart); a
frontier holds exactly the roots of the perfect subtrees that its size calls for, so that root and
growth cost O(log n) and need nothing else; growing is pure, so a failed transaction leaves no
trace. Tiles are 256 hashes wide, as in C2SP tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from privity.errors import LogCorrupt

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side (RFC 9162, 2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over subtrees of falling size, largest first; none gives the empty root."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in hashes[-2::-1]:
        root = node_hash(left, root)
    return root


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over 2**k hashes."""
    while len(hashes) > 1:
        # node_hash, without a call for each of the 255 nodes of a tile
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


@dataclass(frozen=True, slots=True)
class Filled:
    """A tile that has become full: `root` is what its 256 hashes must add up to."""

    level: int
    index: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """The growing edge of a tree: the roots of its perfect subtrees, largest first."""

    size: int
    peaks: tuple[bytes, ...]

    def root(self) -> bytes:
        """Return the root hash of the whole tree."""
        return fold(self.peaks)

    def grown(self, leaves: Iterable[bytes]) -> tuple[Frontier, tuple[Filled, ...]]:
        """Add leaf hashes; return the new edge and the tiles that became full, in order."""
        peaks, size = list(self.peaks), self.size
        filled: list[Filled] = []
        source = iter(leaves)
        while ahead := list(islice(source, TILE_WIDTH - size % TILE_WIDTH)):
            at = 0
            while at < len(ahead):
                width = _width(size, len(ahead) - at)
                node = perfect_root(ahead[at : at + width])
                at += width
                size += width
                _carry((peaks, filled), node, size, width.bit_length() - 1)
        return Frontier(size, tuple(peaks)), tuple(filled)

    def encode(self) -> bytes:
        """Return the peaks as they are stored, 32 bytes each."""
        return b"".join(self.peaks)


def _width(size: int, most: int) -> int:
    """Return how many leaves, up to `most`, make the next perfect subtree within a tile."""
    fits = 1 << (most.bit_length() - 1)
    return min(fits, size & -size or TILE_WIDTH, TILE_WIDTH)


def _carry(edge: tuple[list[bytes], list[Filled]], node: bytes, size: int, height: int) -> None:
    """Add the root of a perfect subtree, with which the tree has `size` leaves."""
    peaks, filled = edge
    rest = size >> height
    while True:
        if height and height % TILE_HEIGHT == 0:
            filled.append(Filled(height // TILE_HEIGHT - 1, rest - 1, node))
        if rest & 1:
            break
        node = node_hash(peaks.pop(), node)
        height += 1
        rest >>= 1
    peaks.append(node)


EMPTY = Frontier(0, ())


def decode_frontier(size: int, peaks: bytes) -> Frontier:
    """Read a stored frontier. Raises LogCorrupt when it cannot belong to a tree of this size."""
    if size < 0 or len(peaks) != size.bit_count() * HASH_BYTES:
        msg = "the stored edge of the log does not fit its size"
        raise LogCorrupt(msg)
    return Frontier(size, split_hashes(peaks))


def split_hashes(joined: bytes) -> tuple[bytes, ...]:
    """Cut joined hashes apart."""
    return tuple([joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)])
