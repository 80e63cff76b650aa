"""Text files in, treated text files out.

Invariants: what is read is UTF-8 or refused; an output file appears whole, for its owner only, or
not at all: while it grows it has no name (or, where the system cannot do that, a name of its own
that is removed), so that not even a killed process leaves a part of one.
"""

from __future__ import annotations

import io
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self, TextIO

from privity.errors import BadInput, PolicyInvalid
from privity.model.policy import Policy
from privity.policy.load import load

_PRIVATE = 0o600
_NAMELESS: int = getattr(os, "O_TMPFILE", 0)


def read_policy_file(file: Path) -> Policy:
    """Return the policy of a file. Raises BadInput or PolicyInvalid."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{file} cannot be read: {error.strerror}"
        raise BadInput(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{file} is not UTF-8"
        raise PolicyInvalid(msg) from error
    return load(text, file.name)


@dataclass(frozen=True, slots=True)
class Source:
    """A text that is being read; `size` in bytes, None for a stream."""

    text: TextIO
    size: int | None
    _bytes: BinaryIO

    def position(self) -> int:
        """Return how many bytes were read."""
        return self._bytes.tell() if self.size is not None else 0


@contextmanager
def reading(file: Path | None) -> Iterator[Source]:
    """Open a file, or standard input. Raises BadInput."""
    if file is None:
        yield Source(_text(sys.stdin.buffer), None, sys.stdin.buffer)
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        msg = f"{file} cannot be read: {error.strerror}"
        raise BadInput(msg) from error
    with stream:
        regular = file.is_file()
        yield Source(_text(stream), os.fstat(stream.fileno()).st_size if regular else None, stream)


def _text(stream: BinaryIO) -> TextIO:
    return io.TextIOWrapper(stream, encoding="utf-8", errors="strict", newline="")


@contextmanager
def writing(file: Path | None) -> Iterator[TextIO]:
    """Open an output: standard output, or a file that takes its place when all went well.

    Raises BadInput for a place where no file can be.
    """
    if file is None:
        out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
        yield out
        out.flush()
        out.detach()
        return
    place = file.resolve()
    if place.exists() and not place.is_file():
        msg = f"{file} is not a file"
        raise BadInput(msg)
    try:
        with _Output(place) as output, output.text() as stream:
            yield stream
            stream.flush()
            output.name()
    except OSError as error:
        msg = f"{file} cannot be written: {error.strerror}"
        raise BadInput(msg) from error


class _Output:
    """A file that grows without a name, or with one that is not the place's."""

    __slots__ = ("_descriptor", "_folder", "_fresh", "_named", "_place")

    def __init__(self, place: Path) -> None:
        self._place = place
        self._fresh = place.with_name(f".{place.name}.{secrets.token_hex(8)}")

    def __enter__(self) -> Self:
        self._folder = os.open(self._place.parent, os.O_RDONLY | os.O_DIRECTORY)
        self._named = False
        try:
            self._descriptor = os.open(self._place.parent, _NAMELESS | os.O_WRONLY, _PRIVATE)
        except OSError:  # some systems cannot do that
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            self._descriptor = os.open(self._fresh, flags, _PRIVATE)
            self._named = True
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what is not in its place."""
        os.close(self._folder)
        if self._named:
            with suppress(OSError):
                self._fresh.unlink()

    def text(self) -> TextIO:
        """Return the file, to write text."""
        return os.fdopen(self._descriptor, "w", encoding="utf-8", newline="")

    def name(self) -> None:
        """Put the file in its place, once all of it is on the disk."""
        os.fsync(self._descriptor)
        if not self._named:
            # Only with a folder's descriptor does Python follow the link to the nameless file.
            source = f"/proc/self/fd/{self._descriptor}"
            os.link(source, self._fresh.name, dst_dir_fd=self._folder, follow_symlinks=True)
            self._named = True
        self._fresh.replace(self._place)
        self._named = False
