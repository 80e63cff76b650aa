"""Every route, while signed in as each role: nobody gets more than the rules of access say.

What is expected comes from the rules themselves: the pages from what the menu asks of them, the
forms from the entries of the log, which name the act that was refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privity.access.accounts import digest_of
from privity.access.authorize import Authorizer
from privity.access.desk import Acting, Occasion, actor
from privity.access.sessions import living
from privity.access.staff import Action, Asked, Kind, Role, Situation, Staff, StaffId, Thing
from privity.adapters import home as homes
from privity.model.words import Purpose, Region
from privity.settings import load
from tests.security import routes
from tests.security.crew import Employee, conversations_of, employ
from tests.system.people_scene import Answer, People, people_talking

RULES = Authorizer.load()
OWN = {"/console/sign-out"}
"""Ends the session that the other tests go on with."""
IN_REGION = {Kind.CONVERSATION, Kind.PERSON, Kind.PERSON_REQUEST, Kind.GRANT}
OWNED = {Kind.STAFF_ACCOUNT, Kind.OWN_ACCOUNT}
KINDS = ("text/html; charset=utf-8", "application/json", "application/zip", "text/plain")
ODD = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.sampled_from(["", "-1", "9" * 400, "../../settings.toml", "\r\na: b", "'--", "{{7*7}}"]),
    st.integers(2, 400).map(lambda times: "[" * times),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        found.say("maggie", "Hello, I am Margaret Okafor.", "order")
        yield found


@pytest.fixture(scope="module")
def crew(house: People) -> dict[Role, Employee]:
    return {role: employ(house, {role}) for role in Role}


@pytest.fixture(scope="module")
def named(house: People, crew: dict[Role, Employee]) -> dict[str, str]:
    """Things that are there, for addresses that want one."""
    conversation = conversations_of(house, "maggie")[0]
    asked = crew[Role.REVIEWER].ask(conversation).rpartition("/")[2]
    colleague = employ(house, {Role.PRODUCT}, name="colleague")
    return {"conversation": conversation, "grant": asked, "colleague": colleague.id}


@dataclass(frozen=True)
class Log:
    """What a server wrote."""

    reader: Any

    def size(self) -> int:
        with self.reader.snapshot() as log:
            return log.head().size

    def denials(self, who: Employee, since: int) -> list[dict[str, str]]:
        """What was refused to somebody from this entry on."""
        with self.reader.snapshot() as log:
            entries = [orjson.loads(body) for _, body in log.entries(since)]
        facts = [each["facts"] for each in entries if each["event"] == "access.denied"]
        return [each for each in facts if each["by"] == who.id]


@pytest.fixture(scope="module")
def log(house: People) -> Log:
    return Log(homes.open_home(load(house.home)).journal.reader)


def may(role: Role, action: Action, kind: Kind) -> bool:
    """Whether the rules ever allow this to a role, in the best of circumstances."""
    staff = Staff(
        StaffId("they"), frozenset({role}), frozenset({Region.LOCAL}), active=True, confirmed=True
    )
    other = StaffId("other")
    region = Region.LOCAL if kind in IN_REGION else None
    owners = (StaffId("they"), other) if kind in OWNED else (None,)
    askers = (StaffId("they"), other) if kind is Kind.GRANT else (None,)
    things = [Thing(kind, "thing", region, asker, of) for of in owners for asker in askers]
    situations = [
        Situation(purpose, second_factor=True, session_seconds=0, step_up_seconds=0, trained=True)
        for purpose in Purpose
    ]
    return any(
        RULES.decide(Asked(staff, action, thing, each)).allowed
        for thing in things
        for each in situations
    )


def sound(answer: Answer) -> None:
    """What holds for every answer, whatever was asked."""
    assert answer.status < 500, answer.body
    kind = answer.headers.get("content-type", "")
    assert kind in KINDS or (not answer.body and answer.status in {204, 303}), kind
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("role", Role)
def test_a_page_opens_to_those_who_find_it_in_the_menu(house, crew, role: Role) -> None:
    who, home = crew[role], homes.open_home(load(house.home))
    with home.journal.transaction() as tx:
        now = datetime.now(UTC)
        session = living(tx.sessions.get(digest_of(who.secret)), now)
        acting = Acting(tx, RULES, actor(tx, session, trained=True), Occasion(now, "policy"))
        expected = {each.path: 200 if each.shown(acting) else 403 for each in routes.sections()}
    assert {path: who.get(path).status for path in expected} == expected


FORMS = [each for each in routes.of_staff() if each.method == "POST" and each.path not in OWN]
PAGES = [each for each in routes.of_staff() if each.method == "GET"]


@pytest.mark.parametrize("address", FORMS + PAGES, ids=str)
def test_nobody_does_what_the_rules_refuse_them(log, crew, named, address) -> None:
    thing = named["colleague"] if "/staff/" in address.path else named["grant"]
    sent = {"conversation": named["conversation"], "minutes": "15", "ticket": "T", "reason": "r"}
    refused: dict[Role, list[dict[str, str]]] = {}
    for role, who in crew.items():
        before = log.size()
        answer = who.send(
            f"{address.method} {address.filled(thing, thing)}",
            {"token": who.token, "purpose": "review", **sent} if address.method == "POST" else None,
        )
        sound(answer)
        refused[role] = log.denials(who, before)
        assert not refused[role] or answer.status == 403
    found = [each for denied in refused.values() for each in denied]
    acts = {(Action(each["action"]), Kind(each["thing"])) for each in found}
    for role, denied in refused.items():
        if not denied:
            assert all(may(role, action, kind) for action, kind in acts), role


@pytest.mark.parametrize("address", FORMS, ids=str)
def test_a_form_without_its_token_changes_nothing(log, crew, address) -> None:
    for who in (crew[Role.ADMINISTRATOR], crew[Role.SECURITY]):
        size = log.size()
        answer = who.send(f"POST {address.filled('a', 'b')}", {"token": "x" * 43})
        assert answer.status in {403, 404}  # not found: where no identity provider is set
        assert log.size() == size


@given(data=st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_whatever_staff_send_is_answered_soundly(crew, data) -> None:
    who = crew[data.draw(st.sampled_from(Role))]
    address = data.draw(st.sampled_from(FORMS + PAGES))
    path = address.filled(*(quote(data.draw(ODD), safe="") for _ in address.parts))
    sent = data.draw(st.dictionaries(st.sampled_from(routes.fields()), ODD, max_size=6))
    sound(who.send(f"{address.method} {path}", {"token": who.token, **sent}))
