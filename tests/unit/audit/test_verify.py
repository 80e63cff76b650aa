"""Verification finds every way to change a log that lies in storage."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from privity.audit.checkpoint import Checkpoint, sign_checkpoint
from privity.audit.entry import Entry, Event, canonical
from privity.audit.signing import Signer
from privity.audit.tree import EMPTY, TILE_WIDTH, leaf_hash
from privity.audit.verify import MAX_PROBLEMS, Flaw, StoredTile, verify

SIGNER = Signer("log", bytes(32))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SIZE = 600


def body(number: int) -> bytes:
    return canonical(Entry(Event.SERVICE_STARTED, NOON, "p", facts={"number": number}))


class Stored:
    """A whole log of 600 entries with a checkpoint at every 100th, as it lies in storage."""

    def __init__(self) -> None:
        self.rows = [(i, body(i)) for i in range(SIZE)]
        hashes = [leaf_hash(entry) for _, entry in self.rows]
        self.notes = [
            (n, sign_checkpoint(SIGNER, n, self.root(n))) for n in range(0, SIZE + 1, 100)
        ]
        _, filled = EMPTY.grown(hashes)
        self.full = [
            StoredTile(t.level, t.index, t.root, hashes[t.index * TILE_WIDTH :][:TILE_WIDTH])
            for t in filled
        ]

    def root(self, size: int) -> bytes:
        return EMPTY.grown(leaf_hash(entry) for _, entry in self.rows[:size])[0].root()

    def entries(self, start: int, stop: int | None = None):
        return iter(self.rows[start:stop])

    def checkpoints(self):
        return iter(self.notes)

    def tiles(self):
        return iter(self.full)


def flaws(stored: Stored, *kept: Checkpoint) -> set[tuple[Flaw, int]]:
    report = verify(stored, SIGNER.verifier, kept)
    return {(problem.flaw, problem.at) for problem in report.problems}


def test_a_whole_log_has_no_problems() -> None:
    stored = Stored()
    report = verify(stored, SIGNER.verifier, [Checkpoint("log", 250, stored.root(250))])
    assert report.problems == ()
    assert (report.size, report.root, report.checkpoints) == (SIZE, stored.root(SIZE), 7)


def test_an_empty_log_has_no_problems() -> None:
    stored = Stored()
    stored.rows, stored.notes, stored.full = [], stored.notes[:1], []
    assert flaws(stored) == set()


def edit(stored: Stored) -> None:
    stored.rows[250] = (250, body(999))


def swap(stored: Stored) -> None:
    stored.rows[250], stored.rows[251] = (250, body(251)), (251, body(250))


def delete(stored: Stored) -> None:
    del stored.rows[250]


def insert(stored: Stored) -> None:
    stored.rows.insert(250, (250, body(999)))


def renumber(stored: Stored) -> None:
    del stored.rows[250]
    stored.rows = [(i, entry) for i, (_, entry) in enumerate(stored.rows)]


def cut(stored: Stored) -> None:
    del stored.rows[550:]


def extend(stored: Stored) -> None:
    stored.rows.append((SIZE, body(SIZE)))


def reformat(stored: Stored) -> None:
    stored.rows[250] = (250, stored.rows[250][1].replace(b":", b": ", 1))


def not_json(stored: Stored) -> None:
    stored.rows[250] = (250, b"{")


def not_an_object(stored: Stored) -> None:
    stored.rows[250] = (250, b"[]")


def unknown_event(stored: Stored) -> None:
    stored.rows[250] = (250, body(250).replace(b"service.started", b"service.unknown"))


def unknown_field(stored: Stored) -> None:
    stored.rows[250] = (250, body(250).replace(b'"at"', b'"an":1,"at"'))


def missing_field(stored: Stored) -> None:
    stored.rows[250] = (250, b'{"at":1}')


def forge(stored: Stored) -> None:
    stored.notes[3] = (300, sign_checkpoint(Signer("log", bytes(31) + b"x"), 300, bytes(32)))


def move_note(stored: Stored) -> None:
    stored.notes[3] = (301, stored.notes[3][1])


def sign_another_root(stored: Stored) -> None:
    stored.notes[3] = (300, sign_checkpoint(SIGNER, 300, bytes(32)))


def drop_newest_note(stored: Stored) -> None:
    del stored.notes[-1]


def drop_tile(stored: Stored) -> None:
    del stored.full[1]


def edit_tile(stored: Stored) -> None:
    tile = stored.full[1]
    hashes = [bytes(32), *tile.hashes[1:]]
    stored.full[1] = StoredTile(tile.level, tile.index, tile.root, hashes)


def edit_tile_root(stored: Stored) -> None:
    tile = stored.full[1]
    stored.full[1] = StoredTile(tile.level, tile.index, bytes(32), tile.hashes)


def shorten_tile(stored: Stored) -> None:
    tile = stored.full[1]
    stored.full[1] = StoredTile(tile.level, tile.index, tile.root, tile.hashes[:3])


def add_tile(stored: Stored) -> None:
    stored.full.append(StoredTile(0, 2, bytes(32), stored.full[0].hashes))


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (edit, (Flaw.ROOT, 300)),
        (swap, (Flaw.ROOT, 300)),
        (delete, (Flaw.GAP, 250)),
        (insert, (Flaw.GAP, 251)),
        (renumber, (Flaw.ROOT, 300)),
        (cut, (Flaw.CUT, 600)),
        (extend, (Flaw.UNSIGNED, 600)),
        (reformat, (Flaw.FORM, 250)),
        (not_json, (Flaw.FORM, 250)),
        (not_an_object, (Flaw.FORM, 250)),
        (unknown_event, (Flaw.FORM, 250)),
        (unknown_field, (Flaw.FORM, 250)),
        (missing_field, (Flaw.FORM, 250)),
        (forge, (Flaw.SIGNATURE, 300)),
        (move_note, (Flaw.SIGNATURE, 301)),
        (sign_another_root, (Flaw.ROOT, 300)),
        (drop_newest_note, (Flaw.UNSIGNED, 500)),
        (drop_tile, (Flaw.TILE, 1)),
        (edit_tile, (Flaw.TILE, 1)),
        (edit_tile_root, (Flaw.TILE, 1)),
        (shorten_tile, (Flaw.TILE, 1)),
        (add_tile, (Flaw.TILE, 2)),
    ],
)
def test_tampering_is_found(tamper: Callable[[Stored], None], found: tuple[Flaw, int]) -> None:
    stored = Stored()
    tamper(stored)
    assert found in flaws(stored)


def test_a_log_cut_back_with_its_checkpoints_is_found_by_one_kept_elsewhere() -> None:
    stored = Stored()
    kept = Checkpoint("log", SIZE, stored.root(SIZE))
    del stored.rows[500:]
    del stored.notes[6:]
    del stored.full[1:]
    assert flaws(stored) == set()
    assert flaws(stored, kept) == {(Flaw.KEPT, SIZE)}


def test_a_log_written_anew_is_found_by_a_checkpoint_kept_elsewhere() -> None:
    stored = Stored()
    kept = Checkpoint("log", 300, bytes(32))
    assert flaws(stored, kept) == {(Flaw.KEPT, 300)}


def test_the_report_lists_no_more_than_anyone_would_read() -> None:
    stored = Stored()
    stored.rows = [(i, b"x") for i in range(SIZE)]
    assert len(verify(stored, SIGNER.verifier).problems) == MAX_PROBLEMS
