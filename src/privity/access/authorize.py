"""May they? Cedar decides, by the rules in `rules/` that auditors read.

Invariants: the schema is always read with the rules, so a misspelled action or attribute is an
error and no rule is skipped; anything but a clear yes is a no, and so is a yes beside any error;
every answer names the rules that decided. Loading asks questions whose answer must be no, and fails
if one of them is answered otherwise. A team may add rules that forbid, never ones that permit.

Source: Cedar policy language, https://docs.cedarpolicy.com (through `cedarpy`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import cedarpy

from privity.access.staff import (
    Action,
    Asked,
    Granted,
    GrantId,
    Kind,
    Principal,
    Role,
    Situation,
    Staff,
    StaffId,
    Thing,
)
from privity.errors import AccessRulesInvalid
from privity.model.words import Purpose, Region

NOTHING_PERMITS = "nothing-permits"
UNDECIDED = "undecided"
REMEMBERED = 1024
"""Pairs of principal and thing that stay parsed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it is written. `why`: what it is for, in plain words, or nothing."""

    id: str
    effect: str
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether, and the ids of the rules that decided."""

    allowed: bool
    because: tuple[str, ...]


class Authorizer:
    """Answers whether somebody may do something. Safe to share between threads."""

    def __init__(self, rules: str, schema: str) -> None:
        try:
            self._schema = cedarpy.Schema.from_str(schema)
            self._rules = cedarpy.PolicySet.from_str(rules)
        except ValueError as error:
            message = f"the rules of access cannot be read: {error}"
            raise AccessRulesInvalid(message) from error
        checked = cedarpy.validate_policies(rules, schema)
        if not checked.validation_passed:
            message = "; ".join(str(each) for each in checked.errors)
            raise AccessRulesInvalid(message)
        self._entities = lru_cache(REMEMBERED)(self._parsed)
        read = _read(rules)
        self.rules = {rule.id: rule for rule in read}
        if len(self.rules) != len(read):
            message = "two rules have the same @id"
            raise AccessRulesInvalid(message)
        for asked in _never():
            if self.decide(asked).allowed:
                message = f"they let {asked.action} happen in a case where it never may"
                raise AccessRulesInvalid(message)

    @classmethod
    def load(cls, forbids: str = "") -> Authorizer:
        """Return the rules of the package, and a team's own that forbid more.

        Raises AccessRulesInvalid.
        """
        own = _read(forbids)
        if any(rule.effect != "forbid" or not rule.id for rule in own):
            message = 'a rule of your own must have an @id("...") and forbid'
            raise AccessRulesInvalid(message)
        folder = files("privity.access").joinpath("rules")
        rules = folder.joinpath("staff.cedar").read_text(encoding="utf-8")
        schema = folder.joinpath("staff.cedarschema").read_text(encoding="utf-8")
        return cls(rules + "\n" + forbids, schema)

    def decide(self, asked: Asked) -> Answer:
        """Answer one question. Never raises: what cannot be decided is refused."""
        thing = asked.thing
        if thing.kind is not asked.action.on:
            return Answer(allowed=False, because=(UNDECIDED,))
        request = {
            "principal": _uid(_type(asked.principal), asked.principal.id),
            "action": _uid("Action", asked.action.value),
            "resource": _uid(thing.kind.value, thing.id),
            "context": _context(asked.situation),
        }
        try:
            entities = self._entities(asked.principal, thing)
            result = cedarpy.is_authorized(request, self._rules, entities, self._schema)
        except ValueError:
            return Answer(allowed=False, because=(UNDECIDED,))
        said = result.diagnostics
        decided = result.decision in {cedarpy.Decision.Allow, cedarpy.Decision.Deny}
        if said.errors or not decided:
            return Answer(allowed=False, because=(UNDECIDED,))
        ids = tuple(sorted(said.id_annotations_by_reason.values()))
        return Answer(result.allowed, ids or (NOTHING_PERMITS,))

    def _parsed(self, principal: Principal, thing: Thing) -> cedarpy.Entities:
        return cedarpy.Entities.from_json_str(_entities(principal, thing), self._schema)


def _type(principal: Principal) -> str:
    return "Staff" if isinstance(principal, Staff) else "Machine"


def _uid(kind: str, name: str) -> str:
    return f"{kind}::{json.dumps(name)}"


def _ref(kind: str, name: str) -> dict[str, dict[str, str]]:
    return {"__entity": {"type": kind, "id": name}}


