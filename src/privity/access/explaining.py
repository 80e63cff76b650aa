"""Who may do what, and why: questions that anybody can make up, answered by the rules themselves.

Invariants: a question is answered by the same `Authorizer.decide` that lets staff act, with the
same facts; nothing happens by asking, and nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from privity.access.authorize import Answer, Authorizer, Rule
from privity.access.staff import (
    Action,
    Asked,
    Granted,
    GrantId,
    Kind,
    Role,
    Situation,
    Staff,
    StaffId,
    Thing,
)
from privity.model.words import Purpose, Region

_SOMEONE, _OTHER = StaffId("someone"), StaffId("someone else")
_ANOTHER = StaffId("another")
_PLACED = frozenset({Kind.CONVERSATION, Kind.PERSON, Kind.PERSON_REQUEST, Kind.GRANT})
_AIMS = (Purpose.RIGHTS, Purpose.REVIEW, Purpose.SECURITY)
_HOUR = 3600
_GRANTED = 900


@dataclass(frozen=True, slots=True)
class Question:
    """May somebody with these roles do this, then?

    `region`: where the data is. `allowed_in`: the only region they may work in; None: all.
    `granted`: another person granted it. `own`: it is about what they asked for, or their account.
    `fresh`: they showed a second factor within five minutes.
    """

    action: Action
    roles: frozenset[Role]
    purpose: Purpose = Purpose.REVIEW
    region: Region = Region.EU
    allowed_in: Region | None = None
    granted: bool = False
    own: bool = False
    trained: bool = True
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer, the rules that decided, and the rules that could allow it in other cases."""

    answer: Answer
    decided: tuple[Rule, ...]
    could: tuple[Rule, ...]


def explain(authorizer: Authorizer, question: Question) -> Explained:
    """Answer a question and say by which rules."""
    answer = authorizer.decide(asked(question))
    known = authorizer.rules
    decided = tuple(known[name] for name in answer.because if name in known)
    named = f'Action::"{question.action.value}"'
    permits = (each for each in known.values() if each.effect == "permit")
    could = tuple(each for each in permits if named in each.text and each not in decided)
    return Explained(answer, decided, () if answer.allowed else could)


def asked(question: Question) -> Asked:
    """Return a question as the rules are asked it."""
    kind = question.action.on
    thing = _thing(kind, question)
    grant = None
    if question.granted:
        grant = Granted(GrantId("grant"), _SOMEONE, _OTHER, thing.id, question.region, _GRANTED)
    only = question.allowed_in
    regions = frozenset(Region) if only is None else frozenset({only})
    situation = Situation(
        question.purpose,
        second_factor=True,
        session_seconds=0,
        step_up_seconds=0 if question.fresh else _HOUR,
        trained=question.trained,
        grant=grant,
    )
    staff = Staff(_SOMEONE, question.roles, regions, active=True, confirmed=True)
    return Asked(staff, question.action, thing, situation)


def abilities(authorizer: Authorizer) -> dict[Role, frozenset[Action]]:
    """Return what each role alone can do at best."""
    return {role: able(authorizer, frozenset({role})) for role in Role}


def able(authorizer: Authorizer, roles: frozenset[Role]) -> frozenset[Action]:
    """Return what somebody with these roles can do at best.

    At best: trained, proved, with a grant where one is needed, for some purpose.
    """
    return frozenset(action for action in Action if _can(authorizer, roles, action))


def _can(authorizer: Authorizer, roles: frozenset[Role], action: Action) -> bool:
    own = action.on is Kind.OWN_ACCOUNT
    questions = (Question(action, roles, each, granted=True, own=own) for each in _AIMS)
    return any(authorizer.decide(asked(each)).allowed for each in questions)


def _thing(kind: Kind, question: Question) -> Thing:
    who = _SOMEONE if question.own else _OTHER
    return Thing(
        kind,
        "it",
        question.region if kind in _PLACED else None,
        who if kind in {Kind.GRANT, Kind.PERSON_REQUEST} else None,
        who if kind in {Kind.STAFF_ACCOUNT, Kind.OWN_ACCOUNT} else None,
        admitted_by=frozenset({_ANOTHER} if kind is Kind.STAFF_ACCOUNT else ()),
    )
