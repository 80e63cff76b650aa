"""Keyed, one-way references: to a person, a conversation, or an application's name for either.

Invariants: HMAC-SHA-256 over length-prefixed parts, cut to 128 bits; without the key a reference
says nothing and cannot be guessed from a list of names (GDPR article 4(5)); what is named in one
application never has the reference of what is named in another.
"""

from __future__ import annotations

import hashlib
import hmac

from privity.model.reveal import reveal
from privity.model.text import Raw

REFERENCE_BYTES = 16


def reference(key: bytes, kind: str, app: str, named: Raw) -> str:
    """Return the reference of what `app` names, in 32 hex digits; kinds never meet."""
    keyed = hmac.new(key, digestmod=hashlib.sha256)
    for part in (kind, app, reveal(named)):
        encoded = part.encode("utf-8", "surrogatepass")
        keyed.update(len(encoded).to_bytes(8, "big") + encoded)
    return keyed.digest()[:REFERENCE_BYTES].hex()
