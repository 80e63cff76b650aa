"""Training of staff: what is asked of whom, what counts, and until when (promise U7).

A course is a text with a short test. Who answers every question rightly and says that they will act
accordingly has taken it, in that version. It counts for a time; a new major version asks anew, a
new minor one does not.

Invariants: who owes a course, or is asked for none at all, is not trained; a course taken in the
future does not count; what was taken names the exact text by its digest. Every function returns a
new value and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, Protocol, TypeAlias

from privity.access.accounts import Account, State
from privity.access.staff import Role, StaffId
from privity.errors import BadInput

CourseId = NewType("CourseId", str)
"""A short name of a course, which its folder has."""
YEARLY = timedelta(days=365)
SOON = timedelta(days=30)
"""How long before its end training is said to lapse soon, and how long newcomers may take."""


class Sort(StrEnum):
    """What kind of document it is."""

    COURSE = "course"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, order=True)
class Edition:
    """The version of a course: a change of the first number asks everybody again."""

    major: int
    minor: int

    def __str__(self) -> str:
        """Return it as it is written: `2.1`."""
        return f"{self.major}.{self.minor}"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `right`: the place of the right one among `choices`; `why`: what is so."""

    asks: str
    choices: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True, slots=True)
class Course:
    """A course or policy that staff take. `text` is Markdown; `digest`: of text and questions.

    `roles`: of whom it is asked; empty: of everybody. `due`: until then an older major version
    counts, too; None: it does not.
    """

    id: CourseId
    title: str
    sort: Sort
    edition: Edition
    roles: frozenset[Role]
    text: str
    questions: tuple[Question, ...]
    due: datetime | None
    digest: str


@dataclass(frozen=True, slots=True)
class Taken:
    """That somebody took a course, when, and which text it was."""

    account: StaffId
    course: CourseId
    edition: Edition
    digest: str
    at: datetime


class Trainings(Protocol):
    """What was taken, inside one transaction."""

    def put(self, taken: Taken) -> None:
        """Store that somebody took a course, in the place of when they took it before."""
        ...

    def of(self, account: StaffId) -> tuple[Taken, ...]:
        """Return what somebody took, in order of the courses' names."""
        ...

    def all(self) -> tuple[Taken, ...]:
        """Return what everybody took."""
        ...


@dataclass(frozen=True, slots=True)
class Curriculum:
    """Every course there is, and for how long one counts."""

    courses: tuple[Course, ...]
    counts_for: timedelta = YEARLY

    def of(self, roles: frozenset[Role]) -> tuple[Course, ...]:
        """Return what is asked of somebody with these roles."""
        return tuple(each for each in self.courses if not each.roles or each.roles & roles)

    def find(self, name: str) -> Course:
        """Return the course of a name. Raises BadInput."""
        for each in self.courses:
            if each.id == name:
                return each
        message = "there is no course of this name"
        raise BadInput(message)


@dataclass(frozen=True, slots=True)
class Trained:
    """Everything asked was taken, and counts until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Owing:
    """These courses were not taken, or count no more; empty: nothing is asked, which is no yes."""

    courses: tuple[CourseId, ...]


Verdict: TypeAlias = Trained | Owing


def until(course: Course, taken: Taken | None, counts_for: timedelta) -> datetime | None:
    """Return until when a course counts for who took it so; None: it was never taken."""
    if taken is None:
        return None
    end = taken.at + counts_for
    if taken.edition.major >= course.edition.major:
        return end
    return min(end, course.due) if course.due is not None else taken.at


def verdict(
    curriculum: Curriculum, roles: frozenset[Role], taken: Iterable[Taken], now: datetime
) -> Verdict:
    """Say whether somebody is trained now."""
    last = {each.course: each for each in taken if each.at <= now}
    ends: list[datetime] = []
    owing: list[CourseId] = []
    for course in curriculum.of(roles):
        end = until(course, last.get(course.id), curriculum.counts_for)
        if end is None or end <= now:
            owing.append(course.id)
        else:
            ends.append(end)
    return Trained(min(ends)) if ends and not owing else Owing(tuple(owing))


def wrong_answers(course: Course, answers: Mapping[int, str]) -> tuple[int, ...]:
    """Return the places of the questions whose answer (the place of a choice) is not right."""
    return tuple(
        place
        for place, question in enumerate(course.questions)
        if answers.get(place) != str(question.right)
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody of the staff stands with their training."""

    account: Account
    verdict: Verdict

    @property
    def trained(self) -> bool:
        """Whether they are trained now."""
        return isinstance(self.verdict, Trained)

    @property
    def until(self) -> str:
        """The day on which it lapses; empty for who is not trained."""
        return self.verdict.until.date().isoformat() if isinstance(self.verdict, Trained) else ""

    @property
    def owes(self) -> str:
        """The courses that are owed, by comma; empty for who is trained."""
        return "" if isinstance(self.verdict, Trained) else ",".join(self.verdict.courses)

    def lapses_soon(self, now: datetime) -> bool:
        """Say whether it lapses within thirty days."""
        return isinstance(self.verdict, Trained) and self.verdict.until - now < SOON

    def overdue(self, now: datetime) -> bool:
        """Say whether it is missing although there was time: a newcomer has thirty days."""
        late = now - self.account.made_at >= SOON
        return isinstance(self.verdict, Owing) and late


def standings(
    curriculum: Curriculum, accounts: Sequence[Account], taken: Iterable[Taken], now: datetime
) -> tuple[Standing, ...]:
    """Return how everybody stands whose account is in use, in the order of the accounts."""
    theirs: dict[StaffId, list[Taken]] = {}
    for each in taken:
        theirs.setdefault(each.account, []).append(each)
    return tuple(
        Standing(each, verdict(curriculum, each.roles, theirs.get(each.id, ()), now))
        for each in accounts
        if each.state is State.ACTIVE
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """How many of the staff are trained. `overdue`: those who had time and are not."""

    staff: int
    trained: int
    overdue: int

    @property
    def percent(self) -> int:
        """The share in whole percent, rounded down: 100 only where it is everybody."""
        return 100 * self.trained // self.staff if self.staff else 0


def figure(found: Sequence[Standing], now: datetime) -> Figure:
    """Return the figure that the promise is measured by."""
    trained = sum(each.trained for each in found)
    return Figure(len(found), trained, sum(each.overdue(now) for each in found))
