"""What the rules of access allow and refuse, case by case and over all combinations."""

import json
from dataclasses import replace
from importlib.resources import files
from itertools import chain, combinations, product

import cedarpy
import pytest

from privity.access.authorize import NOTHING_PERMITS, UNDECIDED, Authorizer
from privity.access.staff import (
    Action,
    Asked,
    Granted,
    GrantId,
    Kind,
    Machine,
    MachineId,
    Role,
    Scope,
    Situation,
    Staff,
    StaffId,
    Thing,
)
from privity.errors import AccessRulesInvalid
from privity.model.words import Purpose, Region

AUTHORIZER = Authorizer.load()
ME, OTHER = StaffId("me"), StaffId("other")
GRANT = Granted(GrantId("g"), ME, OTHER, "talk", Region.EU, 900)
WELL = Situation(
    Purpose.REVIEW,
    second_factor=True,
    session_seconds=60,
    step_up_seconds=10,
    trained=True,
    grant=GRANT,
)
THINGS = {
    Kind.CONVERSATION: Thing(Kind.CONVERSATION, "talk", Region.EU),
    Kind.PERSON: Thing(Kind.PERSON, "someone", Region.EU),
    Kind.PERSON_REQUEST: Thing(Kind.PERSON_REQUEST, "r", Region.EU, asked_by=OTHER),
    Kind.GRANT: Thing(Kind.GRANT, "g", Region.EU, asked_by=OTHER),
    Kind.STAFF_ACCOUNT: Thing(
        Kind.STAFF_ACCOUNT, "other", of=OTHER, admitted_by=frozenset({StaffId("third")})
    ),
    Kind.OWN_ACCOUNT: Thing(Kind.OWN_ACCOUNT, "me", of=ME),
    **{
        kind: Thing(kind, "the")
        for kind in (
            Kind.EVIDENCE,
            Kind.SYSTEM,
            Kind.POLICY,
            Kind.KEYS,
            Kind.ALERT,
            Kind.COURSE,
        )
    },
}
PURPOSE_OF = {
    Role.REVIEWER: Purpose.REVIEW,
    Role.SECURITY: Purpose.SECURITY,
    Role.PRIVACY_OFFICER: Purpose.RIGHTS,
}


def staff(*roles: Role, active: bool = True, regions: frozenset[Region] = frozenset(Region)):
    return Staff(ME, frozenset(roles), regions, active, confirmed=True)


def ask(who, action: Action, situation: Situation = WELL, thing: Thing | None = None):
    return AUTHORIZER.decide(Asked(who, action, thing or THINGS[action.on], situation))


def every_set(roles):
    return chain.from_iterable(combinations(roles, size) for size in range(1, 3))


RIGHTS = replace(WELL, purpose=Purpose.RIGHTS, grant=None)
ANSWERS = [Action.PROVE_REQUEST, Action.COMPLETE_REQUEST]
OWN = {each for each in Action if each.on is Kind.OWN_ACCOUNT}
READS = [Action.READ_CONVERSATION, Action.REQUEST_ACCESS]
ROLE_SETS = [frozenset(roles) for roles in every_set(tuple(Role))]


def situations():
    """Yield every combination of what a situation can be, at and beside each limit."""
    for second, session, step, trained, grant in product(
        (True, False), (0, 43200), (0, 300), (True, False), (GRANT, None)
    ):
        for purpose in Purpose:
            yield Situation(
                purpose,
                second_factor=second,
                session_seconds=session,
                step_up_seconds=step,
                trained=trained,
                grant=grant,
            )


SITUATIONS = tuple(situations())
AT_BEST = [situation for situation in SITUATIONS if situation.second_factor and situation.trained]


@pytest.mark.parametrize("role", [Role.SALES, Role.ADMINISTRATOR, Role.AUDITOR])
@pytest.mark.parametrize("action", READS)
def test_no_combination_lets_these_near_a_conversation(role, action) -> None:
    allowed = [
        (roles, situation)
        for roles in ROLE_SETS
        if role in roles
        for situation in AT_BEST
        if situation.session_seconds == 0
        if ask(staff(*roles), action, situation).allowed
    ]
    assert allowed == []


@pytest.mark.parametrize("action", READS)
def test_some_combination_does_let_others(action) -> None:
    allowed = {
        role
        for role in Role
        for situation in AT_BEST
        if ask(staff(role), action, situation).allowed
    }
    assert allowed == {Role.REVIEWER, Role.SECURITY, Role.PRIVACY_OFFICER}


@pytest.mark.parametrize("action", list(Action))
def test_no_action_is_for_staff_without_their_second_factor_and_a_young_session(action) -> None:
    for role, situation in product(Role, SITUATIONS):
        if not situation.second_factor or situation.session_seconds:
            assert not ask(staff(role), action, situation).allowed


@pytest.mark.parametrize("action", list(Action))
def test_a_suspended_account_does_nothing(action) -> None:
    for role, situation in product(Role, AT_BEST):
        assert not ask(staff(role, active=False), action, situation).allowed


