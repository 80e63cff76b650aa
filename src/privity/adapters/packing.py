"""The evidence bundle as one archive (ZIP) that is sent while it is made.

Invariants: nothing is written to a disk, and one part is in memory at a time, beside the names of
files; no transaction is open while a part is sent, so a slow reader holds up nothing; a file is
given only after it was checked; the same checkpoint makes the same archive, so its length can be
known before its first byte is sent. An archive that was cut short has no directory at its end, and
does not open.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from importlib.resources import files as resources

from privity import audit
from privity.adapters.bundle import CHECKPOINT, KEY, STATIC, WITNESSES, Signed
from privity.adapters.sql.read import Reader, Snapshot
from privity.audit.export import files
from privity.audit.signing import Verifier

FOLDER = "evidence"
"""The folder inside of an archive."""
PART = 1 << 18
"""Bytes of a part, at least; the last one is shorter."""


def parts(reader: Reader, verifier: Verifier, signed: Signed) -> Iterator[bytes]:
    """Yield what `privity log export` writes into a folder, as one archive.

    Raises LogCorrupt and DatabaseUnavailable, before or while yielding.
    """
    sink, log = _Sink(), _Log(reader)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        named = _named(log, verifier, signed)
        while log.fill(named, packed, sink):
            yield sink.taken()
    yield sink.taken()


def _named(log: _Log, verifier: Verifier, signed: Signed) -> Iterator[tuple[str, bytes]]:
    """Yield every file; the checkpoint last, as in a folder."""
    for file in files(log, 0, signed.checkpoint):
        yield file.place.path, file.data
    for name in STATIC:
        yield name, resources(audit).joinpath("bundle", name).read_bytes()
    yield KEY, f"{verifier.vkey}\n".encode()
    if signed.witnesses:
        yield WITNESSES, "".join(f"{key}\n" for key in signed.witnesses).encode()
    yield CHECKPOINT, signed.note.encode()


class _Log:
    """audit.export.Source, over a snapshot that is opened anew for each part.

    The log only grows, so each snapshot holds all that the checkpoint covers.
    """

    __slots__ = ("_reader", "_snapshot")
    _snapshot: Snapshot  # while a part is filled, and only then is the log read

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def fill(
        self, named: Iterator[tuple[str, bytes]], packed: zipfile.ZipFile, sink: _Sink
    ) -> bool:
        """Pack files until a part is full; say whether it is, which it is not after the last."""
        with self._reader.snapshot() as self._snapshot:
            for name, data in named:
                packed.writestr(_entry(name), data)
                if sink.size >= PART:
                    break
        return sink.size >= PART

    def entries(self, start: int, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (index, canonical bytes) of entries [start, stop)."""
        return self._snapshot.entries(start, stop)

    def tile(self, level: int, index: int) -> Sequence[bytes]:
        """Return the hashes of a tile."""
        return self._snapshot.tile(level, index)


class _Sink:
    """A file that is written from its start to its end, and taken away in between."""

    __slots__ = ("_held", "size")

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        """Hold bytes until they are taken."""
        self._held.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""

    def close(self) -> None:
        """Do nothing: what was written is taken away all the same."""

    def taken(self) -> bytes:
        """Return what was written since it was last taken."""
        whole = b"".join(self._held)
        self._held.clear()
        self.size = 0
        return whole


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a file's place in the archive, with a fixed date and fixed rights."""
    info = zipfile.ZipInfo(f"{FOLDER}/{name}")
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
