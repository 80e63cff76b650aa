"""Who asks for access and to what: the closed lists that the rules in `rules/` speak of.

Invariants: every list is closed; a person of the staff is known by a random id, never by a name, in
rules, requests and the log; values say what is the case and decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, Self, TypeAlias

from privity.model.words import Purpose, Region

StaffId = NewType("StaffId", str)
"""The random id of an account of the staff."""
MachineId = NewType("MachineId", str)
"""The random id of a token that a machine holds."""
GrantId = NewType("GrantId", str)
"""The random id of a request for access, and of what was granted on it."""


class Role(StrEnum):
    """What someone of the staff is there to do."""

    ADMINISTRATOR = "administrator"
    PRIVACY_OFFICER = "privacy_officer"
    REVIEWER = "reviewer"
    SECURITY = "security"
    AUDITOR = "auditor"
    SUPPORT = "support"
    PRODUCT = "product"
    SALES = "sales"


class Scope(StrEnum):
    """What a token of a machine is good for."""

    EVIDENCE = "evidence"
    OVERVIEW = "overview"
    ALERTS = "alerts"


class Kind(StrEnum):
    """A kind of thing that access is to."""

    CONVERSATION = "Conversation"
    PERSON = "Person"
    PERSON_REQUEST = "PersonRequest"
    GRANT = "Grant"
    STAFF_ACCOUNT = "StaffAccount"
    EVIDENCE = "Evidence"
    SYSTEM = "System"
    POLICY = "PolicyDocument"
    KEYS = "KeyRing"
    ALERT = "Alert"
    COURSE = "Course"
    OWN_ACCOUNT = "OwnAccount"


class Action(StrEnum):
    """Everything that staff can do. `on`: the kind of thing that it is done with."""

    on: Kind

    def __new__(cls, value: str, on: Kind) -> Self:
        """Make a member whose value is its name in the rules."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.on = on
        return member

    REQUEST_ACCESS = ("request_access", Kind.CONVERSATION)
    READ_CONVERSATION = ("read_conversation", Kind.CONVERSATION)
    APPROVE_ACCESS = ("approve_access", Kind.GRANT)
    END_ACCESS = ("end_access", Kind.GRANT)
    SEE_ACCESS = ("see_access", Kind.SYSTEM)
    SEE_PERSON = ("see_person", Kind.PERSON)
    HANDLE_REQUEST = ("handle_request", Kind.PERSON_REQUEST)
    PROVE_REQUEST = ("prove_request", Kind.PERSON_REQUEST)
    COMPLETE_REQUEST = ("complete_request", Kind.PERSON_REQUEST)
    SEE_OVERVIEW = ("see_overview", Kind.SYSTEM)
    SEE_EVIDENCE = ("see_evidence", Kind.EVIDENCE)
    EXPORT_EVIDENCE = ("export_evidence", Kind.EVIDENCE)
    SEE_POLICY = ("see_policy", Kind.POLICY)
    ADOPT_POLICY = ("adopt_policy", Kind.POLICY)
    SEE_KEYS = ("see_keys", Kind.KEYS)
    ROTATE_KEYS = ("rotate_keys", Kind.KEYS)
    SEE_ALERTS = ("see_alerts", Kind.ALERT)
    HANDLE_ALERT = ("handle_alert", Kind.ALERT)
    SEE_STAFF = ("see_staff", Kind.STAFF_ACCOUNT)
    CHANGE_STAFF = ("change_staff", Kind.STAFF_ACCOUNT)
    CONFIRM_STAFF = ("confirm_staff", Kind.STAFF_ACCOUNT)
    SEE_MACHINES = ("see_machines", Kind.SYSTEM)
    CHANGE_MACHINES = ("change_machines", Kind.SYSTEM)
    TAKE_COURSE = ("take_course", Kind.COURSE)
    MANAGE_COURSE = ("manage_course", Kind.COURSE)
    SEE_RULES = ("see_rules", Kind.SYSTEM)
    SEE_OWN = ("see_own_account", Kind.OWN_ACCOUNT)
    END_OWN_SESSION = ("end_own_session", Kind.OWN_ACCOUNT)
    CHANGE_OWN = ("change_own_account", Kind.OWN_ACCOUNT)


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone of the staff, as the rules see them. `confirmed`: a second colleague vouches."""

    id: StaffId
    roles: frozenset[Role]
    regions: frozenset[Region]
    active: bool
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine with a token, as the rules see it."""

    id: MachineId
    scopes: frozenset[Scope]
    active: bool


@dataclass(frozen=True, slots=True)
class Thing:
    """What access is to. `region`, `asked_by` and `of`: for the kinds that have them.

    `asked_by`: who asked for a grant, or entered a request for a person; `could_harm`: whether a
    wrong answer to a request would give away, destroy or falsify somebody's data; `admitted_by`:
    who invited a colleague or gave them more, if that is known.
    """

    kind: Kind
    id: str
    region: Region | None = None
    asked_by: StaffId | None = None
    of: StaffId | None = None
    could_harm: bool = True
    admitted_by: frozenset[StaffId] = frozenset()


@dataclass(frozen=True, slots=True)
class Granted:
    """Access to one conversation, for one reader, that somebody else approved."""

    id: GrantId
    reader: StaffId
    approver: StaffId
    conversation: str
    region: Region
    seconds_left: int


@dataclass(frozen=True, slots=True)
class Situation:
    """In what circumstances somebody asks; times in whole seconds."""

    purpose: Purpose
    second_factor: bool
    session_seconds: int
    step_up_seconds: int
    trained: bool
    grant: Granted | None = None


Principal: TypeAlias = Staff | Machine


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: may this principal do this with that, now?"""

    principal: Principal
    action: Action
    thing: Thing
    situation: Situation
