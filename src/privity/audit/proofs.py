"""Proofs that anyone can check: an entry is in the log, and an older log is a prefix of a newer.

Invariants: making a proof reads only perfect subtrees, at most two per level, through `Nodes`;
checking one needs nothing but the proof. A check never returns a bool: it raises LogCorrupt.
RFC 9162, sections 2.1.3 and 2.1.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from privity.audit.tree import fold, node_hash
from privity.errors import BadInput, LogCorrupt

Nodes: TypeAlias = Callable[[int, int], bytes]
"""`nodes(height, index)`: root of the perfect subtree over leaves [index << height, +2**height)."""


def inclusion_proof(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """Return the path from leaf `index` to the root of the first `size` entries (2.1.3.1).

    Raises BadInput when there is no such entry.
    """
    if not 0 <= index < size:
        msg = f"the log holds {size} entries; there is no entry {index}"
        raise BadInput(msg)
    start, end = 0, size
    path: list[bytes] = []
    while end - start > 1:
        split = start + _split(end - start)
        if index < split:
            path.append(_range_root(nodes, split, end))
            end = split
        else:
            path.append(_range_root(nodes, start, split))
            start = split
    return tuple(reversed(path))


def consistency_proof(nodes: Nodes, old: int, new: int) -> tuple[bytes, ...]:
    """Return what shows that the first `old` of `new` entries are unchanged (2.1.4.1).

    The proof is empty for `old` 0 or equal to `new`. Raises BadInput for sizes out of order.
    """
    if not 0 <= old <= new:
        msg = f"a log of {new} entries has no first {old}"
        raise BadInput(msg)
    if old == 0:
        return ()
    start, end = 0, new
    whole = True
    path: list[bytes] = []
    while old != end:
        split = start + _split(end - start)
        if old <= split:
            path.append(_range_root(nodes, split, end))
            end = split
        else:
            path.append(_range_root(nodes, start, split))
            start, whole = split, False
    if not whole:
        path.append(_range_root(nodes, start, end))
    return tuple(reversed(path))


def root_at(nodes: Nodes, size: int) -> bytes:
    """Return the root over the first `size` entries, from at most one subtree per level."""
    return _range_root(nodes, 0, size)


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion proof leads to (2.1.3.2), to compare with a checkpoint's.

    Raises LogCorrupt when the proof has the wrong shape for this place.
    """
    if not 0 <= index < size:
        raise LogCorrupt(_WRONG)
    position, last, root = index, size - 1, leaf
    for node in path:
        if last == 0:
            raise LogCorrupt(_WRONG)
        if position & 1 or position == last:
            root = node_hash(node, root)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            root = node_hash(root, node)
        position >>= 1
        last >>= 1
    if last:
        raise LogCorrupt(_WRONG)
    return root


def check_inclusion(
    leaf: bytes, place: tuple[int, int], path: Sequence[bytes], root: bytes
) -> None:
    """Check that `leaf` stands at `place` = (index, size) under `root`. Raises LogCorrupt."""
    if root_from_inclusion(leaf, *place, path) != root:
        msg = "the entry is not in the log at this place"
        raise LogCorrupt(msg)


def check_consistency(
    old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]
) -> None:
    """Check that a log of (size, root) `new` extends the log `old` (2.1.4.2). Raises LogCorrupt."""
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 <= old_size <= new_size:
        raise LogCorrupt(_WRONG)
    if old_size in {0, new_size}:
        if path or (old_size == new_size and old_root != new_root):
            raise LogCorrupt(_REWRITTEN)
        return
    rebuilt = _roots_from_consistency(old, new_size, path)
    if rebuilt != (old_root, new_root):
        raise LogCorrupt(_REWRITTEN)


_WRONG = "the proof does not fit its place in the log"
_REWRITTEN = "the log was rewritten: the older checkpoint is not a part of the newer"


def _roots_from_consistency(
    old: tuple[int, bytes], new_size: int, given: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Rebuild both roots; a size that is a power of two proves with its own root."""
    old_size, old_root = old
    path = [old_root, *given] if old_size & (old_size - 1) == 0 else list(given)
    if not path:
        raise LogCorrupt(_WRONG)
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    first = second = path[0]
    for node in path[1:]:
        if last == 0:
            raise LogCorrupt(_WRONG)
        if position & 1 or position == last:
            first = node_hash(node, first)
            second = node_hash(node, second)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            second = node_hash(second, node)
        position >>= 1
        last >>= 1
    if last:
        raise LogCorrupt(_WRONG)
    return first, second


def _split(size: int) -> int:
    """Return the largest power of two below `size` (the k of RFC 9162)."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_root(nodes: Nodes, start: int, end: int) -> bytes:
    """Return the root over leaves [start, end), where `start` is aligned as in a proof."""
    peaks: list[bytes] = []
    for height in reversed(range((end - start).bit_length())):
        if (end - start) >> height & 1:
            at = start + ((end - start) >> (height + 1) << (height + 1))
            peaks.append(nodes(height, at >> height))
    return fold(peaks)
