"""Remember which texts say that a child writes, never the texts.

A conversation comes back with every turn; what was read once need not be read again.

Invariants: the answers are those of `youngest_said`; what is remembered is a number under a keyed
digest, so that without the key nobody can test a guess against it; the memory is bounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from privity.detect.own_age import OF_AGE, youngest_said
from privity.model.reveal import reveal
from privity.model.text import Raw

DIGEST = 16  # bytes, as in `cache`


class AgesSaid:
    """Ages that people claim for themselves, by the digests of their texts.

    `key` is secret and of 16 to 64 bytes. At least the last half of `max_entries` texts is
    remembered. May run in several threads at once: each step is one operation on a dictionary.
    """

    __slots__ = ("_half", "_key", "_new", "_old")

    def __init__(self, key: bytes, max_entries: int) -> None:
        self._key = key
        self._half = max(1, max_entries // 2)
        self._new: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}

    def warm(self) -> None:
        """Compile what is sought, so that no message waits for it."""
        youngest_said([Raw("I am 9")], 0)

    def __len__(self) -> int:
        return len(self._new) + len(self._old)

    def youngest(self, raws: Sequence[Raw], year: int) -> int | None:
        """Return the youngest age under 18 claimed in these texts, or None; see `own_age`."""
        youngest = min((self._age(raw, year) for raw in raws), default=OF_AGE)
        return youngest if youngest < OF_AGE else None

    def _age(self, raw: Raw, year: int) -> int:
        text = reveal(raw).encode("utf-8", "surrogatepass")
        place = blake2b(b"%d\0" % year + text, digest_size=DIGEST, key=self._key).digest()
        age = self._new.get(place) or self._old.get(place)
        if age is None:
            age = youngest_said([raw], year) or OF_AGE
        self._remember(place, age)
        return age

    def _remember(self, place: bytes, age: int) -> None:
        self._new[place] = age
        if len(self._new) >= self._half:
            self._old, self._new = self._new, {}
