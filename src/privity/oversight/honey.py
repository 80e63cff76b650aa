"""Honey records and canaries: what only this home can tell from real ones.

Invariants: a reference to a honey person or conversation looks like every other to whoever lacks
the home's secret, and proves itself to whoever has it, so that there is no list of them to steal; a
canary is a string of which the same holds, stands in honey records only, and is the only one of its
kind in the world but for a chance of 1 to 10^8 for each string of its form. Nothing here belongs to
a person.

Source: Spafford and Kim, honeytokens; HMAC-SHA256 as a PRF and a MAC under keys of its own.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import re2

from privity.model.token import ALPHABET
from privity.model.words import Region, SubjectRef
from privity.vault.home_secrets import derive

MOST_EACH = 10
"""More honey people than this are never made for one application and region."""
_HALF = 16
_LETTERS = 6
_BETWEEN = rb"[-_ \x{a0}\x{ad}\x{2010}-\x{2015}\x{202f}\x{2212}]"
"""Hyphen, underscore, space; and what typography makes of them: its hyphens, dashes, spaces."""
_FORM = re2.compile(
    rb"(?i)\b([%(a)s]{4})%(b)s([%(a)s]{4})%(b)s([%(a)s]{4})\b"
    % {b"a": ALPHABET.encode(), b"b": _BETWEEN}
)


@dataclass(frozen=True, slots=True, repr=False)
class Marks:
    """What makes and knows marks, under a secret of a home (of each region by itself)."""

    secret: bytes

    @classmethod
    def of(cls, references: bytes) -> Marks:
        """Return the marks of the home with this secret of references."""
        return cls(derive(references, "honey"))

    def reference(self, *labels: str) -> str:
        """Return the reference of what these labels name, in 32 hex digits."""
        head = derive(self.secret, "reference", *labels).hex()[:_HALF]
        return head + self._tail("reference tail", head)

    def person(self, region: str, app: str, number: int) -> SubjectRef:
        """Return the reference of a honey person of an application in a region."""
        return SubjectRef(self.reference("person", region, app, f"{number}"))

    def everybody(self, apps: Iterable[str]) -> frozenset[SubjectRef]:
        """Return the references of all honey people of these applications, planted or not."""
        places = product(Region, apps, range(MOST_EACH))
        return frozenset(self.person(region.value, app, number) for region, app, number in places)

    def is_reference(self, given: str) -> bool:
        """Say whether this is the reference of something planted."""
        head, tail = given[:_HALF], given[_HALF:]
        return len(tail) == _HALF and hmac.compare_digest(
            tail.encode(), self._tail("reference tail", head).encode()
        )

    def canary(self, *labels: str) -> str:
        """Return a canary, such as `7kqw-x2mb-9bfh`."""
        head = _letters(derive(self.secret, "canary", *labels))
        whole = head + self._check(head)
        return f"{whole[:4]}-{whole[4:8]}-{whole[8:]}"

    def canaries_in(self, data: bytes) -> tuple[str, ...]:
        """Return the canaries that these bytes hold, each once, in order.

        In any case of letters, with a hyphen, dash, underscore or space between the groups.
        """
        found = (b"".join(each).decode().lower() for each in _FORM.findall(data))
        real = (each for each in found if each[_LETTERS:] == self._check(each[:_LETTERS]))
        return tuple(dict.fromkeys(f"{each[:4]}-{each[4:8]}-{each[8:]}" for each in real))

    def _check(self, head: str) -> str:
        return _letters(derive(self.secret, "canary tail", head))

    def _tail(self, label: str, head: str) -> str:
        return derive(self.secret, label, head).hex()[:_HALF]


def _letters(random: bytes) -> str:
    """Return six letters of the alphabet of tokens; uniform up to 2^-227."""
    number = int.from_bytes(random, "big")
    letters = []
    for _ in range(_LETTERS):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)
