"""The embedded custodian: a root key, with its older versions, in a file.

Form: for each version, oldest first, when it was made (8 bytes, big-endian seconds since 1970)
and the key (32 bytes); or one bare key of 32 bytes.

Invariants: the file is created by an explicit act, mode 0600 in a folder of mode 0700, and changed
only by taking the place of the old one, whole; a file or folder that others may enter is refused,
not mended; a wrapped key begins with the id of its version. A key is always wrapped under what the
file holds at that moment, so that a version replaced by another process wraps nothing any more.
Who can read the file can open everything: it protects backups and stolen databases, not a stolen
home.
"""

from __future__ import annotations

import hmac
import os
import secrets
import stat
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from privity.errors import KeyExposed, KeyStoreUnavailable, Tampered
from privity.vault.aead import KEY_BYTES, Key, new_key
from privity.vault.rotation_ports import RootVersion

_ID_BYTES = 4
_SLOT = struct.Struct(f">q{KEY_BYTES}s")
_MOST_VERSIONS = 1000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class _Root:
    """One version: its name, when it was made, and the key as it lies in the file and to use."""

    name: str
    made_at: datetime
    bare: bytes
    key: Key


class FileCustodian:
    """A root key read from a file, as vault.ports.RootKeys asks for it."""

    def __init__(self, path: Path) -> None:
        """Read the key. Raises KeyExposed, KeyStoreUnavailable."""
        self._path = path
        self._roots = _read(path)

    def wrap(self, key: bytes, place: bytes) -> bytes:
        """Encrypt a key so that it opens only at this place.

        Raises KeyExposed, KeyStoreUnavailable.
        """
        newest = self._read_again()[-1]
        return bytes.fromhex(newest.name) + newest.key.seal(key, place)

    def unwrap(self, wrapped: bytes, place: bytes) -> bytes:
        """Decrypt what wrap() made. Raises Tampered, KeyExposed, KeyStoreUnavailable."""
        root = self._find(wrapped)
        if root is None:
            self._read_again()  # another process may have made a new version
            root = self._find(wrapped)
        if root is None:
            msg = "a key was wrapped by another root key, or altered"
            raise Tampered(msg)
        return root.key.unseal(wrapped[_ID_BYTES:], place)

    def versions(self) -> tuple[RootVersion, ...]:
        """Return the versions in the file. Raises KeyExposed, KeyStoreUnavailable."""
        return tuple(RootVersion(root.name, root.made_at) for root in self._read_again())

    def version_of(self, wrapped: bytes) -> str:
        """Return the id of the version that a key is wrapped under. Raises Tampered."""
        if len(wrapped) <= _ID_BYTES:
            msg = "a wrapped key is cut off"
            raise Tampered(msg)
        return wrapped[:_ID_BYTES].hex()

    def rotate(self, after: str, now: datetime) -> str:
        """Add a version to the file. Raises KeyExposed, KeyStoreUnavailable."""
        roots = self._read_again()
        if roots[-1].name == after:
            _replace(self._path, (*roots, _root(new_key(), now)))
        return self._read_again()[-1].name

    def destroy(self, version: str) -> None:
        """Take a version out of the file. Raises KeyExposed, KeyStoreUnavailable."""
        *older, newest = self._read_again()
        left = [root for root in older if root.name != version]
        if newest.name == version:
            msg = "the newest version of the root key is in use"
            raise KeyStoreUnavailable(msg)
        if left != older:
            _replace(self._path, (*left, newest))
            self._read_again()

    def _read_again(self) -> tuple[_Root, ...]:
        self._roots = _read(self._path)
        return self._roots

    def _find(self, wrapped: bytes) -> _Root | None:
        name = wrapped[:_ID_BYTES].hex()
        return next((root for root in self._roots if root.name == name), None)


def create(path: Path, now: datetime) -> FileCustodian:
    """Make a new root key and return its custodian. Raises KeyStoreUnavailable, KeyExposed."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_exposure(path.parent.stat(), "folder")
        _write(path, (_root(new_key(), now),))
        _sync_folder(path.parent)
    except FileExistsError as error:
        msg = "there is a root key already; it is not overwritten"
        raise KeyStoreUnavailable(msg) from error
    except OSError as error:
        msg = "the root key's file cannot be made"
        raise KeyStoreUnavailable(msg) from error
    return FileCustodian(path)


def _replace(path: Path, roots: tuple[_Root, ...]) -> None:
    """Put a new file in the place of the old one; a crash leaves one of them, whole."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        try:
            _write(fresh, roots)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        msg = "the root key's file cannot be replaced"
        raise KeyStoreUnavailable(msg) from error


def _write(path: Path, roots: tuple[_Root, ...]) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        for root in roots:
            file.write(_SLOT.pack(int(root.made_at.timestamp()), root.bare))
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> tuple[_Root, ...]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            folder = path.parent.stat()
            content = file.read(_MOST_VERSIONS * _SLOT.size + 1)
    except OSError as error:
        msg = "the root key's file cannot be read"
        raise KeyStoreUnavailable(msg) from error
    _refuse_exposure(status, "file")
    _refuse_exposure(folder, "folder")
    if len(content) == KEY_BYTES:
        return (_root(content, datetime.fromtimestamp(int(status.st_mtime), UTC)),)
    if not content or len(content) % _SLOT.size:
        msg = "the root key's file does not hold a key"
        raise KeyStoreUnavailable(msg)
    return tuple(_root(key, _time(made)) for made, key in _SLOT.iter_unpack(content))


def _time(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        msg = "the root key's file does not hold a key"
        raise KeyStoreUnavailable(msg) from error


def _refuse_exposure(status: os.stat_result, name: str) -> None:
    if status.st_mode & _OTHERS or status.st_uid not in {os.geteuid(), 0}:
        msg = f"the root key's {name} is open to others"
        raise KeyExposed(msg)


def _root(key: bytes, made_at: datetime) -> _Root:
    """Return a version; its name says nothing about the key."""
    name = hmac.digest(key, b"privity root key id 1", "sha256")[:_ID_BYTES].hex()
    return _Root(name, made_at, key, Key(key))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
