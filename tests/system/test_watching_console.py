"""Alerts in a real browser: found, understood, taken on, declared, closed."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from privity.access.staff import Role
from privity.adapters import home as homes
from privity.oversight.ports import RULES, STILL, Followed
from privity.settings import load
from tests.security.crew import employ
from tests.system.conftest import privity
from tests.system.people_scene import People
from tests.system.staff_scene import invite
from tests.system.test_staff_console import Desk, browser
from tests.system.watched_scene import Watched, watched

__all__ = ["browser"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched(tmp_path_factory.mktemp("alerts")) as found:
        yield found


def test_the_first_page_says_that_nobody_watches(tmp_path: Path) -> None:
    with watched(tmp_path, on=False) as unwatched:
        people = People(unwatched.url.replace("127.0.0.1", "localhost"), unwatched.home)
        guard = employ(people, {Role.SECURITY})
        before = guard.get("/console").body
        assert "nobody watches the log now" not in before
        assert "not_watched" in before
        ago = homes.now() - STILL * 2
        with homes.open_home(load(unwatched.home)).journal.transaction() as tx:
            tx.followers.put(RULES, Followed(0, b"", ago, "one", ago))
        after = guard.get("/console").body
        assert "nobody watches the log now" in after
        assert "watching_stopped" in after


@pytest.fixture(scope="module")
def sue(house: Watched, browser: Browser) -> Desk:
    people = People(house.url, house.home)
    secret = invite(house.home, "sue", "--role", "security")
    return Desk(people, browser, "sue", scripts=True).join_by_passkey(secret)


def test_an_alert_is_explained_taken_on_declared_and_closed(house: Watched, sue: Desk) -> None:
    page = sue.go("/alerts").page
    expect(page.get_by_role("heading", name="Alerts", level=1)).to_be_visible()
    sue.check()
    house.detects("bulk_read", house.read_many)
    sue.go("/alerts").check()
    page.get_by_role("link", name="One person of the staff reads many people").click()
    expect(page.get_by_text("Fewer than 10 distinct people in 30 minutes.").first).to_be_visible()
    sue.check()
    sue.press("Take it on")
    expect(page.get_by_text("sue: Looking into it")).to_be_visible()
    sue.press("Declare an incident")
    expect(page.get_by_text("sue: It is an incident")).to_be_visible()
    page.get_by_label("What was found").select_option("mended")
    sue.press("Close it")
    for each in ("Looking into it", "It is an incident", "Found and mended"):
        expect(page.get_by_text(f"sue: {each}")).to_be_visible()
    expect(page.get_by_role("button", name="Close it")).to_have_count(0)
    sue.check()
    assert sue.said == []


def test_the_commands_tell_the_same(house: Watched) -> None:
    house.detects("self_approval", house.approve_own)

    def run(*words: str) -> str:
        command = privity("watch", *words, "--home", house.home)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    alerts = json.loads(run("alerts", "--json"))
    alert = next(each for each in alerts if each["rule"] == "self_approval")
    assert alert["quiet"]
    assert alert["entries"]
    assert alert["id"] in run("incident", alert["id"])
    assert json.loads(run("status", "--json"))["home.open_alerts"] >= 1


def test_who_may_not_see_alerts_is_refused(house: Watched, browser: Browser, sue: Desk) -> None:
    people = People(house.url, house.home)
    pat = Desk(people, browser, "pat", scripts=True)
    pat.join_by_passkey(sue.invite(pat, "product"))
    expect(pat.go("/alerts").page.get_by_text("access_denied")).to_be_visible()
    expect(pat.page.get_by_role("link", name="Alerts")).to_have_count(0)
