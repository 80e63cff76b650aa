"""Training of staff: what counts, until when, and the figure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privity.access.accounts import Account, State
from privity.access.staff import Role, StaffId
from privity.errors import BadInput
from privity.governance.training import (
    YEARLY,
    Course,
    CourseId,
    Curriculum,
    Edition,
    Figure,
    Owing,
    Question,
    Sort,
    Taken,
    Trained,
    figure,
    standings,
    verdict,
    wrong_answers,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ADA = StaffId("ada")
BASICS = Course(
    CourseId("basics"),
    "Basics",
    Sort.COURSE,
    Edition(2, 0),
    frozenset(),
    "Text",
    (Question("Which?", ("this", "that"), 1, "That."),),
    None,
    "digest",
)
READING = replace(BASICS, id=CourseId("reading"), roles=frozenset({Role.REVIEWER}))
BOTH = Curriculum((BASICS, READING))
REVIEWER, SALES = frozenset({Role.REVIEWER}), frozenset({Role.SALES})


def took(course: Course, at: datetime, edition: Edition | None = None) -> Taken:
    return Taken(ADA, course.id, edition or course.edition, course.digest, at)


def account(state: State = State.ACTIVE, made_at: datetime = NOW - YEARLY) -> Account:
    nowhere = frozenset()
    return Account(ADA, "Ada", "ada@example.org", SALES, nowhere, state, "", NOW, made_at)


def test_who_took_everything_is_trained_until_the_first_lapses() -> None:
    taken = (took(BASICS, NOW - 10 * DAY), took(READING, NOW - 20 * DAY))
    assert verdict(BOTH, REVIEWER, taken, NOW) == Trained(NOW - 20 * DAY + YEARLY)


def test_who_owes_one_course_is_not_trained() -> None:
    assert verdict(BOTH, REVIEWER, (took(BASICS, NOW),), NOW) == Owing((READING.id,))


def test_a_course_is_asked_of_its_roles_only() -> None:
    assert isinstance(verdict(BOTH, SALES, (took(BASICS, NOW),), NOW), Trained)


def test_where_nothing_is_asked_nobody_is_trained() -> None:
    assert verdict(Curriculum(()), SALES, (), NOW) == Owing(())


@given(st.integers(min_value=-800, max_value=800), st.integers(min_value=1, max_value=700))
def test_training_counts_from_its_day_until_its_end_and_not_before_or_after(
    days: int, length: int
) -> None:
    rule = Curriculum((BASICS,), timedelta(days=length))
    found = verdict(rule, SALES, (took(BASICS, NOW - days * DAY),), NOW)
    assert isinstance(found, Trained) == (0 <= days < length)


def test_a_new_major_version_asks_again() -> None:
    old = (took(BASICS, NOW - DAY, Edition(1, 9)),)
    assert verdict(Curriculum((BASICS,)), SALES, old, NOW) == Owing((BASICS.id,))


def test_a_new_minor_version_does_not() -> None:
    newer = replace(BASICS, edition=Edition(2, 7))
    assert isinstance(verdict(Curriculum((newer,)), SALES, (took(BASICS, NOW),), NOW), Trained)


def test_until_a_new_major_version_is_due_the_old_one_counts() -> None:
    newer = replace(BASICS, edition=Edition(3, 0), due=NOW + DAY)
    old = (took(BASICS, NOW - DAY),)
    assert verdict(Curriculum((newer,)), SALES, old, NOW) == Trained(NOW + DAY)
    assert verdict(Curriculum((newer,)), SALES, old, NOW + DAY) == Owing((BASICS.id,))


def test_every_wrong_or_missing_answer_is_one() -> None:
    assert wrong_answers(BASICS, {0: "1"}) == ()
    assert wrong_answers(BASICS, {0: "0"}) == (0,)
    assert wrong_answers(BASICS, {}) == (0,)


def test_the_figure_is_a_hundred_only_where_it_is_everybody() -> None:
    trained = account()
    owing = replace(trained, id=StaffId("bob"))
    rule, taken = Curriculum((BASICS,)), (took(BASICS, NOW),)
    assert figure(standings(rule, (trained,), taken, NOW), NOW).percent == 100
    found = figure(standings(rule, (trained, owing), taken, NOW), NOW)
    assert found == Figure(staff=2, trained=1, overdue=1)
    assert found.percent == 50


def test_who_has_no_account_in_use_is_not_counted() -> None:
    gone = tuple(account(state) for state in State if state is not State.ACTIVE)
    assert figure(standings(BOTH, gone, (), NOW), NOW) == Figure(0, 0, 0)


def test_a_newcomer_has_thirty_days() -> None:
    for age, late in ((29, False), (30, True)):
        (found,) = standings(BOTH, (account(made_at=NOW - age * DAY),), (), NOW)
        assert found.overdue(NOW) == late


def test_a_course_that_is_not_there_is_not_found() -> None:
    with pytest.raises(BadInput):
        BOTH.find("other")
