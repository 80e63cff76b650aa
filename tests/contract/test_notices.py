"""Letters to staff, on SQLite and PostgreSQL: who is told, once, and how a letter ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from privity.access.accounts import Account, State, suspend
from privity.access.notices import Notice, note, to_officers
from privity.access.staff import Role, StaffId
from privity.adapters.mail.colleagues import settle
from privity.adapters.mail.smtp import Later, Never, Sent
from privity.adapters.sql.stores import SqlTransaction
from privity.governance.reminding import remind
from privity.governance.training import (
    YEARLY,
    Course,
    CourseId,
    Curriculum,
    Edition,
    Question,
    Sort,
    Taken,
)
from privity.rights.letters import LIFE
from tests.conftest import Database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ADA = Account(
    StaffId("ada"),
    "Ada",
    "ada@example.org",
    frozenset({Role.PRIVACY_OFFICER}),
    frozenset(),
    State.ACTIVE,
    "",
    NOW,
    NOW - YEARLY,
)
NOTE = note(Notice.READ, ADA.id, "g", NOW)
COURSE = Course(
    CourseId("basics"),
    "Basics",
    Sort.COURSE,
    Edition(1, 0),
    frozenset(),
    "Text",
    (Question("Which?", ("this", "that"), 1, "That."),),
    None,
    "digest",
)


@pytest.fixture
def tx(database: Database) -> Iterator[SqlTransaction]:
    with database.journal().transaction() as opened:
        yield opened


def test_every_privacy_officer_in_use_is_told_and_nobody_else() -> None:
    others = (
        replace(ADA, id=StaffId("bob"), roles=frozenset({Role.ADMINISTRATOR})),
        suspend(replace(ADA, id=StaffId("eve"))),
    )
    told = to_officers((ADA, *others), Notice.READ, "g", NOW)
    assert [each.account for each in told] == ["ada"]


def test_a_letter_that_is_claimed_is_nobody_elses_until_its_claim_ends(tx: SqlTransaction) -> None:
    tx.notes.add(NOTE)
    tx.notes.add(NOTE)
    later = NOW + DAY
    assert tx.notes.claim(NOW, later, 9) == (replace(NOTE, due=later, attempts=1),)
    assert tx.notes.claim(NOW, later, 9) == ()
    assert [each.attempts for each in tx.notes.claim(later, later + DAY, 9)] == [2]


@pytest.mark.parametrize(
    ("outcome", "after", "stays"),
    [
        (Sent(), timedelta(0), False),
        (Never("gone"), timedelta(0), False),
        (Later("connection"), timedelta(0), True),
        (Later("connection"), LIFE, False),
    ],
)
def test_a_letter_waits_until_it_is_sent_or_given_up(
    tx: SqlTransaction, outcome, after: timedelta, stays: bool
) -> None:
    tx.notes.add(NOTE)
    settle(tx, NOTE, outcome, NOW + after, "policy")
    assert bool(tx.notes.all()) == stays


def test_what_was_never_sent_is_swept(tx: SqlTransaction) -> None:
    tx.notes.add(NOTE)
    assert tx.notes.sweep(NOW) == 0
    assert tx.notes.sweep(NOW + DAY) == 1
    assert tx.notes.all() == ()


def test_staff_are_reminded_thirty_and_seven_days_before_the_end(tx: SqlTransaction) -> None:
    tx.accounts.put(ADA)
    tx.trainings.put(Taken(ADA.id, COURSE.id, COURSE.edition, COURSE.digest, NOW))
    end = NOW + YEARLY
    days = {
        left: remind(tx, Curriculum((COURSE,)), end - left * DAY) for left in (40, 30, 20, 7, 6)
    }
    assert days == {40: 0, 30: 1, 20: 0, 7: 1, 6: 0}
    assert {each.about for each in tx.notes.all()} == {end.date().isoformat()}


def test_who_owes_a_course_is_reminded_once_a_month(tx: SqlTransaction) -> None:
    tx.accounts.put(ADA)
    counts = [remind(tx, Curriculum((COURSE,)), NOW + days * DAY) for days in (0, 1, 30, 31, 32)]
    assert counts == [1, 0, 0, 1, 0]
