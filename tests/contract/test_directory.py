"""What a process remembers of the directory, and when it asks again."""

# ruff: noqa: ASYNC110

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from privity.adapters import directory
from privity.adapters.directory import KnownResidences
from privity.adapters.sql.journal import SqlJournal
from privity.errors import DatabaseUnavailable
from privity.model.words import Region, SubjectRef
from tests.conftest import Database
from tests.homes import NOON

ANN, BOB = SubjectRef("ann"), SubjectRef("bob")
EU, US = Region.EU, Region.US


def asking(
    database: Database, work: Callable[[KnownResidences, SqlJournal], Awaitable[None]]
) -> None:
    """Do something with a directory whose journal is open."""

    async def run() -> None:
        journal = database.journal()
        await journal.start()
        known = KnownResidences(journal, None, "p", lambda: NOON)
        following = asyncio.create_task(known.follow())
        await asyncio.sleep(0)
        try:
            await work(known, journal)
        finally:
            following.cancel()
            await journal.close()

    asyncio.run(run())


def change(database: Database, subject: SubjectRef, region: Region) -> None:
    """Another process changes where somebody lives."""
    with database.journal().transaction() as tx:
        tx.residences.put(subject, region, NOON)


def test_the_first_region_stands_for_every_process(database: Database) -> None:
    async def work(known: KnownResidences, journal: SqlJournal) -> None:
        other = KnownResidences(journal, None, "p", lambda: NOON)
        assert await known.region_of(ANN) is None
        assert await known.settle(ANN, EU) is EU
        assert await other.settle(ANN, US) is EU
        assert await other.region_of(ANN) is EU

    asking(database, work)


def test_a_change_is_known_after_the_next_look(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "EVERY_SECONDS", 0.01)

    async def work(known: KnownResidences, journal: SqlJournal) -> None:
        del journal
        await known.settle(ANN, EU)
        await asyncio.to_thread(change, sqlite_database, ANN, US)
        async with asyncio.timeout(20):
            while await known.region_of(ANN) is not US:
                await asyncio.sleep(0.01)

    asking(sqlite_database, work)


def test_who_is_forgotten_is_asked_for_at_once(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "EVERY_SECONDS", 3600)

    async def work(known: KnownResidences, journal: SqlJournal) -> None:
        del journal
        async with asyncio.timeout(20):
            while known._epoch < 0:
                await asyncio.sleep(0.01)
        await known.settle(ANN, EU)
        await asyncio.to_thread(change, sqlite_database, ANN, US)
        assert await known.region_of(ANN) is EU
        known.forget(ANN)
        assert await known.region_of(ANN) is US

    asking(sqlite_database, work)


def test_only_so_many_are_remembered(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MOST", 3)

    async def work(known: KnownResidences, journal: SqlJournal) -> None:
        del journal
        for number in range(9):
            await known.settle(SubjectRef(str(number)), EU)
        assert len(known._known) <= 3
        assert await known.region_of(SubjectRef("0")) is EU

    asking(sqlite_database, work)


def test_without_the_database_nobody_is_placed_by_guess(tmp_path: Path) -> None:
    missing = Database("sqlite", f"sqlite:///{tmp_path / 'missing.db'}")
    known = KnownResidences(missing.journal(), None, "p", lambda: NOON)
    with pytest.raises(DatabaseUnavailable):
        known._read()
