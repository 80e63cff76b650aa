"""The page of the log, over HTTP, where what is asked for or kept is not right."""

import sqlite3
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from privity.access.staff import Role
from tests.security.crew import SESSION, Employee, employ
from tests.system.conftest import privity, serving
from tests.system.people_scene import People
from tests.system.test_staff_console import browser

__all__ = ["browser"]


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Employee]:
    folder = tmp_path_factory.mktemp("log")
    made = privity("init", "--home", folder / "home")
    subprocess.run(made, check=True, capture_output=True)
    with serving(folder / "home", folder / "log") as gateway:
        url = gateway.url.replace("127.0.0.1", "localhost")
        yield employ(People(url, folder / "home"), {Role.AUDITOR})


@pytest.mark.parametrize("asked", ["until=9999-12-31", "until=10000-01-01", "since=yesterday"])
def test_a_day_that_cannot_be_searched_is_refused_as_any_other(
    auditor: Employee, asked: str
) -> None:
    answer = auditor.get(f"/console/log?{asked}")
    assert answer.status == 400
    assert "2026-01-31" in answer.body


def test_what_an_entry_says_has_the_most_room(auditor: Employee, browser: Browser) -> None:
    """On a desk; on a phone each entry is a list."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    cookie = {"name": SESSION, "value": auditor.secret, "secure": True, "httpOnly": True}
    context.add_cookies([{**cookie, "url": auditor.people.url.replace("http:", "https:")}])
    page = context.new_page()
    page.goto(f"{auditor.people.url}/console/log")
    heads = page.locator("#found thead th").all()
    widths = {head.inner_text(): head.bounding_box()["width"] for head in heads}
    context.close()
    assert max(widths, key=widths.get) == "What"
    assert min(widths, key=widths.get) == "Entry"


def test_a_log_that_does_not_hold_is_not_said_to_be_exported(auditor: Employee) -> None:
    """Runs last: it changes an entry behind the back of the log."""
    with sqlite3.connect(auditor.people.home / "privity.db") as database:
        database.execute("DROP TRIGGER entry_no_update")
        database.execute("UPDATE entry SET body = x'7b7d' WHERE position = 0")
        database.commit()
        answer = auditor.post("/console/log/export", log="")
        said = database.execute(
            "SELECT count(*) FROM entry WHERE instr(CAST(body AS TEXT), 'evidence.exported')"
        )
        assert (answer.status, said.fetchone()) == (503, (0,))
