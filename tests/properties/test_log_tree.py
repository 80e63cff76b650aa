"""The tree against the definitions of RFC 9162, written out once more as the RFC writes them."""

from hashlib import sha256

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from privity.audit.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    root_from_inclusion,
)
from privity.audit.tiles import TiledNodes
from privity.audit.tree import EMPTY, TILE_WIDTH, decode_frontier, leaf_hash, perfect_root
from privity.errors import BadInput, LogCorrupt

SIZES = st.integers(0, 70)


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % i) for i in range(size)]


def mth(d: list[bytes]) -> bytes:
    """MTH of section 2.1.1, over leaf hashes."""
    if not d:
        return sha256(b"").digest()
    if len(d) == 1:
        return d[0]
    k = largest_power_below(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(d) == 1:
        return []
    k = largest_power_below(len(d))
    return [*path(m, d[:k]), mth(d[k:])] if m < k else [*path(m - k, d[k:]), mth(d[:k])]


def subproof(m: int, d: list[bytes], *, b: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = largest_power_below(len(d))
    if m <= k:
        return [*subproof(m, d[:k], b=b), mth(d[k:])]
    return [*subproof(m - k, d[k:], b=False), mth(d[:k])]


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def nodes_of(d: list[bytes]):
    return lambda height, index: mth(d[index << height : (index + 1) << height])


class StoredTiles:
    """Tiles as a store keeps them: full ones as they filled, partial ones from below."""

    def __init__(self, size: int) -> None:
        self.leaves = leaves(size)
        _, self.filled = EMPTY.grown(self.leaves)
        self.roots = {(t.level, t.index): t.root for t in self.filled}

    def tile(self, level: int, index: int) -> list[bytes]:
        first = index * TILE_WIDTH
        if level == 0:
            return self.leaves[first : first + TILE_WIDTH]
        below = ((level - 1, i) for i in range(first, first + TILE_WIDTH))
        return [self.roots[at] for at in below if at in self.roots]


@given(SIZES, SIZES)
def test_growing_in_steps_gives_the_root_of_the_rfc(first: int, more: int) -> None:
    d = leaves(first + more)
    edge, _ = EMPTY.grown(d[:first])
    edge, _ = edge.grown(d[first:])
    assert edge.size == first + more
    assert edge.root() == mth(d)
    assert decode_frontier(edge.size, edge.encode()) == edge


@given(st.integers(1, 70), st.data())
def test_inclusion_proofs_are_those_of_the_rfc_and_hold(size: int, data) -> None:
    index = data.draw(st.integers(0, size - 1))
    d = leaves(size)
    proof = inclusion_proof(nodes_of(d), index, size)
    assert list(proof) == path(index, d)
    check_inclusion(d[index], (index, size), proof, mth(d))


@given(st.integers(1, 70), st.data())
def test_consistency_proofs_are_those_of_the_rfc_and_hold(new: int, data) -> None:
    old = data.draw(st.integers(1, new))
    d = leaves(new)
    proof = consistency_proof(nodes_of(d), old, new)
    assert list(proof) == subproof(old, d, b=True)
    check_consistency((old, mth(d[:old])), (new, mth(d)), proof)


@given(st.integers(1, 40), st.data())
def test_a_proof_holds_for_no_other_place(size: int, data) -> None:
    index = data.draw(st.integers(0, size - 1))
    d = leaves(size)
    proof = inclusion_proof(nodes_of(d), index, size)
    wrong = data.draw(st.tuples(st.integers(-1, 45), st.integers(-1, 45)))
    assume(wrong != (index, size))
    leaf = d[wrong[0]] if 0 <= wrong[0] < size and wrong[0] != index else leaf_hash(b"another")
    with pytest.raises(LogCorrupt):
        check_inclusion(leaf, wrong, proof, mth(d))


@given(st.integers(1, 40), st.data())
def test_a_proof_with_a_hash_more_less_or_changed_does_not_hold(size: int, data) -> None:
    index = data.draw(st.integers(0, size - 1))
    d = leaves(size)
    proof = list(inclusion_proof(nodes_of(d), index, size))
    with pytest.raises(LogCorrupt):
        check_inclusion(d[index], (index, size), [*proof, bytes(32)], mth(d))
    if proof:
        with pytest.raises(LogCorrupt):
            check_inclusion(d[index], (index, size), proof[:-1], mth(d))
        at = data.draw(st.integers(0, len(proof) - 1))
        proof[at] = bytes(32)
        with pytest.raises(LogCorrupt):
            check_inclusion(d[index], (index, size), proof, mth(d))


@given(st.integers(1, 40), st.data())
def test_a_rewritten_log_is_never_consistent(new: int, data) -> None:
    old = data.draw(st.integers(1, new))
    d = leaves(new)
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*d[:changed], leaf_hash(b"rewritten"), *d[changed + 1 :]]
    proof = consistency_proof(nodes_of(rewritten), old, new)
    with pytest.raises(LogCorrupt):
        check_consistency((old, mth(d[:old])), (new, mth(rewritten)), proof)


@given(st.integers(2, 40), st.data())
def test_a_consistency_proof_with_a_hash_more_or_less_does_not_hold(new: int, data) -> None:
    old = data.draw(st.integers(1, new - 1))
    d = leaves(new)
    proof = consistency_proof(nodes_of(d), old, new)
    ends = (old, mth(d[:old])), (new, mth(d))
    for wrong in ([*proof, bytes(32)], proof[:-1], []):
        with pytest.raises(LogCorrupt):
            check_consistency(*ends, wrong)


def test_nothing_is_consistent_with_everything_and_a_log_with_itself() -> None:
    d = leaves(5)
    assert consistency_proof(nodes_of(d), 0, 5) == ()
    check_consistency((0, mth([])), (5, mth(d)), ())
    check_consistency((5, mth(d)), (5, mth(d)), ())
    with pytest.raises(LogCorrupt):
        check_consistency((5, mth(d)), (5, mth(d[:4])), ())
    with pytest.raises(LogCorrupt):
        check_consistency((0, mth([])), (5, mth(d)), (bytes(32),))
    with pytest.raises(LogCorrupt):
        check_consistency((6, mth(d)), (5, mth(d)), ())


def test_what_is_not_there_has_no_proof() -> None:
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(BadInput):
            inclusion_proof(nodes_of(leaves(5)), index, size)
    for old, new in ((6, 5), (-1, 5)):
        with pytest.raises(BadInput):
            consistency_proof(nodes_of(leaves(5)), old, new)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([255, 256, 257, 300, 512, 700]), st.data())
