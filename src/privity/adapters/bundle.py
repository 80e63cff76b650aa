"""The evidence bundle: a folder with the log as static files and all that is needed to check them.

Invariants: a folder that holds another log, or an older state that the log no longer extends, is
left as it is; the checkpoint is written last, so a folder that has one has every file under it;
nothing read from a folder is believed: what does not fit is reported, or raises LogCorrupt.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files as resources
from pathlib import Path

from privity import audit
from privity.audit.checkpoint import Checkpoint, open_checkpoint
from privity.audit.export import File, Place, Source, decode_entries, files, places
from privity.audit.proofs import root_at
from privity.audit.signing import Verifier
from privity.audit.tiles import TiledNodes
from privity.audit.tree import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, perfect_root, split_hashes
from privity.audit.verify import Flaw, Problem, Report, StoredTile, verify
from privity.errors import BadInput, LogCorrupt

CHECKPOINT, KEY, WITNESSES, TILES = "checkpoint", "log.vkey", "witnesses", "tile"
STATIC = ("README.md", "verify.sh")
_READABLE = 0o644


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint, the note that says so, and the keys of the witnesses that cosigned it."""

    checkpoint: Checkpoint
    note: str
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: the entries that the folder had and has now, and the files written."""

    before: int
    size: int
    written: int


def export(source: Source, verifier: Verifier, signed: Signed, folder: Path) -> Exported:
    """Bring a folder to the state of a checkpoint; only what grew is written.

    Raises BadInput for a folder with other things in it, LogCorrupt when the log is not what was
    signed or does not extend what the folder holds.
    """
    checkpoint = signed.checkpoint
    before = _before(source, verifier, checkpoint, folder)
    written = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files(source, before, checkpoint):
            written += _write_new(folder, file)
        for name in STATIC:
            _replace(folder / name, resources(audit).joinpath("bundle", name).read_bytes())
        _replace(folder / KEY, f"{verifier.vkey}\n".encode())
        if signed.witnesses:
            _replace(folder / WITNESSES, "".join(f"{key}\n" for key in signed.witnesses).encode())
        else:
            (folder / WITNESSES).unlink(missing_ok=True)
        _replace(folder / CHECKPOINT, signed.note.encode())
        for place in places(before, checkpoint.size):
            if place.width == TILE_WIDTH:
                _remove_partial(folder / f"{place.full_path}.p")
    except OSError as error:
        msg = f"{folder} cannot be written: {error.strerror}"
        raise BadInput(msg) from error
    return Exported(before, checkpoint.size, written)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder that was exported: audit.verify.StoredLog and audit.tiles.TileSource."""

    folder: Path
    note: str
    checkpoint: Checkpoint

    def entries(self, start: int, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Yield (index, bytes) of entries [start, stop); what is missing or cut is left out."""
        end = self.checkpoint.size if stop is None else min(stop, self.checkpoint.size)
        for index in range(start // TILE_WIDTH, -(-end // TILE_WIDTH)):
            place = self._place(None, index)
            try:
                bodies = decode_entries(self._read(place))
            except LogCorrupt:
                continue
            if len(bodies) != place.width:
                continue
            for position, body in enumerate(bodies, index * TILE_WIDTH):
                if start <= position < end:
                    yield position, body

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Yield the one checkpoint."""
        yield self.checkpoint.size, self.note

    def tiles(self) -> Iterator[StoredTile]:
        """Yield every full tile that is there."""
        for place in places(0, self.checkpoint.size):
            if place.level is not None and place.width == TILE_WIDTH:
                hashes = self.tile(place.level, place.index)
                if hashes:
                    root = perfect_root(hashes)
                    yield StoredTile(place.level, place.index, root, hashes)

    def tile(self, level: int, index: int) -> Sequence[bytes]:
        """Return the hashes of a tile, up to 256; none if the file has another length."""
        place = self._place(level, index)
        data = self._read(place)
        return split_hashes(data) if len(data) == place.width * HASH_BYTES else ()

    def others(self) -> Iterator[Path]:
        """Yield the files that are no part of the log, nor an older form of one that is."""
        newest = {
            self.folder / place.full_path: self.folder / place.path
            for place in places(0, self.checkpoint.size)
        }
        expected = set(newest.values())
        for file in sorted((self.folder / TILES).rglob("*")):
            if file.is_dir() or file in expected:
                continue
            partial = file.parent.suffix == ".p"
            whole = newest.get(file.parent.with_suffix("")) if partial else None
            older = whole is not None and whole.exists()
            if whole is None or not older or not whole.read_bytes().startswith(file.read_bytes()):
                yield file

    def _place(self, level: int | None, index: int) -> Place:
        held = self.checkpoint.size >> (TILE_HEIGHT * (level or 0))
        return Place(level, index, max(0, min(TILE_WIDTH, held - index * TILE_WIDTH)))

    def _read(self, place: Place) -> bytes:
        """Return a file's content; nothing where it is missing."""
        try:
            return (self.folder / place.path).read_bytes()
        except OSError:
            return b""


def open_bundle(folder: Path, verifier: Verifier) -> Bundle:
    """Open a folder by its checkpoint. Raises BadInput if there is none, LogCorrupt."""
    note = _note(folder)
    if note is None:
        msg = f"there is no {CHECKPOINT} in {folder}"
        raise BadInput(msg)
    return Bundle(folder, note, open_checkpoint(verifier, note))


def verify_bundle(bundle: Bundle, verifier: Verifier, kept: Iterable[Checkpoint]) -> Report:
    """Verify a folder as a stored log is, and every file in it. Reads it whole."""
    report = verify(bundle, verifier, kept)
    problems = list(report.problems)
    if not problems:
        try:
            for _ in files(bundle, 0, bundle.checkpoint):
                pass
        except LogCorrupt:
            problems.append(Problem(Flaw.TILE, bundle.checkpoint.size))
    others = sum(1 for _ in bundle.others())
    if others:
        problems.append(Problem(Flaw.FILE, others))
    return replace(report, problems=tuple(problems))


def _before(source: Source, verifier: Verifier, new: Checkpoint, folder: Path) -> int:
    """Return how many entries the folder holds; refuse to overwrite what the log contradicts."""
    note = _note(folder)
    if note is None:
        known = {CHECKPOINT, KEY, WITNESSES, TILES, *STATIC}
        if folder.exists() and (not folder.is_dir() or {p.name for p in folder.iterdir()} - known):
            msg = f"{folder} holds other things; choose an empty folder"
            raise BadInput(msg)
        return 0
    old = open_checkpoint(verifier, note)
    if old.size > new.size or root_at(TiledNodes(source), old.size) != old.root:
        msg = f"the log does not extend the one in {folder}: it was cut or rewritten"
        raise LogCorrupt(msg)
    return old.size


def _note(folder: Path) -> str | None:
    try:
        return (folder / CHECKPOINT).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{folder / CHECKPOINT} cannot be read: {type(error).__name__}"
        raise BadInput(msg) from error


def _write_new(folder: Path, file: File) -> int:
    """Write a file of the log unless it is there. Raises LogCorrupt if another one is."""
    place = folder / file.place.path
    if place.exists():
        if place.read_bytes() != file.data:
            msg = f"{place} is not what the log holds; it was changed"
            raise LogCorrupt(msg)
        return 0
    place.parent.mkdir(parents=True, exist_ok=True)
    _replace(place, file.data)
    return 1


def _replace(place: Path, data: bytes) -> None:
    """Write a file for everyone to read, whole or not at all."""
    descriptor, fresh = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(fresh).chmod(_READABLE)
        Path(fresh).replace(place)
    except OSError:
        Path(fresh).unlink(missing_ok=True)
        raise


def _remove_partial(folder: Path) -> None:
    """Remove the shorter forms of a file that is full now (C2SP tlog-tiles allows it)."""
    if folder.is_dir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
