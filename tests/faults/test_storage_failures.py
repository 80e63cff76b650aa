"""The database fails in every way it can; what was told is true, and nothing is half done."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from privity.adapters.sql.journal import SqlJournal, _Job
from privity.adapters.sql.link import Link
from privity.adapters.sql.stores import SqlTransaction
from privity.audit.entry import Entry, Event
from privity.audit.signing import Signer
from privity.audit.verify import verify
from privity.errors import DatabaseUnavailable, LogCorrupt, LogUnavailable, Overloaded
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.vault.erase import erase, remove
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place, Sealed
from tests.conftest import SIGNER, Database
from tests.fakes import MemoryCustodian

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN = SubjectRef("ann")


def append(number: int = 0):
    return lambda tx: tx.log.append(
        Entry(Event.SERVICE_STARTED, NOON, "p", facts={"number": number})
    )


def record(name: str, version: int = 1) -> Sealed:
    place = Place(Region.EU, Purpose.ASSIST, ANN, name, "transcript")
    return Sealed(place, ConversationRef("c"), version, b"body", NOON, NOON)


def together(journal: SqlJournal, *works: Any) -> list[Any]:
    async def run() -> list[Any]:
        await journal.start()
        try:
            writes = (journal.write(work) for work in works)
            return await asyncio.gather(*writes, return_exceptions=True)
        finally:
            await journal.close()

    return asyncio.run(run())


def size_of_whole_log(database: Database) -> int:
    with database.journal().reader.snapshot() as snapshot:
        report = verify(snapshot, SIGNER.verifier)
    assert report.problems == ()
    return report.size


def records(database: Database) -> list[str]:
    with database.journal().transaction() as tx:
        return [each.place.record for each in tx.records.of(ANN)]


# single failures


@pytest.mark.parametrize("bad", [record("\ud800"), record("big", version=2**80)])
def test_a_value_that_no_column_holds_fails_alone_and_is_not_quoted(
    database: Database, bad: Sealed
) -> None:
    def put(each: Sealed):
        return lambda tx: (tx.records.put(each), append()(tx))

    works = [put(record("1")), put(bad), put(record("2"))]
    first, second, third = together(database.journal(), *works)
    assert isinstance(second, DatabaseUnavailable)
    assert second.__cause__ is None
    assert [first[1], third[1]] == [0, 1]
    assert records(database) == ["1", "2"]
    assert size_of_whole_log(database) == 2


def broken(
    database: Database, monkeypatch: pytest.MonkeyPatch, commit: Callable[[Link], None]
) -> list[Any]:
    """Offer three works while commits go wrong, then one that must succeed; return the three."""

    async def run() -> list[Any]:
        journal = database.journal()
        await journal.start()
        with monkeypatch.context() as patch:
            patch.setattr(Link, "commit", commit)
            writes = (journal.write(append(i)) for i in range(3))
            results = await asyncio.gather(*writes, return_exceptions=True)
        assert isinstance(await journal.write(append(9)), int)
        await journal.close()
        return results

    return asyncio.run(run())


def test_a_commit_that_did_not_happen_is_told_and_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(link: Link) -> None:
        raise link.engine.dialect.loaded_dbapi.OperationalError

    results = broken(database, monkeypatch, fail)
    assert [type(each) for each in results] == [DatabaseUnavailable] * 3
    assert size_of_whole_log(database) == 1


def test_a_commit_whose_reply_was_lost_is_not_done_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Link.commit

    def lose_the_reply(link: Link) -> None:
        commit(link)
        raise link.engine.dialect.loaded_dbapi.OperationalError

    results = broken(database, monkeypatch, lose_the_reply)
    assert [type(each) for each in results] == [DatabaseUnavailable] * 3
    assert size_of_whole_log(database) == 4


def test_a_defect_in_the_journal_leaves_nobody_waiting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(link: Link) -> None:
        raise RuntimeError

    results = broken(database, monkeypatch, defect)
    assert [type(each) for each in results] == [LogUnavailable] * 3
    assert size_of_whole_log(database) == 1


def test_a_statement_that_the_database_refuses_fails_its_work_alone(database: Database) -> None:
    def refused(tx: SqlTransaction) -> None:
        append(99)(tx)
        tx.records._pending.direct().exec_driver_sql("SELECT * FROM nowhere")

    results = together(database.journal(), append(0), refused, append(1))
    assert [results[0], type(results[1]), results[2]] == [0, DatabaseUnavailable, 1]
    assert size_of_whole_log(database) == 2


def test_a_connection_that_died_is_replaced(postgres_database: Database) -> None:
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    async def run() -> list[int]:
        journal = postgres_database.journal()
        await journal.start()
        written = [await journal.write(append(0))]
        postgres_database.execute(kill)
        written.append(await journal.write(append(1)))
        await journal.close()
        return written

    assert asyncio.run(run()) == [0, 1]
    assert size_of_whole_log(postgres_database) == 2


def test_a_connection_that_dies_in_the_middle_fails_what_it_held(
    postgres_database: Database,
) -> None:
    def die(tx: SqlTransaction) -> None:
        append(99)(tx)
        tx.records._pending.direct().exec_driver_sql(
            "SELECT pg_terminate_backend(pg_backend_pid())"
        )

    async def run() -> list[Any]:
        journal = postgres_database.journal()
        await journal.start()
        writes = (journal.write(work) for work in (append(0), die, append(1)))
        results = await asyncio.gather(*writes, return_exceptions=True)
        results.append(await journal.write(append(2)))
        await journal.close()
        return results

    results = asyncio.run(run())
    assert isinstance(results[1], DatabaseUnavailable)
    done = [each for each in results if isinstance(each, int)]
    assert done == list(range(size_of_whole_log(postgres_database)))


def test_a_full_disk_refuses_and_leaves_nothing_half_done(sqlite_database: Database) -> None:
    journal = sqlite_database.journal()
    limit = "PRAGMA max_page_count = 60"
    event.listen(journal._engine, "connect", lambda driver, _: driver.execute(limit).fetchall())

    def put(number: int):
        def work(tx: SqlTransaction) -> int:
            tx.records.put(replace(record(str(number)), body=bytes(3000)))
            return append(number)(tx)

        return work

    results = [
        each for i in range(30) for each in together(journal, *map(put, range(4 * i, 4 * i + 4)))
    ]
    written = [each for each in results if isinstance(each, int)]
    assert {type(each) for each in results} == {int, DatabaseUnavailable}
    assert written == list(range(len(written)))
    assert size_of_whole_log(sqlite_database) == len(written) == len(records(sqlite_database))


def test_a_read_only_database_refuses(sqlite_database: Database) -> None:
    journal = sqlite_database.journal()
    event.listen(
        journal._engine, "connect", lambda driver, _: driver.execute("PRAGMA query_only=1")
    )
    with pytest.raises(DatabaseUnavailable), journal.transaction() as tx:
        append()(tx)


def test_a_missing_database_is_not_made_anew(tmp_path: Path) -> None:
    journal = SqlJournal(f"sqlite:///{tmp_path}/none.db", SIGNER, 8)
    with pytest.raises(DatabaseUnavailable):
        asyncio.run(journal.start())
    with pytest.raises(DatabaseUnavailable), journal.reader.snapshot():
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_a_log_is_not_written(database: Database) -> None:
    database.execute("DELETE FROM head")
    with pytest.raises(DatabaseUnavailable), database.journal().transaction():
        pass


# the waiting line


def test_when_too_many_wait_the_next_is_refused(sqlite_database: Database) -> None:
    async def run() -> list[Any]:
        journal, free = sqlite_database.journal(max_waiting=2), threading.Event()
        started = asyncio.Event()
        loop = asyncio.get_running_loop()

        def hold(tx: SqlTransaction) -> int:
            loop.call_soon_threadsafe(started.set)
            free.wait(10)
            return append()(tx)

        await journal.start()
        first = asyncio.create_task(journal.write(hold))
        await started.wait()
        others = [asyncio.create_task(journal.write(append(i))) for i in range(4)]
        await asyncio.sleep(0)
        free.set()
        results = await asyncio.gather(first, *others, return_exceptions=True)
        await journal.close()
        return results

    results = asyncio.run(run())
    assert results[:3] == [0, 1, 2]
    assert [type(each) for each in results[3:]] == [Overloaded] * 2


def test_a_journal_that_is_not_open_takes_nothing(sqlite_database: Database) -> None:
    async def run() -> None:
        journal = sqlite_database.journal()
        with pytest.raises(LogUnavailable):
            await journal.write(append())
        await journal.start()
        await journal.close()
        await journal.close()
        with pytest.raises(LogUnavailable):
            await journal.write(append())

    asyncio.run(run())


def test_what_waits_when_the_journal_closes_is_written(sqlite_database: Database) -> None:
    async def run() -> list[int]:
        journal = sqlite_database.journal()
        await journal.start()
        writes = [asyncio.create_task(journal.write(append(i))) for i in range(20)]
        await asyncio.sleep(0)
        await journal.close()
        return await asyncio.gather(*writes)

    assert asyncio.run(run()) == list(range(20))


def test_whoever_stops_waiting_disturbs_nobody(sqlite_database: Database) -> None:
    async def run() -> int:
        journal = sqlite_database.journal()
        await journal.start()
        leaving = asyncio.create_task(journal.write(append(0)))
        staying = asyncio.create_task(journal.write(append(1)))
        await asyncio.sleep(0)
        leaving.cancel()
        index = await staying
        await journal.close()
        return index

    assert asyncio.run(run()) == 1
    assert size_of_whole_log(sqlite_database) == 2


def test_a_loop_that_ended_stops_nobody_elses_results(sqlite_database: Database) -> None:
    journal = sqlite_database.journal()
    asyncio.run(journal.start())
    gone = asyncio.new_event_loop()
    lost: asyncio.Future[int] = gone.create_future()
    gone.close()
    journal._queue.put(_Job(append(0), lost))

    async def run() -> int:
        index = await journal.write(append(1))
        await journal.close()
        return index

    assert asyncio.run(run()) == 1


# what must be gone is gone from the disk


def test_an_erased_person_is_in_no_file_of_the_database(sqlite_database: Database) -> None:
    vault, journal = Vault(MemoryCustodian()), sqlite_database.journal()
    place = Place(Region.EU, Purpose.ASSIST, ANN, "the record", "transcript")

    async def run() -> tuple[bytes, bytes]:
        await journal.start()
        life = Lifetime(NOON, timedelta(days=1))
        await journal.write(lambda tx: vault.seal(tx, place, ConversationRef("c"), b"body", life))

        def look(tx: SqlTransaction) -> tuple[bytes, bytes]:
            key = tx.keys.get(Region.EU, Purpose.ASSIST, ANN)
            assert key is not None
            return key.wrapped, tx.records.of(ANN)[0].body

        held = await journal.write(look)
        assert all(sum(file.count(each) for file in files()) for each in held)
        erased = await journal.write(lambda tx: erase(tx, vault, ANN, NOON, "p"))
        assert not any(file.count(held[0]) for file in files())
        await journal.write(lambda tx: remove(tx, erased.entry, NOON, "p"))
        assert not any(file.count(each) for file in files() for each in held)
        await journal.close()
        return held

    def files() -> list[bytes]:
        folder = Path(str(make_url(sqlite_database.url).database)).parent
        return [file.read_bytes() for file in folder.iterdir()]

    asyncio.run(run())


def test_a_reader_delays_the_cut_of_the_write_ahead_log_to_a_later_commit(
    sqlite_database: Database,
) -> None:
    journal = sqlite_database.journal()

    def size(file: Path) -> int:
        return file.stat().st_size

    wal = Path(f"{make_url(sqlite_database.url).database}-wal")

    async def run() -> None:
        await journal.start()
        await journal.write(lambda tx: tx.records.put(record("1")))
        with journal.reader.snapshot() as snapshot:
            assert snapshot.kept()
            await journal.write(lambda tx: tx.records.remove(ANN, 2**31 - 1, 100))
            assert size(wal) > 0
        await journal.write(append())
        assert size(wal) == 0
        await journal.close()

    asyncio.run(run())


# several processes share what they know


def test_a_key_destroyed_elsewhere_is_not_used_again(database: Database) -> None:
    vault, journal = Vault(MemoryCustodian()), database.journal()
    life = Lifetime(NOON, timedelta(days=1))

    def seal(name: str):
        place = Place(Region.EU, Purpose.ASSIST, ANN, name, "transcript")
        return lambda tx: vault.seal(tx, place, ConversationRef("c"), b"body", life)

    async def run() -> None:
        await journal.start()
        await journal.write(seal("1"))
        await journal.write(seal("2"))
        with database.journal().transaction() as tx:  # as another process would
            erase(tx, vault, ANN, NOON, "p")
        await journal.write(seal("3"))
        await journal.close()

    asyncio.run(run())
    with database.journal().transaction() as tx:
        (left,) = tx.records.of(ANN)
        assert Vault(MemoryCustodian()).open(tx, left, NOON) == b"body"


def test_a_log_signed_by_another_key_is_not_extended(database: Database) -> None:
    journal = SqlJournal(database.url, Signer(SIGNER.name, bytes(31) + b"x"), 8)
    with pytest.raises(LogCorrupt), journal.transaction():
        pass
    other = SqlJournal(database.url, Signer("another", bytes(range(32))), 8)
    with pytest.raises(LogCorrupt), other.transaction():
        pass
