"""The rules of access as a page, and a place to try them: who, what, for what, then yes or no.

Invariants: what is shown is what is loaded, the home's own rules among it; a trial is answered by
the rules themselves (`access.explaining`), as the command `privity access explain` is, and writes
nothing; an address of a trial holds codes only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

from starlette.responses import Response
from starlette.routing import Route

from privity.access.authorize import Authorizer
from privity.access.desk import Wish
from privity.access.explaining import Explained, Question, abilities, explain
from privity.access.staff import Action, Role
from privity.console.staff.navigation import Group, Section, to
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import SYSTEM, Site, StaffRequest, page
from privity.model.words import Purpose, Region

PATH = f"{ROOT}/rules"
SEE = Wish(Action.SEE_RULES, SYSTEM, Purpose.SECURITY)
SECTIONS = (
    Section(
        PATH,
        "Rules",
        Group.STAFF,
        to(SEE),
        "Who may do what, rule by rule, with why; try them.",
        "access roles cedar explain simulator permissions who may",
    ),
)
Word = TypeVar("Word", Purpose, Region)
_SITUATIONS = ("granted", "own", "untrained", "stale")


class Table:
    """What each role can do at best; asked of the rules once, when somebody looks."""

    def __init__(self, rules: Authorizer) -> None:
        self._rules = rules

    @cached_property
    def rows(self) -> Mapping[Action, frozenset[Role]]:
        """Return for each action who can do it."""
        can = abilities(self._rules)
        rows = {each: frozenset(role for role in Role if each in can[role]) for each in Action}
        return MappingProxyType(rows)


def routes(site: Site) -> list[Route]:
    """Return the page."""
    table = Table(site.rules)

    async def show(asked: StaffRequest) -> Response:
        await site.act(asked, lambda acting: acting.refused(SEE) or True)
        question = _question(asked.query)
        found = None if question is None else explain(site.rules, question)
        values = {
            "rules": tuple(site.rules.rules.values()),
            "rows": table.rows,
            "roles": tuple(Role),
            "actions": tuple((each.value, each.value.replace("_", " ")) for each in Action),
            "purposes": tuple((each.value, each.value) for each in Purpose),
            "regions": tuple((each.value, each.value) for each in Region),
            "asked": question,
            "found": found,
            "deciding": _deciding(found),
            "query": asked.query,
        }
        return await site.page("rules.html", asked, values)

    return [page(site, PATH, show)]


def _deciding(found: Explained | None) -> frozenset[str]:
    return frozenset() if found is None else frozenset(found.answer.because)


def _question(query: Mapping[str, str]) -> Question | None:
    """Return what an address asks, or None where it asks nothing."""
    action = next((each for each in Action if each.value == query.get("action", "")), None)
    roles = frozenset(role for role in Role if query.get(f"as-{role.value}") == "1")
    if action is None:
        return None
    granted, own, untrained, stale = (query.get(each) == "1" for each in _SITUATIONS)
    return Question(
        action,
        roles,
        _one(Purpose, query.get("purpose", ""), Purpose.REVIEW),
        _one(Region, query.get("region", ""), Region.EU),
        next((each for each in Region if each.value == query.get("only", "")), None),
        granted=granted,
        own=own,
        trained=not untrained,
        fresh=not stale,
    )


def _one(kind: type[Word], given: str, default: Word) -> Word:
    return next((each for each in kind if each.value == given), default)
