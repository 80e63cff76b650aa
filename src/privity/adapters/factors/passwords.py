"""Passwords, for who has no passkey; never enough alone.

Invariants: hashed by Argon2id with the parameters of RFC 9106, 4; a wrong account costs the same
time as a wrong password; what is longer than the longest is never right; nothing is printed.

Source: NIST SP 800-63B-4, 3.1.1; OWASP ASVS 5.0, V6.2.
"""

from __future__ import annotations

import argon2

from privity.errors import BadInput

SHORTEST, LONGEST = 15, 256
_HASHER = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$cHJpdml0eSBub2JvZHkgIQ"
    "$ltEUUnCrS4QOvSoxhnIlHewI4BM+X9Z8ZnTYnoLpiho"
)


def hashed(password: str) -> bytes:
    """Return what is stored of a password. Raises BadInput for one that is too easy to guess."""
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < SHORTEST // 3:
        message = f"a password has {SHORTEST} to {LONGEST} characters, and not the same few"
        raise BadInput(message)
    return _HASHER.hash(password).encode()


def is_right(stored: bytes | None, password: str) -> bool:
    """Say whether this is the password. `stored` is None where there is no account."""
    text = _NOBODY if stored is None else stored.decode()
    try:
        _HASHER.verify(text, password[: LONGEST + 1])
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None
