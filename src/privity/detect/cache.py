"""Remember where things were, never what they were.

Agents send the whole history with every turn. The findings of each leaf are kept in memory under a
keyed digest of the leaf, as offsets, kinds and rules, so that a turn costs what is new in it.

Invariants: what is kept holds no content, and without the key nobody can test a guess against it;
the memory is bounded; with the cache and without it the findings are the same, because a leaf's own
findings are kept and repetitions across the leaves of a request are sought each time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Protocol

from privity.detect.repeat import Found
from privity.model.reveal import reveal
from privity.model.text import Leaf

DIGEST = 16  # bytes: by the birthday bound 2^64 leaves until two are taken for one


class Spreading(Protocol):
    """A detector that can seek what some leaves' findings repeat in others."""

    @property
    def version(self) -> str:
        """As for every detector."""
        ...

    def find(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """As for every detector."""
        ...

    def spread(self, leaves: Sequence[Leaf], found: Sequence[Found]) -> tuple[Found, ...]:
        """Return `found` with its repetitions."""
        ...


class CachedDetector:
    """A detector that asks another only about leaves it does not remember.

    `key` is secret and of 16 to 64 bytes; `max_entries` leaves are remembered, the least recently
    used are forgotten first.
    """

    __slots__ = ("_inner", "_key", "_known", "_max")

    def __init__(self, inner: Spreading, key: bytes, max_entries: int) -> None:
        self._inner = inner
        self._key = key
        self._max = max_entries
        self._known: OrderedDict[bytes, Found] = OrderedDict()

    @property
    def version(self) -> str:
        """The version of the detector behind it."""
        return self._inner.version

    def find(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """Return the findings of each leaf. Raises DetectorUnavailable."""
        return self._inner.spread(leaves, [self._leaf(leaf) for leaf in leaves])

    def _leaf(self, leaf: Leaf) -> Found:
        place = self._digest(leaf)
        known = self._known.get(place)
        if known is not None:
            self._known.move_to_end(place)
            return known
        (found,) = self._inner.find((leaf,))
        self._known[place] = found
        if len(self._known) > self._max:
            self._known.popitem(last=False)
        return found

    def _digest(self, leaf: Leaf) -> bytes:
        text = reveal(leaf.raw).encode("utf-8", "surrogatepass")
        head = f"{self.version}\0{leaf.slot.value}\0{len(leaf.hint)}\0{leaf.hint}\0"
        digest = blake2b(head.encode("utf-8", "surrogatepass"), digest_size=DIGEST, key=self._key)
        digest.update(text)
        return digest.digest()
