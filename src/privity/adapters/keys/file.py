"""The embedded custodian: a root key in a file.

Invariants: the file is created by an explicit act, mode 0600 in a folder of mode 0700, and never
overwritten; a file or folder that others may enter is refused, not mended; a wrapped key begins
with the root key's id, so that a later root can stand beside this one. Who can read the file can
open everything: it protects backups and stolen databases, not a stolen home.
"""

from __future__ import annotations

import hmac
import os
import stat
from pathlib import Path

from privity.errors import KeyExposed, KeyStoreUnavailable, Tampered
from privity.vault.aead import KEY_BYTES, Key, new_key

_ID_BYTES = 4
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class FileCustodian:
    """A root key read from a file, as vault.ports.Custodian asks for it."""

    def __init__(self, path: Path) -> None:
        """Read the key. Raises KeyExposed, KeyStoreUnavailable."""
        key = _read(path)
        self._key = Key(key)
        self._id = _key_id(key)

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Encrypt a key so that it opens only at this place."""
        return self._id + self._key.seal(key, place)

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Decrypt what wrap() made. Raises Tampered."""
        if wrapped[:_ID_BYTES] != self._id:
            msg = "a key was wrapped by another root key, or altered"
            raise Tampered(msg)
        return self._key.unseal(wrapped[_ID_BYTES:], place)


def create(path: Path) -> FileCustodian:
    """Make a new root key and return its custodian. Raises KeyStoreUnavailable, KeyExposed."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_exposure(path.parent.stat(), "folder")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            file.write(new_key())
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except FileExistsError as error:
        msg = "there is a root key already; it is not overwritten"
        raise KeyStoreUnavailable(msg) from error
    except OSError as error:
        msg = "the root key's file cannot be made"
        raise KeyStoreUnavailable(msg) from error
    return FileCustodian(path)


def _read(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            folder = path.parent.stat()
            key = file.read(KEY_BYTES + 1)
    except OSError as error:
        msg = "the root key's file cannot be read"
        raise KeyStoreUnavailable(msg) from error
    _refuse_exposure(status, "file")
    _refuse_exposure(folder, "folder")
    if len(key) != KEY_BYTES:
        msg = "the root key's file does not hold a key"
        raise KeyStoreUnavailable(msg)
    return key


def _refuse_exposure(status: os.stat_result, name: str) -> None:
    if status.st_mode & _OTHERS or status.st_uid not in {os.geteuid(), 0}:
        msg = f"the root key's {name} is open to others"
        raise KeyExposed(msg)


def _key_id(key: bytes) -> bytes:
    """Return a name for a key that says nothing about it."""
    return hmac.digest(key, b"privity root key id 1", "sha256")[:_ID_BYTES]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
