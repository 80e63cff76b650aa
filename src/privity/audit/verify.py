"""Read the whole log again and compare it with everything that was signed about it.

Invariants: nothing stored is believed: leaves, tree and tiles are rebuilt from the entries; every
stored checkpoint must carry a valid signature and the root that the rebuilt tree has at its size
(which makes each of them a prefix of the next); a problem is reported, never repaired. What
this proves: order, completeness up to the newest checkpoint and that nothing was altered. A log cut
back together with its checkpoints is found only against a checkpoint kept elsewhere: `kept`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import orjson

from privity.audit.checkpoint import Checkpoint, open_checkpoint
from privity.audit.entry import Event
from privity.audit.signing import Verifier
from privity.audit.tree import EMPTY, TILE_WIDTH, Frontier, leaf_hash, perfect_root
from privity.errors import LogCorrupt

MAX_PROBLEMS = 100
_MUST = {"v", "event", "at", "policy"}
_MAY = {"because", "request", "app", "purpose", "subject", "conversation", "found", "facts"}
_EVENTS = {event.value for event in Event}


class Flaw(StrEnum):
    """What can be wrong with a log. A closed list."""

    GAP = "gap"  # an index is missing, repeated or out of order
    FORM = "form"  # an entry is not in canonical form
    SIGNATURE = "signature"  # a checkpoint is malformed or not signed by the log's key
    ROOT = "root"  # the entries do not have the root that was signed
    CUT = "cut"  # entries that were signed for are missing at the end
    UNSIGNED = "unsigned"  # entries lie beyond the newest checkpoint
    TILE = "tile"  # a stored tile is not what the entries add up to, or is missing
    FILE = "file"  # a folder holds files that are no part of the log
    KEPT = "kept"  # the log does not extend a checkpoint that was kept elsewhere


@dataclass(frozen=True, slots=True)
class Problem:
    """One flaw, and the index or size where it shows."""

    flaw: Flaw
    at: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification read and found; without problems, the log is whole."""

    origin: str
    size: int
    root: bytes
    checkpoints: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class StoredTile:
    """A full tile: 256 hashes and the root they add up to."""

    level: int
    index: int
    root: bytes
    hashes: Sequence[bytes]


class StoredLog(Protocol):
    """A log as it lies in storage, in order."""

    def entries(self, start: int, stop: int | None = None) -> Iterable[tuple[int, bytes]]:
        """Yield (index, canonical bytes) of entries [start, stop), in order of index."""
        ...

    def checkpoints(self) -> Iterable[tuple[int, str]]:
        """Yield (size, signed note), in order of size."""
        ...

    def tiles(self) -> Iterable[StoredTile]:
        """Yield every full tile."""
        ...


def verify(log: StoredLog, verifier: Verifier, kept: Iterable[Checkpoint] = ()) -> Report:
    """Verify a stored log against its own checkpoints and those kept elsewhere.

    1. Open every stored checkpoint. 2. Read the entries in order; check index and form; grow the
    tree. 3. At the size of each checkpoint, compare the roots. 4. Compare the stored tiles with
    those that the entries fill. Raises DatabaseUnavailable when the log cannot be read. At most
    100 problems are listed.
    """
    walk = _Walk()
    marks = _marks(log, verifier, walk, kept)
    for index, entry in log.entries(0):
        walk.compare(marks)
        walk.take(index, entry)
    walk.compare(marks)
    for mark in marks[walk.marks_met :]:
        walk.found(Flaw.KEPT if mark.kept else Flaw.CUT, mark.checkpoint.size)
    stored = [mark.checkpoint.size for mark in marks if not mark.kept]
    if walk.edge.size > max(stored, default=0):
        walk.found(Flaw.UNSIGNED, max(stored, default=0))
    _compare_tiles(log, walk)
    root = walk.edge.root()
    return Report(verifier.name, walk.edge.size, root, len(stored), tuple(walk.problems))


@dataclass(frozen=True, slots=True)
class _Mark:
    """A checkpoint that the rebuilt tree must meet."""

    checkpoint: Checkpoint
    kept: bool


@dataclass(slots=True)
class _Walk:
    """The state of one pass over the entries."""

    edge: Frontier = EMPTY
    expected: int = 0
    marks_met: int = 0
    filled: dict[tuple[int, int], bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def found(self, flaw: Flaw, at: int) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(flaw, at))

    def take(self, index: int, entry: bytes) -> None:
        if index != self.expected:
            self.found(Flaw.GAP, self.expected)
        if not _is_canonical(entry):
            self.found(Flaw.FORM, index)
        self.expected = index + 1
        self.edge, filled = self.edge.grown((leaf_hash(entry),))
        for tile in filled:
            self.filled[tile.level, tile.index] = tile.root

    def compare(self, marks: Sequence[_Mark]) -> None:
        """Compare the root with every checkpoint of this size."""
        while self.marks_met < len(marks):
            mark = marks[self.marks_met]
            if mark.checkpoint.size > self.edge.size:
                return
            self.marks_met += 1
            if mark.checkpoint.root != self.edge.root():
                self.found(Flaw.KEPT if mark.kept else Flaw.ROOT, mark.checkpoint.size)


def _marks(
    log: StoredLog, verifier: Verifier, walk: _Walk, kept: Iterable[Checkpoint]
) -> list[_Mark]:
    """Open the stored checkpoints, add those kept elsewhere, in order of size."""
    marks = [_Mark(checkpoint, kept=True) for checkpoint in kept]
    for size, note in log.checkpoints():
        try:
            checkpoint = open_checkpoint(verifier, note)
        except LogCorrupt:
            walk.found(Flaw.SIGNATURE, size)
            continue
        if checkpoint.size != size:
            walk.found(Flaw.SIGNATURE, size)
        marks.append(_Mark(checkpoint, kept=False))
    return sorted(marks, key=lambda mark: mark.checkpoint.size)


def _compare_tiles(log: StoredLog, walk: _Walk) -> None:
    missing = dict(walk.filled)
    for tile in log.tiles():
        root = missing.pop((tile.level, tile.index), None)
        whole = len(tile.hashes) == TILE_WIDTH and perfect_root(tile.hashes) == root
        if not whole or tile.root != root:
            walk.found(Flaw.TILE, tile.index)
    for _, index in missing:
        walk.found(Flaw.TILE, index)


def _is_canonical(entry: bytes) -> bool:
    """Say whether these are the bytes that `canonical` would write for what they say."""
    try:
        named = orjson.loads(entry)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(named, dict) or not set(named) >= _MUST or set(named) - _MUST - _MAY:
        return False
    return (
        str(named["event"]) in _EVENTS and orjson.dumps(named, option=orjson.OPT_SORT_KEYS) == entry
    )
