"""A witness: its key, and the last checkpoint it saw of each log.

Invariants: a checkpoint is on disk before its cosignature is told; looking, deciding and storing
are one step, under one lock, in the one process that holds the folder; a witness without its state
does not start, because it would believe anything. What is stored is the signed note itself.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from privity.adapters.home import making, write_private
from privity.audit.checkpoint import Checkpoint, open_checkpoint
from privity.audit.cosigning import Cosigner
from privity.audit.signing import Verifier
from privity.audit.witness import Accepted, Refused, judge, read_submission
from privity.errors import HomeMissing, KeyExposed, LogCorrupt, SettingsInvalid

NAME, SEED, SEEN, LOCK = "name", "key", "seen.json", "lock"
SIZE_TYPE, TEXT_TYPE = "text/x.tlog.size", "text/plain; charset=utf-8"
_SEED_BYTES = 32
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Reply:
    """What a caller is told: status, content type and body of an HTTP answer."""

    status: int
    kind: str
    body: str


def create(folder: Path, name: str) -> Cosigner:
    """Make a witness with a new key, that has seen nothing. Raises HomeExists, SettingsInvalid."""
    seed = secrets.token_bytes(_SEED_BYTES)
    cosigner = Cosigner(name, seed)
    with making(folder) as fresh:
        write_private(fresh / SEED, seed)
        write_private(fresh / NAME, name.encode())
        write_private(fresh / SEEN, b"{}")
    return cosigner


def read_cosigner(folder: Path) -> Cosigner:
    """Return who signs. Raises HomeMissing, KeyExposed, SettingsInvalid."""
    try:
        if (folder / SEED).stat().st_mode & _OTHERS:
            msg = f"{folder / SEED} may be read by others"
            raise KeyExposed(msg)
        return Cosigner((folder / NAME).read_text(encoding="utf-8"), (folder / SEED).read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        msg = f"there is no witness in {folder}; make one with `privity witness init`"
        raise HomeMissing(msg) from error


class Book:
    """What one witness has seen of the logs it knows."""

    def __init__(self, folder: Path, logs: Iterable[Verifier]) -> None:
        """Read the state. Raises HomeMissing, KeyExposed, SettingsInvalid, LogCorrupt."""
        self._folder = folder
        self._cosigner = read_cosigner(folder)
        self._logs = {log.name: log for log in logs}
        self._notes = _read_notes(folder)
        self._seen = {
            origin: open_checkpoint(self._logs[origin], note)
            for origin, note in self._notes.items()
            if origin in self._logs
        }
        self._lock = threading.Lock()

    @property
    def seen(self) -> Mapping[str, Checkpoint]:
        """The last checkpoint of each log, by origin."""
        return self._seen

    def add(self, body: bytes, now: datetime) -> Reply:
        """Judge a request; store an accepted checkpoint, then cosign it. Raises OSError."""
        given = read_submission(body)
        if isinstance(given, Refused):
            return _refusal(given)
        with self._lock:
            verdict = judge(given, self._logs, self._seen)
            if isinstance(verdict, Refused):
                return _refusal(verdict)
            self._store(verdict, given.note)
        return Reply(200, TEXT_TYPE, self._cosigner.cosign(given.note, now))

    def _store(self, accepted: Accepted, note: str) -> None:
        checkpoint = accepted.checkpoint
        if self._seen.get(checkpoint.origin) == checkpoint:
            return
        notes = {**self._notes, checkpoint.origin: note}
        write_private(self._folder / SEEN, orjson.dumps(notes))
        _sync(self._folder)
        self._notes = notes
        self._seen = {**self._seen, checkpoint.origin: checkpoint}


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a witness's folder, so that no other process answers from it.

    Raises HomeMissing, SettingsInvalid.
    """
    try:
        descriptor = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        msg = f"there is no witness in {folder}"
        raise HomeMissing(msg) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        msg = f"another process is the witness of {folder}"
        raise SettingsInvalid(msg) from error
    finally:
        os.close(descriptor)


def _read_notes(folder: Path) -> dict[str, str]:
    try:
        read = orjson.loads((folder / SEEN).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        msg = f"{folder / SEEN} cannot be read, and without it nothing could be refused"
        raise LogCorrupt(msg) from error
    if not isinstance(read, dict) or not all(isinstance(note, str) for note in read.values()):
        msg = f"{folder / SEEN} is not what a witness writes"
        raise LogCorrupt(msg)
    return read


def _refusal(refused: Refused) -> Reply:
    if refused.size is not None:
        return Reply(refused.status, SIZE_TYPE, f"{refused.size}\n")
    return Reply(refused.status, TEXT_TYPE, f"{refused.why}\n")


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
