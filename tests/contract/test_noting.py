"""What a process counts is written down once, in names that the figures know."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from privity.adapters import home as homes
from privity.adapters.counters import SharedCounters
from privity.adapters.noting import Noting, counted
from privity.adapters.sql.series_stores import series_since
from privity.console.series import Counts, Span
from privity.console.staff.figures import (
    ANSWERED,
    CAME,
    FOUND,
    HELD,
    LEFT,
    RECORDS_LATE,
    REFUSED,
    REQUESTS_LATE,
    quantile,
    total,
    whole,
)
from privity.errors import LogUnavailable
from privity.gateway.report import Line
from privity.minimize.measure import Weight
from privity.model.words import Category, Treatment
from privity.settings import load
from tests.homes import make

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> homes.Home:
    return homes.open_home(load(make(tmp_path / "home").home))


def work(counters: SharedCounters) -> None:
    counters.minimized({(Category.NAME, Treatment.PSEUDONYMIZE): 2})
    counters.minimized({(Category.NAME, Treatment.KEEP): 1})
    counters.weighed(Weight(40, 4))
    counters.refused("overloaded")
    counters.ended("ok")
    counters.added(0.0015)


def after(home: homes.Home, doing: Callable[[], Awaitable[None]]) -> Counts:
    """Do something while the journal is open; return everything that was written down."""

    async def run() -> None:
        await home.journal.start()
        try:
            await doing()
        finally:
            await home.journal.close()

    asyncio.run(run())
    with home.journal.reader.snapshot() as snapshot:
        return whole(series_since(snapshot.connection, Span.MINUTE, LONG_AGO))


def test_the_figures_know_every_name_that_is_written(home: homes.Home) -> None:
    counters = SharedCounters()
    noting = Noting((home,), counters, lambda: NOW)
    work(counters)
    seen = after(home, noting.note)
    assert (seen[f"{FOUND}{Category.NAME}"], seen[CAME], seen[LEFT]) == (3, 40, 4)
    assert (seen[ANSWERED], total(seen, REFUSED), total(seen, HELD)) == (1, 1, 1)
    assert (seen[RECORDS_LATE], seen[REQUESTS_LATE]) == (0, 0)
    assert 1.0 < (quantile(seen, 0.5) or 0) < 2.0


def test_what_was_written_is_not_written_again(home: homes.Home) -> None:
    counters = SharedCounters()
    noting = Noting((home,), counters, lambda: NOW)

    async def twice() -> None:
        work(counters)
        await noting.note()
        await noting.note()
        counters.ended("ok")
        await noting.note()

    assert after(home, twice)[ANSWERED] == 2


def test_what_was_counted_before_this_process_is_not_its_own(home: homes.Home) -> None:
    counters = SharedCounters()
    work(counters)
    noting = Noting((home,), counters, lambda: NOW)
    assert ANSWERED not in after(home, noting.note)


def test_what_could_not_be_written_is_written_later(home: homes.Home) -> None:
    counters = SharedCounters()
    noting = Noting((home,), counters, lambda: NOW)
    work(counters)
    with pytest.raises(LogUnavailable):
        asyncio.run(noting.note())
    assert after(home, noting.note)[ANSWERED] == 1


def test_the_last_counts_are_written_when_the_server_ends(home: homes.Home) -> None:
    counters = SharedCounters()
    noting = Noting((home,), counters, lambda: NOW)
    told: list[Line] = []

    async def served() -> None:
        task = asyncio.create_task(noting.keep_noting(lambda line, _: told.append(line)))
        await asyncio.sleep(0)
        work(counters)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert after(home, served)[ANSWERED] == 1
    assert told == []


def test_only_what_was_counted_has_a_number_above_nothing() -> None:
    assert set(counted(SharedCounters()).values()) == {0.0}
