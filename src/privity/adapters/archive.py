"""Read a backup's file, and believe nothing in it but what its manifest says.

Invariants: the manifest is believed for the signature of the log's key, and every member for its
size and digest in the manifest, before any table is read; of the files only the names are used that
a home has, so none leads to a place of its own choice.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import struct
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from privity.adapters.backup import FORM, MANIFEST
from privity.audit.signing import Verifier
from privity.errors import BadInput, Tampered

_SMALL = 1 << 20
_CHUNK = 1 << 16
_HEAD = 4
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError),
    *(ValueError, RuntimeError, OSError, MemoryError),
)
"""What zipfile raises for archives that are none, cut, or altered."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup: the size of the log, the schema, and (size, SHA-256) by member."""

    size: int
    revision: str
    members: Mapping[str, tuple[int, str]]


class Archive:
    """A backup that is open."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def file(self, name: str) -> bytes:
        """Return a small member, before the manifest can be verified. Raises BadInput."""
        with self._open(name) as stream, _reading():
            data = stream.read(_SMALL + 1)
        if len(data) > _SMALL:
            raise BadInput(_NOT_ONE)
        return data

    def manifest(self, verifier: Verifier) -> Manifest:
        """Return what the log's key signed about this backup. Raises LogCorrupt, BadInput."""
        try:
            note = self.file(MANIFEST).decode()
        except UnicodeDecodeError:
            raise BadInput(_NOT_ONE) from None  # the error holds the bytes
        lines = verifier.open(note).splitlines()
        form, size, _, revision = [*lines[:_HEAD], *[""] * _HEAD][:_HEAD]
        if form != FORM:
            raise BadInput(_NOT_ONE)
        members = {}
        for line in lines[_HEAD:]:
            length, digest, name = line.split(" ", 2)
            members[name] = (int(length), digest)
        return Manifest(int(size), revision, members)

    def verify(self, manifest: Manifest) -> None:
        """Read every member that the manifest names. Raises Tampered, BadInput."""
        for name, (size, wanted) in manifest.members.items():
            digest, left = hashlib.sha256(), size
            with self._open(name) as stream, _reading():
                while left >= 0 and (part := stream.read(_CHUNK)):
                    digest.update(part)
                    left -= len(part)
            if left or digest.hexdigest() != wanted:
                raise Tampered(_ALTERED)

    def rows(self, name: str) -> Iterator[Sequence[Any]]:
        """Yield the lines of a verified table: its columns, then its rows."""
        with self._open(name) as stream:
            for line in stream:
                values = json.loads(line)
                yield [b64decode(each["b"]) if isinstance(each, dict) else each for each in values]

    def _open(self, name: str) -> IO[bytes]:
        try:
            return self._file.open(name)
        except (KeyError, *_BROKEN):
            raise BadInput(_NOT_ONE) from None


@contextmanager
def open_archive(file: Path) -> Iterator[Archive]:
    """Open a backup. Raises BadInput."""
    try:
        opened = zipfile.ZipFile(file)
    except _BROKEN:
        msg = f"{file} cannot be read, or is not a backup"
        raise BadInput(msg) from None
    with opened:
        yield Archive(opened)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except _BROKEN:
        raise Tampered(_ALTERED) from None


_NOT_ONE = "this is not a backup, or a part of it is missing"
_ALTERED = "a part of the backup was altered"
