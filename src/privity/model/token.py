"""The form of a pseudonym: `[EMAIL_k7f3q9]`.

Invariants: typed, of fixed length for its kind, not shaped like a value, and no token is a prefix
of another: the code has a fixed length and the bracket closes it. The alphabet has no vowels and
no look-alikes (0/o, 1/l/i), so a code never spells a word and survives a change of case.
"""

from __future__ import annotations

from privity.model.words import Category

ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
CODE_LENGTH = 6
KINDS = frozenset(category.kind for category in Category)


def token(category: Category, code: str) -> str:
    """Return the canonical form of a token."""
    return f"[{category.kind}_{code}]"
