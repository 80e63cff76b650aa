"""The secrets of a home that are not keys of records: for references, pseudonyms, hashes, signing.

Invariants: each is 256 random bits with one use; at rest each is wrapped by the custodian, bound
to its name; in memory they cannot be printed or pickled. What is derived from them for different
labels is independent (HMAC-SHA256 as a PRF over an unambiguous encoding of the labels).
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass, fields
from typing import NoReturn, final

from privity.errors import SecretShown, Tampered
from privity.vault.aead import bound, new_key
from privity.vault.ports import Custodian

_VERSION = b"\x01"
_LENGTH = struct.Struct(">H")


@final
@dataclass(frozen=True, slots=True, repr=False, eq=False)
class HomeSecrets:
    """32 secret bytes for each use.

    `references` keys the references to people and conversations, `pseudonyms` the tokens, `hashes`
    one-way hashes, `digests` the detector's cache; `signing` is the Ed25519 seed of the log.
    """

    references: bytes
    pseudonyms: bytes
    hashes: bytes
    digests: bytes
    signing: bytes

    def wrap(self, custodian: Custodian) -> bytes:
        """Return all of them encrypted by the custodian. Raises KeyStoreUnavailable."""
        parts = [_VERSION]
        for name in _names():
            wrapped = custodian.wrap(getattr(self, name), _place(name))
            parts += [_LENGTH.pack(len(wrapped)), wrapped]
        return b"".join(parts)

    def __repr__(self) -> str:
        return "<HomeSecrets>"

    def __reduce__(self) -> NoReturn:
        msg = "secrets have no serial form"
        raise SecretShown(msg)


def create_secrets() -> HomeSecrets:
    """Return new random secrets."""
    return HomeSecrets(*(new_key() for _ in _names()))


def unwrap_secrets(wrapped: bytes, custodian: Custodian) -> HomeSecrets:
    """Return what `HomeSecrets.wrap` wrapped. Raises Tampered, KeyStoreUnavailable."""
    parts = zip(_names(), wrapped_parts(wrapped), strict=True)
    return HomeSecrets(*(custodian.unwrap(part, _place(name)) for name, part in parts))


def wrapped_parts(wrapped: bytes) -> tuple[bytes, ...]:
    """Return each wrapped secret by itself. Raises Tampered."""
    if wrapped[:1] != _VERSION:
        raise Tampered(_BROKEN)
    at = 1
    parts = []
    for _ in _names():
        head = wrapped[at : at + _LENGTH.size]
        if len(head) != _LENGTH.size:
            raise Tampered(_BROKEN)
        start = at + _LENGTH.size
        at = start + _LENGTH.unpack(head)[0]
        parts.append(wrapped[start:at])
    if at != len(wrapped):
        raise Tampered(_BROKEN)
    return tuple(parts)


def derive(secret: bytes, *labels: str) -> bytes:
    """Return 32 bytes that only this secret gives for these labels."""
    # Unlike hmac.digest(), this does not let another thread run in the middle of a request.
    return hmac.new(secret, bound("privity derive 1", *labels), "sha256").digest()


def _names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(HomeSecrets))


def _place(name: str) -> bytes:
    return bound("privity home secret 1", name)


_BROKEN = "the home's secrets do not open"
