"""Whatever region a link or a session states, a person is looked for where they live."""

import json
from collections.abc import Iterator

import pytest

from privity.model.words import Region
from tests.system.conftest import serving
from tests.system.people_scene import Browser, People
from tests.system.test_regions import make

API = "/privacy/api/v1"
WORDS = "How long does bread rise?"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    folder = tmp_path_factory.mktemp("people-regions")
    with serving(make(folder / "home"), folder / "errors") as served:
        found = People(served.url, served.home)
        found.say("ann", WORDS, region="us")
        found.say("bob", WORDS, region="local")
        yield found


def kept(people: People, name: str, region: Region | None) -> tuple[int, str]:
    token = people.session(name, region=region)
    answer = Browser(people).send(f"GET {API}/data", authorization=f"Bearer {token}")
    return answer.status, answer.body


@pytest.mark.parametrize("stated", [Region.US, Region.LOCAL, Region.CH, None])
@pytest.mark.parametrize("name", ["ann", "bob"])
def test_a_person_sees_what_is_theirs_whatever_is_stated(
    people: People, name: str, stated: Region | None
) -> None:
    status, body = kept(people, name, stated)
    lives = {"ann": "us", "bob": "local"}[name]
    assert status == 200
    assert [kind["region"] for kind in json.loads(body)["kinds"]] == [lives]


@pytest.mark.parametrize("stated", [Region.US, Region.LOCAL, None])
def test_a_stranger_sees_nothing_in_any_region(people: People, stated: Region | None) -> None:
    status, body = kept(people, "nobody", stated)
    assert status == 200
    assert json.loads(body)["kinds"] == []


def test_a_region_without_a_store_shows_nothing_of_anybody(people: People) -> None:
    status, body = kept(people, "nobody", Region.CH)
    assert (status, json.loads(body)["error"]["code"]) == (403, "wrong_region")


def test_erasing_reaches_the_region_where_a_person_lives(people: People) -> None:
    people.say("cat", WORDS, region="us")
    token = people.session("cat", region=Region.LOCAL)
    way = {"authorization": f"Bearer {token}"}
    assert Browser(people).send(f"POST {API}/erasure", **way).status == 200
    for region in (Region.US, Region.LOCAL):
        assert json.loads(kept(people, "cat", region)[1])["count"] == 0
    assert json.loads(kept(people, "ann", None)[1])["count"] == 1