@pytest.mark.parametrize("action", [each for each in Action if THINGS[each.on].region])
def test_lapsed_training_and_other_regions_close_the_data_of_people(action) -> None:
    for role, purpose in product(Role, Purpose):
        well = replace(WELL, purpose=purpose)
        assert not ask(staff(role), action, replace(well, trained=False)).allowed
        elsewhere = staff(role, regions=frozenset({Region.US}))
        assert not ask(elsewhere, action, well).allowed


@pytest.mark.parametrize("role", PURPOSE_OF)
def test_a_grant_opens_one_conversation_for_its_purpose(role) -> None:
    for purpose in Purpose:
        answer = ask(staff(role), Action.READ_CONVERSATION, replace(WELL, purpose=purpose))
        assert answer.allowed is (purpose is PURPOSE_OF[role])


@pytest.mark.parametrize(
    "grant",
    [
        None,
        replace(GRANT, reader=OTHER),
        replace(GRANT, approver=ME),
        replace(GRANT, conversation="another"),
        replace(GRANT, seconds_left=0),
    ],
)
def test_without_a_grant_that_fits_nothing_is_read(grant) -> None:
    assert not ask(
        staff(Role.REVIEWER), Action.READ_CONVERSATION, replace(WELL, grant=grant)
    ).allowed


def test_reading_needs_a_fresh_second_factor() -> None:
    late = ask(staff(Role.REVIEWER), Action.READ_CONVERSATION, replace(WELL, step_up_seconds=300))
    assert (late.allowed, late.because) == (False, ("fresh-second-factor",))


def test_nobody_approves_what_they_asked_for() -> None:
    own = replace(THINGS[Kind.GRANT], asked_by=ME)
    answer = ask(staff(Role.PRIVACY_OFFICER), Action.APPROVE_ACCESS, WELL, own)
    assert (answer.allowed, answer.because) == (False, ("no-one-decides-alone",))
    assert ask(staff(Role.PRIVACY_OFFICER), Action.APPROVE_ACCESS).allowed


@pytest.mark.parametrize("action", ANSWERS)
def test_nobody_proves_or_completes_what_they_entered_for_a_person(action) -> None:
    own = replace(THINGS[Kind.PERSON_REQUEST], asked_by=ME)
    for roles, situation in product(ROLE_SETS, AT_BEST):
        assert not ask(staff(*roles), action, situation, own).allowed
    answer = ask(staff(Role.SUPPORT), action, RIGHTS, own)
    assert answer.because == ("no-one-answers-alone",)


@pytest.mark.parametrize("action", ANSWERS)
def test_a_colleague_answers_and_so_does_anybody_what_the_person_asked_themselves(action) -> None:
    alone = replace(THINGS[Kind.PERSON_REQUEST], asked_by=None)
    for thing in (THINGS[Kind.PERSON_REQUEST], alone):
        allowed = {role for role in Role if ask(staff(role), action, RIGHTS, thing).allowed}
        assert allowed == {Role.SUPPORT, Role.PRIVACY_OFFICER}


@pytest.mark.parametrize("action", ANSWERS)
def test_whoever_answers_for_a_colleague_was_confirmed_by_another(action) -> None:
    puppet = replace(staff(Role.SUPPORT), confirmed=False)
    answer = ask(puppet, action, RIGHTS)
    assert answer.because == ("who-answers-for-another-is-confirmed",)
    own = replace(THINGS[Kind.PERSON_REQUEST], asked_by=None)
    assert ask(puppet, action, RIGHTS, own).allowed


@pytest.mark.parametrize("action", ANSWERS)
def test_what_only_protects_is_answered_by_who_entered_it(action) -> None:
    own = replace(THINGS[Kind.PERSON_REQUEST], asked_by=ME, could_harm=False)
    assert ask(staff(Role.SUPPORT), action, RIGHTS, own).allowed


@pytest.mark.parametrize("action", ANSWERS)
def test_proving_and_completing_need_a_fresh_second_factor(action) -> None:
    late = ask(staff(Role.SUPPORT), action, replace(RIGHTS, step_up_seconds=300))
    assert (late.allowed, late.because) == (False, ("fresh-second-factor",))
    assert ask(
        staff(Role.SUPPORT), Action.HANDLE_REQUEST, replace(RIGHTS, step_up_seconds=300)
    ).allowed


def test_nobody_changes_their_own_account() -> None:
    own = replace(THINGS[Kind.STAFF_ACCOUNT], of=ME)
    assert not ask(staff(Role.ADMINISTRATOR), Action.CHANGE_STAFF, WELL, own).allowed
    assert ask(staff(Role.ADMINISTRATOR), Action.CHANGE_STAFF).allowed


@pytest.mark.parametrize("action", sorted(OWN))
def test_factors_and_sessions_are_seen_and_changed_by_their_owner_alone(action) -> None:
    another = replace(THINGS[Kind.OWN_ACCOUNT], of=OTHER)
    for roles in ROLE_SETS:
        assert ask(staff(*roles), action).allowed
        assert not ask(staff(*roles), action, WELL, another).allowed