def test_proofs_read_from_tiles_hold(size: int, data) -> None:
    store = StoredTiles(size)
    edge, _ = EMPTY.grown(store.leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(TiledNodes(store), index, size)
    assert root_from_inclusion(store.leaves[index], index, size, proof) == edge.root()
    old = data.draw(st.integers(1, size))
    older, _ = EMPTY.grown(store.leaves[:old])
    shown = consistency_proof(TiledNodes(store), old, size)
    check_consistency((old, older.root()), (size, edge.root()), shown)


def test_tiles_fill_at_every_level_in_order_and_add_up() -> None:
    size = TILE_WIDTH * TILE_WIDTH + 3 * TILE_WIDTH + 7
    store = StoredTiles(size)
    assert [(t.level, t.index) for t in store.filled if t.level] == [(1, 0)]
    assert [t.index for t in store.filled if not t.level] == list(range(TILE_WIDTH + 3))
    for tile in store.filled:
        assert perfect_root(store.tile(tile.level, tile.index)) == tile.root
    edge, _ = EMPTY.grown(store.leaves)
    for index in (0, 255, 256, 65535, 65536, size - 1):
        proof = inclusion_proof(TiledNodes(store), index, size)
        check_inclusion(store.leaves[index], (index, size), proof, edge.root())


def test_a_tree_with_a_missing_tile_gives_no_proof() -> None:
    store = StoredTiles(300)
    store.leaves = store.leaves[:40]
    with pytest.raises(LogCorrupt):
        inclusion_proof(TiledNodes(store), 280, 300)


@pytest.mark.parametrize(("size", "edge"), [(1, b""), (0, bytes(32)), (3, bytes(32)), (-1, b"")])
def test_an_edge_that_cannot_be_is_refused(size: int, edge: bytes) -> None:
    with pytest.raises(LogCorrupt):
        decode_frontier(size, edge)
