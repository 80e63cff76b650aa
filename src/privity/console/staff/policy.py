"""The policy in force as a page: its clauses, their words, their evidence; its versions; a trial.

Invariants: what is shown of a clause (its sentence, its evidence) is made from that clause and from
nothing else; what widens between two versions is what `policy.diff` says, which decides whether a
review is needed; a trial is answered by `policy.decide`, as a message is, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from privity.access.desk import Wish
from privity.access.staff import Action, Kind, Thing
from privity.console.people.published import Checked
from privity.console.staff.navigation import Group, Section, to
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Handler, Site, StaffRequest, page
from privity.errors import BadInput, PrivityError
from privity.model.policy import Policy
from privity.model.words import Category, Language, Purpose, Region
from privity.policy.diff import changes
from privity.policy.evidence import Evidence, Result
from privity.policy.notice import CLOSING, Topic, period_words, say, topic
from privity.policy.publish import heading
from privity.policy.simulate import Case, processors, simulate
from privity.policy.versions import Version, differences, in_force, upcoming

PATH = f"{ROOT}/policy"
SEE = Wish(Action.SEE_POLICY, Thing(Kind.POLICY, "policy"), Purpose.SECURITY)
SECTIONS = (
    Section(
        PATH,
        "Policy",
        Group.PROMISES,
        to(SEE),
        "What people are promised, clause by clause, with the evidence that it holds.",
        "notice clauses versions diff review simulator evidence retention",
    ),
)
_SHORT = 16
_CHOSEN = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Row:
    """A clause: its practice, its kind, its sentence, and what its evidence says (None: unread)."""

    practice: str
    kind: str
    sentence: str
    evidence: Evidence
    result: Result | None


def routes(site: Site) -> list[Route]:
    """Return the pages of the policy."""

    async def versions(asked: StaffRequest) -> Response:
        await _allowed(site, asked)
        known = site.sources.policies.versions()
        values = {
            "versions": tuple(reversed(known)),
            "held": in_force(known, asked.now),
            "adopted": await site.sources.policies.adopted(),
            "short": _SHORT,
            "compared": _compared(known, asked.query),
        }
        return await site.page("policy_versions.html", asked, values)

    return [
        page(site, PATH, _showing(site)),
        page(site, f"{PATH}/versions", versions),
        page(site, f"{PATH}/try", _trying(site)),
    ]


async def _allowed(site: Site, asked: StaffRequest) -> None:
    """Raise what the rules refuse."""
    await site.act(asked, lambda acting: acting.refused(SEE) or True)


def _showing(site: Site) -> Handler:
    async def show(asked: StaffRequest) -> Response:
        await _allowed(site, asked)
        checked = await _checked(site)
        policy = site.view.policy
        known = site.sources.policies.versions()
        values = {
            "policy": policy,
            "parts": _parts(policy, checked),
            "checked": checked,
            "version": in_force(known, asked.now),
            "ahead": upcoming(known, asked.now),
            "adopted": (await site.sources.policies.adopted()).get(policy.digest),
        }
        return await site.page("policy.html", asked, values)

    return show


def _trying(site: Site) -> Handler:
    async def trial(asked: StaffRequest) -> Response:
        await _allowed(site, asked)
        policy = site.view.policy
        case = _case(policy, asked.query)
        found = None if case is None else simulate(policy, case)
        values = {
            "policy": policy,
            "case": case,
            "found": found,
            "period": "" if found is None or found.kept is None else period_words(found.kept),
            "purposes": _options(Purpose),
            "categories": _options(Category),
            "regions": _options(Region),
            "processors": tuple((each, each) for each in processors(policy)),
            "query": asked.query,
        }
        return await site.page("policy_try.html", asked, values)

    return trial


async def _checked(site: Site) -> Checked | None:
    """Return the latest evidence, or None where it cannot be read now."""
    try:
        return await site.sources.policies.checked()
    except PrivityError:
        return None  # the page says so; the policy holds all the same


def _parts(policy: Policy, checked: Checked | None) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Return the clauses by topic, each with its evidence, and the rule of silence at the end."""
    results = () if checked is None else checked.results
    rows = [_row(*each) for each in results]
    if checked is None:
        rows = [
            Row(
                practice,
                type(clause).__name__,
                say(clause),
                Evidence(practice, clause, (), ()),
                None,
            )
            for practice, clause in policy.clauses
        ]
    found = []
    for part in Topic:
        mine = [r for r in rows if r.evidence.clause and topic(r.evidence.clause) is part]
        if mine:
            found.append((heading(part), tuple(mine)))
    silence = tuple(row for row in rows if row.evidence.clause is None)
    return (*found, *((("What is not said", silence),) if silence else ()))


def _row(proof: Evidence, result: Result) -> Row:
    if proof.clause is None:
        return Row("", "Silence", CLOSING[0], proof, result)
    return Row(proof.practice or "", type(proof.clause).__name__, say(proof.clause), proof, result)


def _compared(known: Sequence[Version], query: Mapping[str, str]) -> dict[str, object] | None:
    """Return what an address compares, or None where it names no two. Raises BadInput."""
    old, new = query.get("old", ""), query.get("new", "")
    if not old or not new:
        return None
    found = [
        next((v for v in known if v.policy.digest[:_SHORT] == each), None) for each in (old, new)
    ]
    if found[0] is None or found[1] is None:
        message = "there is no version of this digest"
        raise BadInput(message)
    before, after = found[0].policy, found[1].policy
    made = changes(before, after)
    return {
        "old": before,
        "new": after,
        "widens": tuple(each.text for each in made if each.widens),
        "narrows": tuple(each.text for each in made if not each.widens),
        "said": differences(before, after, Language.EN),
    }


def _case(policy: Policy, query: Mapping[str, str]) -> Case | None:
    """Return what an address tries, or None where it tries nothing."""
    purpose = next((each for each in Purpose if each.value == query.get("purpose", "")), None)
    if purpose is None:
        return None
    return Case(
        purpose,
        next((each for each in Category if each.value == query.get("category", "")), None),
        next((each for each in processors(policy) if each == query.get("processor", "")), ""),
        next((each for each in Region if each.value == query.get("region", "")), None),
        _CHOSEN.get(query.get("chosen", "")),
        query.get("minor") == "1",
    )


def _options(kind: type[Purpose | Category | Region]) -> tuple[tuple[str, str], ...]:
    return tuple((each.value, each.value) for each in kind)
