"""What staff took, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from privity.access.staff import StaffId
from privity.adapters.sql.stores import SqlTransaction
from privity.governance.training import CourseId, Edition, Taken
from tests.conftest import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TAKEN = Taken(StaffId("ada"), CourseId("basics"), Edition(2, 10), "digest", NOW)


@pytest.fixture
def tx(database: Database) -> Iterator[SqlTransaction]:
    with database.journal().transaction() as opened:
        yield opened


def test_what_was_taken_comes_back_as_it_was_put(tx: SqlTransaction) -> None:
    tx.trainings.put(TAKEN)
    assert tx.trainings.of(StaffId("ada")) == (TAKEN,)
    assert tx.trainings.of(StaffId("bob")) == ()


def test_taking_it_again_stands_in_the_place_of_the_first_time(tx: SqlTransaction) -> None:
    again = replace(TAKEN, edition=Edition(3, 0), digest="other", at=NOW + timedelta(days=300))
    tx.trainings.put(TAKEN)
    tx.trainings.put(again)
    assert tx.trainings.of(StaffId("ada")) == (again,)


def test_what_everybody_took_is_in_order(tx: SqlTransaction) -> None:
    other = replace(TAKEN, course=CourseId("a-course"))
    bobs = replace(TAKEN, account=StaffId("bob"))
    for each in (bobs, TAKEN, other):
        tx.trainings.put(each)
    assert tx.trainings.all() == (other, TAKEN, bobs)
