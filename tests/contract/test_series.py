"""Counts over time: shared by processes, and gone when they are old."""

from datetime import UTC, datetime, timedelta

from privity.adapters.sql.series_stores import series_since
from privity.console.series import Bucket, Span, note, start_of
from tests.conftest import Database

NOW = datetime(2026, 1, 5, 9, 30, 20, tzinfo=UTC)
MINUTE = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
HOUR = datetime(2026, 1, 5, 9, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def noted(database: Database, at: datetime, **counts: float) -> None:
    with database.journal().transaction() as tx:
        note(tx, at, counts)


def seen(database: Database, span: Span) -> tuple[Bucket, ...]:
    with database.journal().reader.snapshot() as snapshot:
        return series_since(snapshot.connection, span, LONG_AGO)


def test_what_two_processes_count_in_a_minute_is_added_up(database: Database) -> None:
    noted(database, NOW, ended=2, refused=1)
    noted(database, NOW + timedelta(seconds=5), ended=3, found=1)
    noted(database, NOW + timedelta(minutes=2), ended=1)
    assert seen(database, Span.MINUTE) == (
        Bucket(MINUTE, {"ended": 5, "refused": 1, "found": 1}),
        Bucket(MINUTE + timedelta(minutes=2), {"ended": 1}),
    )
    assert seen(database, Span.HOUR) == (Bucket(HOUR, {"ended": 6, "refused": 1, "found": 1}),)


def test_a_level_is_the_highest_that_anybody_saw(database: Database) -> None:
    for level in (2, 7, 3):
        noted(database, NOW, **{"=overdue": level})
    assert seen(database, Span.HOUR)[0].counts == {"=overdue": 7}


def test_minutes_go_after_a_day_and_hours_after_a_month(database: Database) -> None:
    noted(database, NOW - timedelta(days=40), ended=1)
    noted(database, NOW - timedelta(days=2), ended=1)
    noted(database, NOW, ended=1)
    assert [each.start for each in seen(database, Span.MINUTE)] == [MINUTE]
    assert len(seen(database, Span.HOUR)) == 2


def test_a_stretch_begins_at_the_same_time_for_everybody() -> None:
    assert start_of(NOW, timedelta(minutes=15)) == MINUTE
    assert start_of(NOW, timedelta(hours=12)) == datetime(2026, 1, 5, tzinfo=UTC)