def test_changing_ones_factors_needs_a_fresh_one() -> None:
    late = ask(staff(Role.SALES), Action.CHANGE_OWN, replace(WELL, step_up_seconds=300))
    assert (late.allowed, late.because) == (False, ("fresh-second-factor",))


def test_auditors_see_evidence_and_change_nothing_of_others() -> None:
    allowed = {action for action in Action if ask(staff(Role.AUDITOR), action).allowed}
    assert allowed == {
        Action.SEE_EVIDENCE,
        Action.EXPORT_EVIDENCE,
        Action.SEE_OVERVIEW,
        Action.SEE_ACCESS,
        Action.SEE_POLICY,
        Action.TAKE_COURSE,
        Action.SEE_RULES,
        *OWN,
    }


def test_a_machine_does_what_its_scopes_say() -> None:
    for scope in Scope:
        machine = Machine(MachineId("m"), frozenset({scope}), active=True)
        allowed = {action.on for action in Action if ask(machine, action).allowed}
        wanted = {
            Scope.EVIDENCE: Kind.EVIDENCE,
            Scope.OVERVIEW: Kind.SYSTEM,
            Scope.ALERTS: Kind.ALERT,
        }
        assert allowed == {wanted[scope]}


def test_the_answer_names_the_rule() -> None:
    assert ask(staff(Role.REVIEWER), Action.READ_CONVERSATION).because == ("break-glass",)
    assert ask(staff(Role.PRODUCT), Action.SEE_KEYS).because == (NOTHING_PERMITS,)


def test_every_rule_says_why() -> None:
    assert {rule.effect for rule in AUTHORIZER.rules.values()} == {"forbid", "permit"}
    assert [rule.id for rule in AUTHORIZER.rules.values() if not rule.why] == []


def test_the_rules_know_every_action_and_nothing_else() -> None:
    text = files("privity.access").joinpath("rules/staff.cedarschema").read_text()
    named = {line.split('"')[1] for line in text.splitlines() if line.startswith("action ")}
    assert named - {"sensitive"} == {action.value for action in Action}


def test_a_thing_that_lacks_what_its_kind_has_is_refused() -> None:
    bare = Thing(Kind.CONVERSATION, "talk")
    answer = ask(staff(Role.REVIEWER), Action.READ_CONVERSATION, WELL, bare)
    assert (answer.allowed, answer.because) == (False, (UNDECIDED,))


def test_an_action_is_asked_about_its_own_kind_of_thing() -> None:
    answer = ask(staff(Role.SECURITY), Action.ROTATE_KEYS, WELL, THINGS[Kind.SYSTEM])
    assert (answer.allowed, answer.because) == (False, (UNDECIDED,))


def test_a_name_cannot_break_out_of_its_quotes() -> None:
    hostile = 'x" || true || "'
    answer = ask(
        staff(Role.SALES),
        Action.READ_CONVERSATION,
        WELL,
        replace(THINGS[Kind.CONVERSATION], id=hostile),
    )
    assert not answer.allowed


def test_a_team_can_forbid_more() -> None:
    own = '@id("no-keys-here") forbid (principal, action, resource is KeyRing);'
    stricter = Authorizer.load(own)
    asked = Asked(staff(Role.SECURITY), Action.ROTATE_KEYS, THINGS[Kind.KEYS], WELL)
    assert AUTHORIZER.decide(asked).allowed
    assert stricter.decide(asked).because == ("no-keys-here",)


@pytest.mark.parametrize(
    "own",
    [
        '@id("mine") permit (principal, action, resource);',
        "forbid (principal, action, resource);",
        '@id("sales-never-read-conversations") forbid (principal, action, resource);',
        '@id("x") forbid (principal in Team::"sales", action, resource);',
        '@id("x") forbid (principal, action == Action::"raed", resource);',
        "forbid (",
    ],
)
def test_a_team_cannot_permit_misspell_or_take_another_rules_name(own) -> None:
    with pytest.raises(AccessRulesInvalid):
        Authorizer.load(own)


def test_rules_that_let_sales_read_do_not_load() -> None:
    folder = files("privity.access").joinpath("rules")
    rules = folder.joinpath("staff.cedar").read_text()
    parsed = json.loads(cedarpy.policies_to_json_str(rules))
    kept = {
        name: rule
        for name, rule in parsed["staticPolicies"].items()
        if rule["annotations"]["id"] != "sales-never-read-conversations"
    }
    weakened = cedarpy.policies_from_json_str(json.dumps({**parsed, "staticPolicies": kept}))
    with pytest.raises(AccessRulesInvalid):
        Authorizer(weakened, folder.joinpath("staff.cedarschema").read_text())


def test_a_grant_holds_in_the_region_that_it_was_given_for_and_in_no_other() -> None:
    moved = Thing(Kind.CONVERSATION, "talk", Region.US)
    who = staff(Role.REVIEWER)
    assert ask(who, Action.READ_CONVERSATION).allowed
    refused = ask(who, Action.READ_CONVERSATION, thing=moved)
    assert refused.because == ("grants-stay-where-they-were-given",)
