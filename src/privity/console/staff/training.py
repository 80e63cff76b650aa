"""Training: what one owes, reading it, its test; and for who answers for it, how everybody stands.

Invariants: a test is marked here and its right answers are in no page before it was taken; whoever
owes a course reads it whenever they like, as what is closed to them is data of people only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response
from starlette.routing import Route

from privity.access.desk import Acting, Refusal, Wish
from privity.access.staff import Action, Kind, Thing
from privity.console.people.visitor import Form
from privity.console.staff.navigation import Group, Section, may, to
from privity.console.staff.ports import StaffStore
from privity.console.staff.prose import prose
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Site, StaffRequest, back_to, form, page
from privity.governance.learning import Mistakes, Test, take, wish
from privity.governance.training import (
    Course,
    Figure,
    Standing,
    Taken,
    Trained,
    Verdict,
    figure,
    standings,
    until,
    verdict,
)
from privity.model.words import Purpose

PATH = f"{ROOT}/training"
MANAGE = Wish(Action.MANAGE_COURSE, Thing(Kind.COURSE, "any"), Purpose.SECURITY)


async def _waiting(site: Site, asked: StaffRequest) -> str:
    """Say how many courses somebody has to take."""
    sheet = await site.act_in(asked, lambda acting, tx: _sheet(site, acting, tx))
    owed = sum(not each.counts for each in sheet.courses)
    if not owed:
        return ""
    many = "1 course" if owed == 1 else f"{owed} courses"
    return f"{many} to take; until then data of people are closed"


SECTIONS = (
    Section(
        PATH,
        "Training",
        Group.OWN,
        to(wish("any")),
        "The courses that you owe, and how the staff stand with theirs.",
        "course courses test learn lapsed attestation phishing",
        waits=_waiting,
    ),
)


@dataclass(frozen=True, slots=True)
class Owned:
    """A course that is asked of somebody, when they took it and until when it counts."""

    course: Course
    taken: Taken | None
    until: datetime | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Everybody:
    """How the staff stand."""

    figure: Figure
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page of training shows. `everybody`: for who answers for it."""

    verdict: Verdict
    courses: tuple[Owned, ...]
    everybody: Everybody | None

    @property
    def trained(self) -> bool:
        """Whether nothing is owed."""
        return isinstance(self.verdict, Trained)


def routes(site: Site) -> list[Route]:
    """Return the pages of training, and the form of a test."""

    async def listed(asked: StaffRequest) -> Response:
        sheet = await site.act_in(asked, lambda acting, tx: _sheet(site, acting, tx))
        return await site.page("training.html", asked, {"sheet": sheet})

    async def shown(asked: StaffRequest) -> Response:
        def look(acting: Acting, tx: StaffStore) -> Refusal | Owned:
            refusal = acting.refused(wish(asked.named["id"]))
            return refusal or _owned(site, acting, tx, site.curriculum.find(asked.named["id"]))

        return await _course(site, asked, await site.act_in(asked, look), None)

    async def answer(asked: StaffRequest) -> Response:
        test = _test(site, asked)

        def do(acting: Acting, tx: StaffStore) -> Refusal | Taken | Mistakes:
            return take(acting, tx.trainings, site.curriculum, test)

        done: Taken | Mistakes = await site.act_in(asked, do)
        if isinstance(done, Taken):
            return back_to(PATH)
        course = site.curriculum.find(test.course)
        return await _course(site, asked, Owned(course, None, None, counts=False), done)

    return [
        page(site, PATH, listed),
        page(site, f"{PATH}/{{id}}", shown),
        form(site, f"{PATH}/{{id}}", answer),
    ]


async def _course(
    site: Site, asked: StaffRequest, owned: Owned, mistakes: Mistakes | None
) -> Response:
    values = {
        "owned": owned,
        "text": prose(owned.course.text),
        "path": f"{PATH}/{owned.course.id}",
        "wrong": () if mistakes is None else mistakes.places,
        "chosen": _answers(owned.course, asked.form),
    }
    return await site.page("course.html", asked, values)


def _sheet(site: Site, acting: Acting, tx: StaffStore) -> Refusal | Sheet:
    if refusal := acting.refused(wish("any")):
        return refusal
    by, now = acting.by.staff, acting.at.now
    mine = tx.trainings.of(by.id)
    owned = tuple(_owned(site, acting, tx, each) for each in site.curriculum.of(by.roles))
    everybody = None
    if may(acting, MANAGE):
        found = standings(site.curriculum, tx.accounts.all(), tx.trainings.all(), now)
        everybody = Everybody(figure(found, now), found)
    return Sheet(verdict(site.curriculum, by.roles, mine, now), owned, everybody)


def _owned(site: Site, acting: Acting, tx: StaffStore, course: Course) -> Owned:
    mine = {each.course: each for each in tx.trainings.of(acting.by.staff.id)}
    taken = mine.get(course.id)
    end = until(course, taken, site.curriculum.counts_for)
    return Owned(course, taken, end, counts=end is not None and end > acting.at.now)


def _test(site: Site, asked: StaffRequest) -> Test:
    course = site.curriculum.find(asked.named["id"])
    sent = asked.form
    attested = sent.one("attest") == "yes"
    return Test(course.id, sent.one("digest"), attested, _answers(course, sent))


def _answers(course: Course, sent: Form) -> dict[int, str]:
    return {place: sent.one(f"question-{place}") for place in range(len(course.questions))}
