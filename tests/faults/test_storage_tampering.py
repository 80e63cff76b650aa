"""Whoever can write to the database can change the log, but not unseen."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from privity.adapters.sql.schema import FINAL
from privity.audit.checkpoint import open_checkpoint, sign_checkpoint
from privity.audit.entry import Entry, Event
from privity.audit.tree import EMPTY, leaf_hash
from privity.audit.verify import Flaw, verify
from privity.errors import LogCorrupt
from tests.conftest import SIGNER, Database

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SIZES = (100, 100, 100)
SET_HEAD = "UPDATE head SET size = :size, edge = :edge"


def entry(number: int) -> Entry:
    return Entry(Event.SERVICE_STARTED, NOON, "p", facts={"number": number})


def append(database: Database, count: int) -> None:
    with database.journal().transaction() as tx:
        for number in range(count):
            tx.log.append(entry(number))


def flaws(database: Database) -> set[Flaw]:
    with database.journal().reader.snapshot() as snapshot:
        return {problem.flaw for problem in verify(snapshot, SIGNER.verifier).problems}


def unlocked(database: Database) -> tuple[str, ...]:
    """What an intruder does first: remove the triggers that keep the log final."""
    if database.kind == "sqlite":
        acts = ("update", "delete")
        return tuple(f"DROP TRIGGER {table}_no_{act}" for table in FINAL for act in acts)
    return tuple(f"DROP TRIGGER {table}_final ON {table}" for table in FINAL)


@pytest.fixture
def log(database: Database) -> Database:
    for size in SIZES:
        append(database, size)
    return database


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE entry SET body = (SELECT min(body) FROM entry) WHERE position = 9"], Flaw.ROOT),
        (["DELETE FROM entry WHERE position = 7"], Flaw.GAP),
        (["UPDATE entry SET position = -1 WHERE position = 7"], Flaw.GAP),
        (
            [
                "UPDATE entry SET position = 1000 WHERE position = 7",
                "UPDATE entry SET position = 7 WHERE position = 8",
                "UPDATE entry SET position = 8 WHERE position = 1000",
            ],
            Flaw.ROOT,
        ),
        (["DELETE FROM entry WHERE position >= 280"], Flaw.CUT),
        (["INSERT INTO entry SELECT 300, body FROM entry WHERE position = 3"], Flaw.UNSIGNED),
        (["DELETE FROM checkpoint WHERE size = 300"], Flaw.UNSIGNED),
        (["UPDATE checkpoint SET note = (SELECT max(note) FROM checkpoint)"], Flaw.SIGNATURE),
        (["UPDATE checkpoint SET note = '' WHERE size = 200"], Flaw.SIGNATURE),
        (["UPDATE tile SET hashes = root"], Flaw.TILE),
        (["UPDATE tile SET number = 1"], Flaw.TILE),
        (["DELETE FROM tile"], Flaw.TILE),
    ],
)  # fmt: skip
def test_a_changed_row_is_reported(log: Database, statements: list[str], found: Flaw) -> None:
    assert flaws(log) == set()
    log.execute(*unlocked(log), *statements)
    assert found in flaws(log)


@pytest.mark.parametrize("body", ["text", b"", 1.5, None])
def test_what_is_not_an_entry_at_all_is_reported(sqlite_database: Database, body: object) -> None:
    append(sqlite_database, 10)
    sqlite_database.execute(
        *unlocked(sqlite_database),
        "CREATE TABLE loose AS SELECT * FROM entry",
        "DROP TABLE entry",
        "ALTER TABLE loose RENAME TO entry",
        "UPDATE entry SET body = :body WHERE position = 5",
        body=body,
    )
    assert Flaw.FORM in flaws(sqlite_database)


def cut_the_entries(log: Database) -> None:
    log.execute(*unlocked(log), "DELETE FROM entry WHERE position >= 290")


def forget_the_newest(log: Database) -> None:
    edge, _ = EMPTY.grown(leaf_hash(body) for _, body in everything(log)[:200])
    log.execute(*unlocked(log), SET_HEAD, size=200, edge=edge.encode())


def everything(log: Database) -> list[tuple[int, bytes]]:
    with log.journal().reader.snapshot() as snapshot:
        return list(snapshot.entries(0))


def change_the_edge(log: Database) -> None:
    log.execute(SET_HEAD, size=300, edge=bytes(32 * (300).bit_count()))


def shorten_the_edge(log: Database) -> None:
    log.execute(SET_HEAD, size=300, edge=b"")


def drop_the_checkpoint(log: Database) -> None:
    log.execute(*unlocked(log), "DELETE FROM checkpoint WHERE size = 300")


def rename_the_log(log: Database) -> None:
    log.execute("UPDATE head SET origin = 'another'")


def add_an_entry(log: Database) -> None:
    log.execute("INSERT INTO entry SELECT 300, body FROM entry WHERE position = 3")


@pytest.mark.parametrize(
    "tamper",
    [
        cut_the_entries,
        forget_the_newest,
        change_the_edge,
        shorten_the_edge,
        drop_the_checkpoint,
        rename_the_log,
        add_an_entry,
    ],
)
def test_a_log_that_is_not_what_was_signed_is_not_extended(
    log: Database, tamper: Callable[[Database], None]
) -> None:
    tamper(log)
    with pytest.raises(LogCorrupt), log.journal().transaction():
        pass


def test_a_changed_entry_is_not_sealed_into_a_tile(log: Database) -> None:
    log.execute(*unlocked(log), "UPDATE entry SET body = '' WHERE position = 270")
    append(log, 211)
    with pytest.raises(LogCorrupt):
        append(log, 1)
    assert Flaw.ROOT in flaws(log)


def test_a_changed_tile_is_not_built_upon(sqlite_database: Database) -> None:
    append(sqlite_database, 256 * 256 - 1)
    sqlite_database.execute(
        *unlocked(sqlite_database), "UPDATE tile SET root = hashes WHERE number = 3"
    )
    with pytest.raises(LogCorrupt):
        append(sqlite_database, 1)


def test_a_log_rewritten_whole_with_the_stolen_key_shows_against_a_kept_checkpoint(
    log: Database,
) -> None:
    with log.journal().reader.snapshot() as snapshot:
        kept = snapshot.head()
        bodies = [body for _, body in snapshot.entries(0)]
    edge, _ = EMPTY.grown(leaf_hash(body) for body in bodies[:-1])
    note = sign_checkpoint(SIGNER, 299, edge.root())
    log.execute(
        *unlocked(log),
        "DELETE FROM entry WHERE position = 299",
        "DELETE FROM checkpoint WHERE size = 300",
        "INSERT INTO checkpoint VALUES (299, :note)",
        note=note,
    )
    log.execute(SET_HEAD, size=299, edge=edge.encode())
    assert flaws(log) == set()
    with log.journal().reader.snapshot() as snapshot:
        old = open_checkpoint(SIGNER.verifier, kept.note)
        (problem,) = verify(snapshot, SIGNER.verifier, [old]).problems
    assert problem.flaw is Flaw.KEPT
