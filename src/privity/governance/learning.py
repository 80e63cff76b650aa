"""Taking a course: answering its test and saying that one will act accordingly.

Invariants: it is taken by who is signed in, for themselves; only a test without a mistake and with
the attestation counts; a try that failed is written, too, by the number of mistakes. What is
written says until when its owner is trained now, so that the log alone can be asked later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from privity.access.desk import Acting, Refusal, Wish
from privity.access.staff import Action, Kind, Role, StaffId, Thing
from privity.audit.entry import Event
from privity.errors import BadInput
from privity.governance.training import (
    CourseId,
    Curriculum,
    Taken,
    Trained,
    Trainings,
    verdict,
    wrong_answers,
)
from privity.model.words import Purpose


@dataclass(frozen=True, slots=True)
class Test:
    """What somebody sends. `answers`: the place of a choice for each place of a question.

    `digest`: of the text that they read; `attested`: they say that they will act accordingly.
    """

    course: CourseId
    digest: str
    attested: bool
    answers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The places of the questions that were not answered rightly."""

    places: tuple[int, ...]


def wish(course: str) -> Wish:
    """Return the wish to take a course."""
    return Wish(Action.TAKE_COURSE, Thing(Kind.COURSE, course), Purpose.SECURITY)


def take(
    acting: Acting, trainings: Trainings, curriculum: Curriculum, test: Test
) -> Taken | Mistakes | Refusal:
    """Take a course. Raises BadInput without the attestation, or for a text that has changed."""
    if refusal := acting.refused(wish(test.course)):
        return refusal
    course = curriculum.find(test.course)
    if not test.attested:
        message = "say that you have read it and will act accordingly"
        raise BadInput(message)
    if test.digest != course.digest:
        message = "the text has changed since you opened it; read it again"
        raise BadInput(message)
    said: dict[str, str | int] = {"course": course.id, "edition": str(course.edition)}
    if wrong := wrong_answers(course, test.answers):
        acting.write(Event.TRAINING_FAILED, {**said, "mistakes": len(wrong)})
        return Mistakes(wrong)
    by, now = acting.by.staff, acting.at.now
    taken = Taken(by.id, course.id, course.edition, course.digest, now)
    trainings.put(taken)
    until = Learned(trainings, curriculum, now).until(by.id, by.roles)
    acting.write(Event.TRAINING_TAKEN, {**said, "digest": course.digest[:16], "until": until})
    return taken


@dataclass(frozen=True, slots=True)
class Learned:
    """What staff have taken of what is asked, at a time."""

    trainings: Trainings
    curriculum: Curriculum
    now: datetime

    def until(self, account: StaffId, roles: frozenset[Role]) -> int:
        """Return until when somebody is trained for roles, in Unix seconds; 0: they are not."""
        stands = verdict(self.curriculum, roles, self.trainings.of(account), self.now)
        return int(stands.until.timestamp()) if isinstance(stands, Trained) else 0