def _context(situation: Situation) -> dict[str, Any]:
    context: dict[str, Any] = {
        "purpose": situation.purpose.value,
        "second_factor": situation.second_factor,
        "session_seconds": situation.session_seconds,
        "step_up_seconds": situation.step_up_seconds,
        "trained": situation.trained,
    }
    if situation.grant is not None:
        context["grant"] = _grant(situation.grant)
    return context


def _grant(grant: Granted) -> dict[str, Any]:
    return {
        "reader": _ref("Staff", grant.reader),
        "approver": _ref("Staff", grant.approver),
        "conversation": _ref(Kind.CONVERSATION.value, grant.conversation),
        "region": grant.region.value,
        "seconds_left": grant.seconds_left,
    }


def _entities(principal: Principal, thing: Thing) -> str:
    """Return the few entities that a question is about; the size of the staff does not matter."""
    attributes: dict[str, Any] = {"active": principal.active}
    parents: list[dict[str, str]] = []
    if isinstance(principal, Staff):
        attributes["regions"] = sorted(principal.regions)
        attributes["confirmed"] = principal.confirmed
        parents = [{"type": "Role", "id": role.value} for role in sorted(principal.roles)]
    else:
        attributes["scopes"] = sorted(principal.scopes)
    entities = [
        {
            "uid": {"type": _type(principal), "id": principal.id},
            "attrs": attributes,
            "parents": parents,
        },
        {
            "uid": {"type": thing.kind.value, "id": thing.id},
            "attrs": _attributes(thing),
            "parents": [],
        },
    ]
    return json.dumps(entities)


def _attributes(thing: Thing) -> Mapping[str, Any]:
    """Return what a thing is known by; the schema refuses one that lacks what its kind has."""
    attributes: dict[str, Any] = {}
    if thing.region is not None:
        attributes["region"] = thing.region.value
    if thing.asked_by is not None:
        attributes["asked_by"] = _ref("Staff", thing.asked_by)
    if thing.of is not None:
        attributes["of"] = _ref("Staff", thing.of)
    if thing.kind is Kind.PERSON_REQUEST:
        attributes["could_harm"] = thing.could_harm
    if thing.admitted_by:
        attributes["admitted_by"] = [_ref("Staff", each) for each in sorted(thing.admitted_by)]
    return attributes


def _read(text: str) -> tuple[Rule, ...]:
    """Return the rules of a text, in order. Raises AccessRulesInvalid."""
    if not text.strip():
        return ()
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(text))
    except ValueError as error:
        message = f"the rules of access cannot be read: {error}"
        raise AccessRulesInvalid(message) from error
    if parsed["templates"]:
        message = "a rule of access must not have slots"
        raise AccessRulesInvalid(message)
    return tuple(_rule(each) for each in parsed["staticPolicies"].values())


def _rule(parsed: Mapping[str, Any]) -> Rule:
    said = parsed.get("annotations", {})
    alone = {"templates": {}, "staticPolicies": {"rule": parsed}, "templateLinks": []}
    text = cedarpy.policies_from_json_str(json.dumps(alone))
    return Rule(said.get("id") or "", parsed["effect"], said.get("why") or "", text)


def _never() -> Iterator[Asked]:
    """Yield questions whose answer is no under any rules that make sense."""
    somebody = StaffId("somebody")
    for role in (Role.SALES, Role.ADMINISTRATOR):
        roles, everywhere = frozenset({role, Role.REVIEWER}), frozenset(Region)
        staff = Staff(somebody, roles, everywhere, active=True, confirmed=True)
        region = next(iter(Region))
        thing = Thing(Kind.CONVERSATION, "any", region)
        grant = Granted(GrantId("any"), somebody, StaffId("other"), "any", region, 60)
        for fresh in (0, 600):
            situation = Situation(
                Purpose.REVIEW,
                second_factor=True,
                session_seconds=0,
                step_up_seconds=fresh,
                trained=True,
                grant=grant,
            )
            yield Asked(staff, Action.READ_CONVERSATION, thing, situation)
    alone = Staff(somebody, frozenset(Role), frozenset(Region), active=True, confirmed=True)
    entered = Thing(Kind.PERSON_REQUEST, "any", next(iter(Region)), asked_by=somebody)
    situation = Situation(
        Purpose.RIGHTS, second_factor=True, session_seconds=0, step_up_seconds=0, trained=True
    )
    for action in (Action.PROVE_REQUEST, Action.COMPLETE_REQUEST):
        yield Asked(alone, action, entered, situation)
