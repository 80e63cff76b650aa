"""What reading gives: the log with its proofs, and counts without content."""

from datetime import UTC, datetime, timedelta

import pytest

from privity.access.app_keys import App
from privity.adapters.sql.read import Kept
from privity.audit import tlog_proof
from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Entry, Event, canonical
from privity.audit.proofs import check_consistency, consistency_proof
from privity.audit.tiles import TiledNodes
from privity.audit.verify import verify
from privity.errors import DatabaseUnavailable, LogCorrupt
from privity.model.words import AppId, ConversationRef, Purpose, Region, SubjectRef
from privity.vault.ports import Place, Sealed
from tests.conftest import SIGNER, Database

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def entry(number: int) -> Entry:
    return Entry(Event.SERVICE_STARTED, NOON, "p", facts={"number": number})


def append(database: Database, *sizes: int) -> None:
    """Append groups of entries, each in a transaction of its own."""
    journal, number = database.journal(), 0
    for size in sizes:
        with journal.transaction() as tx:
            for _ in range(size):
                tx.log.append(entry(number))
                number += 1


def test_the_head_is_the_newest_checkpoint(database: Database) -> None:
    append(database, 3, 4)
    with database.journal().reader.snapshot() as snapshot:
        head = snapshot.head()
        assert (head.origin, head.size) == (SIGNER.name, 7)
        assert open_checkpoint(SIGNER.verifier, head.note).size == 7
        assert snapshot.note(3) is not None
        assert snapshot.note(4) is None


def test_a_log_over_many_transactions_and_tiles_is_whole(database: Database) -> None:
    append(database, 1, 254, 1, 1, 255, 300)
    with database.journal().reader.snapshot() as snapshot:
        report = verify(snapshot, SIGNER.verifier)
        assert (report.size, report.checkpoints, report.problems) == (812, 7, ())
        assert len(list(snapshot.tiles())) == 3
        assert [index for index, _ in snapshot.entries(300, 303)] == [300, 301, 302]


def test_every_entry_is_proven_from_stored_tiles(database: Database) -> None:
    append(database, 600)
    with database.journal().reader.snapshot() as snapshot:
        note = snapshot.head().note
        signed = open_checkpoint(SIGNER.verifier, note), note
        for index in (0, 255, 256, 511, 512, 599):
            body = canonical(entry(index))
            proof = tlog_proof.prove(snapshot, index, body, signed)
            proven = tlog_proof.check(proof, SIGNER.verifier)
            assert (proven.index, proven.entry) == (index, body)


def test_every_checkpoint_is_a_part_of_the_newest(database: Database) -> None:
    append(database, 10, 290, 300)
    with database.journal().reader.snapshot() as snapshot:
        notes = [open_checkpoint(SIGNER.verifier, note) for _, note in snapshot.checkpoints()]
        newest = notes[-1]
        for old in notes:
            path = consistency_proof(TiledNodes(snapshot), old.size, newest.size)
            check_consistency((old.size, old.root), (newest.size, newest.root), path)


def test_a_proof_of_a_changed_entry_is_not_made(database: Database) -> None:
    append(database, 3)
    with database.journal().reader.snapshot() as snapshot:
        note = snapshot.head().note
        signed = open_checkpoint(SIGNER.verifier, note), note
        with pytest.raises(LogCorrupt):
            tlog_proof.prove(snapshot, 1, canonical(entry(99)), signed)


def test_a_snapshot_stands_still_while_others_write(database: Database) -> None:
    append(database, 3)
    with database.journal().reader.snapshot() as snapshot:
        assert snapshot.head().size == 3
        with database.journal().transaction() as tx:
            tx.log.append(entry(3))
        assert snapshot.head().size == 3
        assert len(list(snapshot.entries(0))) == 3
        assert verify(snapshot, SIGNER.verifier).problems == ()


def test_what_is_kept_is_counted_by_purpose(database: Database) -> None:
    with database.journal().transaction() as tx:
        for number, purpose in enumerate((Purpose.ASSIST, Purpose.ASSIST, Purpose.TRAIN)):
            place = Place(Region.EU, purpose, SubjectRef("ann"), str(number), "transcript")
            end = NOON + timedelta(days=number)
            tx.records.put(Sealed(place, ConversationRef("c"), 1, b"", NOON, end))
    with database.journal().reader.snapshot() as snapshot:
        train = Kept(Purpose.TRAIN, 1, NOON + timedelta(days=2))
        assert snapshot.kept() == (Kept(Purpose.ASSIST, 2, NOON), train)
        assert snapshot.overdue(NOON + timedelta(days=1)) == 2
        assert snapshot.overdue(NOON - timedelta(days=1)) == 0


def test_applications_are_listed(database: Database) -> None:
    app = App(AppId("desk"), Purpose.ASSIST, "ab" * 32, NOON)
    with database.journal().transaction() as tx:
        tx.apps.add(app)
    with database.journal().reader.snapshot() as snapshot:
        assert snapshot.apps() == (app,)


def test_a_database_without_a_log_is_unavailable(database: Database) -> None:
    database.execute("DELETE FROM head")
    with database.journal().reader.snapshot() as snapshot, pytest.raises(DatabaseUnavailable):
        snapshot.head()
