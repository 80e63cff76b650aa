"""Seal and open bytes with AES-256-GCM (NIST SP 800-38D), bound to the place they belong.

Form: version (1 byte) | algorithm (1 byte) | nonce (12 bytes) | ciphertext | tag (16 bytes).

Invariants: everything that does not open raises Tampered, whatever the reason, so that no caller
can tell one from another; nonces are 96 random bits, so one key seals at most 2**32 times (SP
800-38D, 8.3: a repeated nonce stays below 2**-32), which a subject's or partition's key does not
reach and rotation keeps so; a sealed body shows its length and nothing else. GCM does not commit to
its key; keys here are always chosen by us and looked up by place, never by trying. Python cannot
wipe memory: keys go when the interpreter frees them.
"""

from __future__ import annotations

import os
from typing import NoReturn, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privity.errors import SecretShown, Tampered
from privity.vault.ports import Place

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER = b"\x01\x01"  # version 1, algorithm 1: AES-256-GCM with a random 96-bit nonce
_BODY = len(HEADER) + NONCE_BYTES
OVERHEAD = _BODY + TAG_BYTES


@final
class Key:
    """An AES-256 key that seals and opens. It cannot be printed or pickled."""

    __slots__ = ("_gcm",)

    def __init__(self, key: bytes) -> None:
        """`key` is 32 bytes. Raises Tampered for any other length: it came from a broken record."""
        if len(key) != KEY_BYTES:
            raise Tampered(_BROKEN)
        self._gcm = AESGCM(key)

    def seal(self, body: bytes, place: bytes) -> bytes:
        """Encrypt a body so that it opens only under this key and at this place."""
        nonce = os.urandom(NONCE_BYTES)
        return HEADER + nonce + self._gcm.encrypt(nonce, body, place)

    def unseal(self, sealed: bytes, place: bytes) -> bytes:
        """Decrypt what seal() made. Raises Tampered."""
        if sealed[: len(HEADER)] != HEADER or len(sealed) < OVERHEAD:
            raise Tampered(_BROKEN)
        try:
            return self._gcm.decrypt(sealed[len(HEADER) : _BODY], sealed[_BODY:], place)
        except InvalidTag as error:
            raise Tampered(_BROKEN) from error

    def __repr__(self) -> str:
        return "<Key>"

    def __reduce__(self) -> NoReturn:
        msg = "a key has no serial form"
        raise SecretShown(msg)


def new_key() -> bytes:
    """Return 256 random bits from the operating system."""
    return os.urandom(KEY_BYTES)


def bound(label: str, *fields: str | int) -> bytes:
    """Encode a place so that no two places look alike.

    The label names the use and its version; each field follows with its type and its length in
    characters, so that moving a character from one field to the next gives other bytes.
    """
    parts = [f"s{len(f)}:{f}" if isinstance(f, str) else f"i{f};" for f in (label, *fields)]
    return "".join(parts).encode()


def record_place(place: Place, key_version: int) -> bytes:
    """Return what a record is bound to: region, purpose, person, record, kind and key version."""
    return bound(
        "privity record 1",
        place.region.value,
        place.purpose.value,
        place.subject,
        place.record,
        place.kind,
        key_version,
    )


_BROKEN = "a sealed record does not open"
