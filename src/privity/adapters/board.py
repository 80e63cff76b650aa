"""Numbers that several processes keep side by side, in files that they map into memory.

Each process holds one file of a folder, by a lock that ends with it. What it counted stays when it
dies, and the process that takes its place goes on from there; what only the living have (gauges)
counts as long as the lock is held.

Invariants: one process writes a file, so nothing waits for anybody; a number is one aligned 8-byte
float, so that nobody reads half of one; the files hold numbers and nothing else.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

_BYTES = 8
_MOST = 4096


class Board:
    """The numbers of this process, and those of the others beside it."""

    __slots__ = ("_folder", "_handle", "_map", "mine")

    def __init__(self, count: int, folder: Path | None = None) -> None:
        """`count`: how many numbers there are; without a folder this process is alone.

        Raises OSError where the folder cannot be written.
        """
        self._folder = folder
        self._handle = -1 if folder is None else _taken(folder)
        if folder is not None:
            os.ftruncate(self._handle, count * _BYTES)
        self._map = mmap.mmap(self._handle, count * _BYTES)
        self.mine = memoryview(self._map).cast("d")

    def sums(self) -> list[float]:
        """Return every number, added up over all processes that ever counted."""
        return _added(self._files(alive=False), self.mine)

    def living(self) -> tuple[list[float], int]:
        """Return every number, added up over the processes that live, and how many those are."""
        found = list(self._files(alive=True))
        return _added(iter(found), self.mine), len(found)

    def close(self) -> None:
        """Let another process take the place; what was counted stays."""
        self.mine.release()
        self._map.close()
        if self._handle >= 0:
            os.close(self._handle)

    def _files(self, *, alive: bool) -> Iterator[Sequence[float]]:
        """Yield the numbers of each process, this one's among them."""
        if self._folder is None:
            yield self.mine
            return
        for file in sorted(self._folder.iterdir()):
            data = _read(file, alive=alive)
            if data is not None and len(data) == len(self.mine) * _BYTES:
                yield memoryview(data).cast("d")


def _taken(folder: Path) -> int:
    """Return a locked file of the folder: the first that nobody holds, or a new one."""
    for number in range(_MOST):
        handle = os.open(folder / f"{number:04}", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        os.close(handle)
    message = "too many processes count in one folder"
    raise OSError(message)


def _read(file: Path, *, alive: bool) -> bytes | None:
    """Return what a file holds, or None if only the living count and nobody holds it."""
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if alive:
            with suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
        return os.pread(handle, os.fstat(handle).st_size, 0)
    finally:
        os.close(handle)


def _added(parts: Iterator[Sequence[float]], mine: Sequence[float]) -> list[float]:
    total = [0.0] * len(mine)
    for part in parts:
        total = [a + b for a, b in zip(total, part, strict=True)]
    return total
