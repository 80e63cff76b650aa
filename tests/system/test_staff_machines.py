"""Machines with tokens of a real server: what they read, what not, and who takes a token back."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.system import people_scene
from tests.system.conftest import privity
from tests.system.people_scene import Answer, People, people_talking
from tests.system.staff_scene import Colleague, invite

API = "/console/api/v1"
LATER = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        found.say("maggie", "Hello, my name is Margaret Okafor.", "order")
        yield found


@pytest.fixture(scope="module")
def ada(house: People) -> Colleague:
    made = Colleague(house, "ada").join(invite(house.home, "ada"))
    assert made.sign_in().status == 303
    return made


def run(house: People, *words: str) -> str:
    command = privity("staff", "token", *words, "--home", house.home)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def token(house: People) -> str:
    every = [part for each in ("overview", "evidence", "alerts") for part in ("--scope", each)]
    return run(house, "create", "dashboard", *every, "--until", LATER)


def get(house: People, path: str, token: str) -> Answer:
    return people_scene.Browser(house).send(f"GET {API}{path}", authorization=f"Bearer {token}")


def test_a_machine_reads_what_its_token_is_good_for(house: People, token: str) -> None:
    overview = json.loads(get(house, "/overview", token).body)
    assert overview["serving"] is True
    assert overview["log"]["size"] > 0
    rows = json.loads(get(house, "/evidence", token).body)["rows"]
    assert rows
    assert all(row["broken"] == 0 for row in rows)
    assert isinstance(json.loads(get(house, "/alerts", token).body)["alerts"], list)


def test_nothing_a_machine_reads_names_anybody(house: People, token: str) -> None:
    said = "".join(get(house, path, token).body for path in ("/overview", "/evidence", "/alerts"))
    assert not re.search("maggie|margaret|okafor|order", said, re.IGNORECASE)
    assert house.subject("maggie") not in said


def test_each_answer_has_the_shape_that_is_described(house: People, token: str) -> None:
    described = json.loads(people_scene.Browser(house).send(f"GET {API}/openapi.json").body)
    schemas = described["components"]["schemas"]
    for path, way in described["paths"].items():
        content = way["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        schema = schemas[content["$ref"].rpartition("/")[2]]
        answer = json.loads(get(house, path, token).body)
        assert set(answer) == set(schema["required"]) == set(schema["properties"])


def test_a_token_made_in_the_console_is_shown_once_and_taken_back(
    house: People, ada: Colleague
) -> None:
    fields = {"name": "auditor", "scope": "evidence", "until": LATER}
    made = ada.post("/console/machines", "/console/machines", **fields).body
    secret = re.search(r"privity_machine_[\w-]+", made)[0]
    assert get(house, "/evidence", secret).status == 200
    refused = get(house, "/overview", secret)
    assert refused.status == 403
    assert json.loads(refused.body)["error"]["code"] == "access_denied"

    listed = ada.send("GET /console/machines").body
    assert "auditor" in listed
    assert secret not in listed
    rows = json.loads(run(house, "list", "--json"))
    name = next(row["id"] for row in rows if row["name"] == "auditor")
    ada.post(f"/console/machines/{name}/revoke", "/console/machines")
    assert get(house, "/evidence", secret).status == 401


def test_a_token_without_an_end_within_a_year_is_not_made(ada: Colleague) -> None:
    far = (datetime.now(UTC) + timedelta(days=400)).date().isoformat()
    for until in (far, "soon", ""):
        fields = {"name": "x", "scope": "evidence", "until": until}
        assert ada.post("/console/machines", "/console/machines", **fields).status == 400


def test_a_token_in_the_address_or_a_session_opens_nothing(
    house: People, ada: Colleague, token: str
) -> None:
    client = people_scene.Browser(house)
    assert client.send(f"GET {API}/overview?access_token={token}").status == 401
    assert ada.send(f"GET {API}/overview").status == 401


def test_a_token_opens_no_page(house: People, token: str) -> None:
    client = people_scene.Browser(house)
    shown = client.send("GET /console/staff", authorization=f"Bearer {token}")
    assert shown.status == 303


def test_who_guesses_tokens_has_to_wait(house: People, token: str) -> None:
    found = [get(house, "/overview", f"guess-{each}").status for each in range(7)]
    assert set(found) == {401, 429}
    waiting = get(house, "/overview", token)
    assert waiting.status == 429
    assert int(waiting.headers["retry-after"]) > 0
    rows = json.loads(run(house, "list", "--json"))
    assert [row["state"] for row in rows if row["name"] == "dashboard"] == ["in use"]
