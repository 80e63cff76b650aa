"""Names of things open nothing by themselves, and a form sets what it is for."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from privity.access.accounts import State
from privity.access.staff import Role
from privity.adapters import home as homes
from privity.model.words import Region
from privity.settings import load
from tests.security.crew import Employee, conversations_of, employ
from tests.system.people_scene import People, people_talking

REASON = "a report that names somebody"
WISH = {"purpose": "review", "ticket": "T-1", "reason": REASON, "minutes": "15"}


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        found.say("maggie", "Hello, I am Margaret Okafor.", "order")
        yield found


@pytest.fixture(scope="module")
def crew(house: People) -> dict[Role, Employee]:
    return {role: employ(house, {role}) for role in Role}


@pytest.fixture(scope="module")
def conversation(house: People) -> str:
    return conversations_of(house, "maggie")[0]


@pytest.fixture
def asked(crew, conversation: str) -> str:
    return crew[Role.REVIEWER].ask(conversation, reason=REASON)


def together(works: list[Callable[[], int]]) -> list[int]:
    with ThreadPoolExecutor(len(works)) as threads:
        return sorted(each.result() for each in [threads.submit(work) for work in works])


def test_the_reason_of_a_request_is_for_who_asked_and_who_decides(crew, asked: str) -> None:
    seen = {role for role, who in crew.items() if REASON in who.get(asked).body}
    assert seen == {Role.REVIEWER, Role.SECURITY, Role.PRIVACY_OFFICER}


def test_whether_a_conversation_is_there_is_told_to_nobody_who_may_not_ask(
    house, crew, conversation: str
) -> None:
    elsewhere = employ(house, {Role.REVIEWER}, frozenset({Region.EU}))
    for who in (*(crew[role] for role in Role if role is not Role.REVIEWER), elsewhere):
        there = who.post("/console/access", conversation=conversation, **WISH)
        nowhere = who.post("/console/access", conversation="nothing", **WISH)
        assert there.status == nowhere.status
        assert there.body.replace(who.token, "") == nowhere.body.replace(who.token, "")


def test_who_is_of_another_region_reads_decides_and_ends_nothing(house, crew, asked: str) -> None:
    for role in (Role.REVIEWER, Role.SECURITY, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR):
        who = employ(house, {role}, frozenset({Region.EU}))
        for act in ("read", "approve", "refuse", "end"):
            assert who.post(f"{asked}/{act}").status == 403
        assert REASON not in who.get(asked).body


def test_a_grant_of_one_reader_opens_nothing_to_another(house, crew, asked: str) -> None:
    assert crew[Role.SECURITY].post(f"{asked}/approve").status == 303
    assert employ(house, {Role.REVIEWER}).post(f"{asked}/read").status == 403
    assert crew[Role.REVIEWER].post(f"{asked}/read").status == 200


def test_a_request_that_two_decide_at_the_same_moment_is_decided_once(house, crew, asked) -> None:
    deciders = [crew[Role.SECURITY], employ(house, {Role.SECURITY}), crew[Role.PRIVACY_OFFICER]]
    works = [lambda who=who: who.post(f"{asked}/approve").status for who in deciders]
    works.append(lambda: deciders[1].post(f"{asked}/refuse").status)
    assert together(works) == [303, 400, 400, 400]


def test_after_its_end_a_grant_opens_nothing_however_many_read(crew, asked: str) -> None:
    reader = crew[Role.REVIEWER]
    crew[Role.SECURITY].post(f"{asked}/approve")
    reads = [lambda: reader.post(f"{asked}/read").status for _ in range(5)]
    ends = [lambda: crew[Role.SECURITY].post(f"{asked}/end").status]
    assert set(together([*reads, *ends])) <= {200, 303, 403}
    assert reader.post(f"{asked}/read").status == 403


def test_a_form_sets_what_it_is_for_and_nothing_else(house, crew, asked: str) -> None:
    ada, extra = crew[Role.ADMINISTRATOR], {"state": "active", "invitation": "x", "id": "mine"}
    who = {"name": "kim", "mail": "kim@example.org", "role": "sales", "region": "local"}
    made = ada.post("/console/staff", **who, **extra)
    assert made.status == 200
    with homes.open_home(load(house.home)).journal.transaction() as tx:
        kim = tx.accounts.by_mail("kim@example.org")
    assert kim is not None
    assert (kim.state, kim.roles) == (State.INVITED, frozenset({Role.SALES}))
    assert kim.id != "mine"
    reader = crew[Role.REVIEWER]
    forged = {"stage": "approved", "approver": crew[Role.SECURITY].id, "reader": "another"}
    at = reader.post("/console/access", conversation=_of(reader, asked), **WISH, **forged)
    assert reader.post(f"{at.headers['location']}/read").status == 403


def _of(who: Employee, asked: str) -> str:
    """The conversation that a request is about."""
    with homes.open_home(load(who.people.home)).journal.transaction() as tx:
        found = tx.grants.get(asked.rpartition("/")[2])
    assert found is not None
    return found[0].conversation


def test_a_role_that_nobody_knows_is_no_role(crew) -> None:
    ada = crew[Role.ADMINISTRATOR]
    for role in ("root", "Administrator", "administrator ", "*"):
        sent = {"name": "eve", "mail": "eve@example.org", "role": role}
        assert ada.post("/console/staff", **sent).status == 400


def test_nobody_gives_themselves_a_role(crew) -> None:
    ada = crew[Role.ADMINISTRATOR]
    path = f"/console/staff/{ada.id}/change"
    assert ada.post(path, role=["administrator", "reviewer"], region="local").status == 403


def test_a_field_that_comes_twice_is_none(crew, conversation: str) -> None:
    reader = crew[Role.REVIEWER]
    for name in ("ticket", "minutes", "purpose", "conversation"):
        sent = {"conversation": conversation, **WISH}
        twice = reader.post("/console/access", **{**sent, name: [sent[name], sent[name]]})
        assert twice.status == 400
    one = {"token": [reader.token, "another"], "conversation": conversation, **WISH}
    assert reader.send("POST /console/access", one).status == 403


def test_the_answers_of_the_query_are_not_those_of_the_form(crew) -> None:
    ada = crew[Role.ADMINISTRATOR]
    answer = ada.post("/console/staff?name=eve&mail=eve@example.org&role=support")
    assert answer.status == 400
