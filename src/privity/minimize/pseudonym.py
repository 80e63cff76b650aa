"""Keyed pseudonyms: the same value gets the same token in every turn, worker and restart.

Invariants, for one `Pseudonyms` (one request):
- deterministic: a token depends on the key, the category and the value only, as long as no two
  values share a code. Nothing is stored; the map is made anew from what the request holds.
- bijective: one value of one category has one token, and no two have the same. When a code is
  taken, the next one in the value's own sequence is used; values come in document order, so a
  conversation that only grows keeps its tokens.
- one-way for whoever lacks the key: HMAC-SHA256 (RFC 2104) is a pseudorandom function.

With 27^6 codes a category, a thousand values share one with a probability of about 0.13 %.
"""

from __future__ import annotations

import hmac

from privity.model.reveal import reveal
from privity.model.text import Raw
from privity.model.token import ALPHABET, CODE_LENGTH, token
from privity.model.words import Category

HASH_LENGTH = 8


class Pseudonyms:
    """The pseudonyms of one request under one key."""

    __slots__ = ("_key", "_taken", "_tokens")

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._tokens: dict[tuple[Category, str], str] = {}
        self._taken: set[str] = set()

    def token(self, category: Category, raw: Raw) -> str:
        """Return the token of a value, such as `[EMAIL_k7f3q9]`."""
        value = (category, reveal(raw))
        known = self._tokens.get(value)
        if known is not None:
            return known
        attempt = 0
        while (made := self._attempt(category, value[1], attempt)) in self._taken:
            attempt += 1
        self._taken.add(made)
        self._tokens[value] = made
        return made

    def _attempt(self, category: Category, value: str, attempt: int) -> str:
        return token(category, code(self._key, category, value, (attempt, CODE_LENGTH)))


def one_way(key: bytes, category: Category, raw: Raw) -> str:
    """Return a token that links equal values and is never restored, such as `[EMAIL#k7f3q9bd]`.

    The `#` and the longer code keep it apart from pseudonyms, also for lenient readers.
    """
    return f"[{category.kind}#{code(key, category, reveal(raw), (0, HASH_LENGTH))}]"


def code(key: bytes, category: Category, value: str, form: tuple[int, int]) -> str:
    """Return letters of the token alphabet for a value; `form` is the attempt and the length.

    The message is kind, 0, attempt in four bytes, value: no two inputs give the same message, as a
    kind holds no 0. A number of 256 bits modulo 27^8 is uniform up to 2^-217.
    """
    attempt, length = form
    said = value.encode("utf-8", "surrogatepass")
    message = category.kind.encode() + b"\0" + attempt.to_bytes(4, "big") + said
    # Unlike hmac.digest(), this does not let another thread run in the middle of a request.
    number = int.from_bytes(hmac.new(key, message, "sha256").digest(), "big")
    letters = []
    for _ in range(length):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)
