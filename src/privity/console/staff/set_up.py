"""The set-up checklist: what the policy promises and what it stands on, with what to do next.

What is listed is said elsewhere, once: the sentences are those of the policy, with the evidence of
their clauses; the parts are those that `privity doctor` checks.

Invariants: what nobody has seen hold is not called enforced; whatever is not enforced comes with
what to do, or says that there is nothing to do yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from starlette.responses import Response
from starlette.routing import Route

from privity.access.desk import Acting, Refusal, Wish
from privity.access.staff import Action, Kind, Thing
from privity.console.pages import number
from privity.console.people.published import Checked
from privity.console.staff.navigation import Group, Section, to
from privity.console.staff.rendering import ROOT
from privity.console.staff.sights import Looked
from privity.console.staff.site import Site, StaffRequest, form, page
from privity.governance.checks import Finding, Grade
from privity.model.words import Language, Purpose
from privity.policy.evidence import Broken, Evidence, Result
from privity.policy.notice import items, lead
from privity.policy.publish import closing

PATH = f"{ROOT}/set-up"
SETUP = Wish(Action.SEE_EVIDENCE, Thing(Kind.EVIDENCE, "set-up"), Purpose.SECURITY)
SECTIONS = (
    Section(
        PATH,
        "Set-up",
        Group.TODAY,
        to(SETUP),
        "Each promise: enforced, configured, to do or missing, and what to do next.",
        "setup checklist doctor production promises todo health",
    ),
)
_SHOWN_KINDS = 6


class State(StrEnum):
    """How a promise stands here. `tone`: how it is shown."""

    tone: str

    def __new__(cls, value: str, tone: str) -> State:  # noqa: PYI034 - as in StrEnum
        """Make a member with its tone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone
        return member

    ENFORCED = "enforced", "good"
    CONFIGURED = "configured", "off"
    TO_DO = "to do", "warn"
    MISSING = "missing", "bad"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the checklist: `promises` are ids of ours that need it."""

    state: State
    sentence: str
    detail: str
    todo: str
    promises: tuple[str, ...]


def routes(site: Site) -> list[Route]:
    """Return the page, and the form that looks again."""

    async def shown(asked: StaffRequest) -> Response:
        return await _page(site, asked, again=False)

    async def again(asked: StaffRequest) -> Response:
        return await _page(site, asked, again=True)

    return [page(site, PATH, shown), form(site, PATH, again)]


async def _page(site: Site, asked: StaffRequest, *, again: bool) -> Response:
    def may(acting: Acting) -> Refusal | bool:
        return acting.refused(SETUP) or True

    await site.act(asked, may)
    looked, checked = await site.sights.setup(again=again), await site.sights.evidence()
    said, parts = sentences(checked), of_parts(looked)
    values = {
        "looked": looked.at,
        "said": said,
        "well": tuple(each for each in parts if not each.todo),
        "next": tuple(each for each in (*broken(said), *parts) if each.todo),
        "counts": {state: sum(each.state is state for each in (*said, *parts)) for state in State},
    }
    return await site.page("set_up.html", asked, values)


def sentences(checked: Checked) -> tuple[Item, ...]:
    """Return every sentence of the policy as its evidence has it."""
    return tuple(_sentence(proof, result) for proof, result in checked.results)


def broken(said: Sequence[Item]) -> tuple[Item, ...]:
    """Return the sentences that do not hold."""
    return tuple(each for each in said if each.state is State.MISSING)


def of_parts(looked: Looked) -> tuple[Item, ...]:
    """Return every part as its check found it, the worst first."""
    found = [_part(finding) for finding in looked.findings]
    order = (State.MISSING, State.TO_DO, State.ENFORCED)
    return tuple(sorted(found, key=lambda item: order.index(item.state)))


def _part(finding: Finding) -> Item:
    about, verdict = finding.about, finding.verdict
    where = "" if finding.region is None else f" (region {finding.region.value})"
    state = _graded(finding.grade)
    return Item(state, about.sentence + where, verdict.detail, verdict.remedy, about.promises)


def _graded(grade: Grade) -> State:
    match grade:
        case Grade.WELL:
            return State.ENFORCED
        case Grade.ADVICE:
            return State.TO_DO
        case Grade.WRONG:
            return State.MISSING
        case _:
            assert_never(grade)


def _sentence(proof: Evidence, result: Result) -> Item:
    text = _said(proof)
    if isinstance(result, Broken):
        todo = "Look in the log for what broke it: `privity policy evidence` names the query."
        return Item(State.MISSING, text, f"broken {result.count} times", todo, ())
    if result.examined:
        held = f"held {number(result.examined)} times"
        return Item(State.ENFORCED, text, held, "", ())
    return Item(State.CONFIGURED, text, "not yet", "", ())


def _said(proof: Evidence) -> str:
    """Return the sentence that evidence is of."""
    clause = proof.clause
    if clause is None:
        return closing(Language.EN)[0]
    kinds = items(clause, Language.EN)
    more = f" and {len(kinds) - _SHOWN_KINDS} more" if len(kinds) > _SHOWN_KINDS else ""
    listed = f": {', '.join(kinds[:_SHOWN_KINDS])}{more}" if kinds else ""
    return f"{lead(clause, Language.EN)}{listed}."
