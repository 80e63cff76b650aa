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
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from privity.detect.repeat import Found
from privity.model.reveal import reveal
from privity.model.text import Leaf

DIGEST = 16  # bytes: by the birthday bound 2^64 leaves until two are taken for one


class Spreading(Protocol):
    """A detector that reads each leaf by itself, then seeks in others what some repeat."""

    @property
    def version(self) -> str:
        """As for every detector."""
        ...

    def each(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """Return the findings of each leaf by itself. Raises DetectorUnavailable."""
        ...

    def spread(self, leaves: Sequence[Leaf], found: Sequence[Found]) -> tuple[Found, ...]:
        """Return `found` with its repetitions. Raises DetectorUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is remembered of some leaves (by place), and what has to be read: each leaf once."""

    known: dict[bytes, Found]
    unread: dict[bytes, Leaf]


class CachedDetector:
    """A detector that asks another only about leaves it does not remember, all at once.

    `key` is secret and of 16 to 64 bytes; `max_entries` leaves are remembered, the least recently
    used are forgotten first. `places`, `read` and `spread` may run in any thread; `recall` and
    `keep` belong to one.
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
        places = self.places(leaves)
        recalled = self.recall(leaves, places)
        if recalled.unread:
            self.keep(recalled, self.read(tuple(recalled.unread.values())))
        return self.spread(leaves, [recalled.known[place] for place in places])

    def places(self, leaves: Sequence[Leaf]) -> list[bytes]:
        """Return the keyed digest of each leaf."""
        version = self.version
        return [self._digest(leaf, version) for leaf in leaves]

    def recall(self, leaves: Sequence[Leaf], places: Sequence[bytes]) -> Recalled:
        """Return what is remembered of the leaves."""
        recalled = Recalled({}, {})
        for leaf, place in zip(leaves, places, strict=True):
            found = self._known.get(place)
            if found is None:
                recalled.unread[place] = leaf
            else:
                self._known.move_to_end(place)
                recalled.known[place] = found
        return recalled

    def read(self, leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        """Return the findings of each leaf by itself. Raises DetectorUnavailable."""
        return self._inner.each(leaves)

    def keep(self, recalled: Recalled, read: Sequence[Found]) -> None:
        """Remember what was read, and add it to what is known."""
        for place, found in zip(recalled.unread, read, strict=True):
            recalled.known[place] = self._known[place] = found
        while len(self._known) > self._max:
            self._known.popitem(last=False)

    def spread(self, leaves: Sequence[Leaf], found: Sequence[Found]) -> tuple[Found, ...]:
        """Return `found` with its repetitions in all leaves. Raises DetectorUnavailable."""
        return self._inner.spread(leaves, found)

    def _digest(self, leaf: Leaf, version: str) -> bytes:
        text = reveal(leaf.raw).encode("utf-8", "surrogatepass")
        head = f"{version}\0{leaf.slot.value}\0{len(leaf.hint)}\0{leaf.hint}\0"
        digest = blake2b(head.encode("utf-8", "surrogatepass"), digest_size=DIGEST, key=self._key)
        digest.update(text)
        return digest.digest()
