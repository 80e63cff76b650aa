"""The console's frame and first pages in a real browser: found, read, worked with by everybody."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from privity.adapters import home as homes
from privity.audit.entry import Entry, Event
from privity.audit.stored import read_entry
from privity.settings import load
from tests.system import people_scene
from tests.system.people_scene import People, people_talking
from tests.system.staff_scene import invite
from tests.system.test_staff_console import Desk, browser

__all__ = ["browser"]
HELLO = "Hello, my name is Margaret Okafor, reach me at margaret@example.org."
PAGES = ("", "?last=month", "/set-up", "/keys", "/search", "/requests", "/people")


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        found.say("customer-4711", HELLO, "order")
        yield found


@pytest.fixture(scope="module")
def ada(house: People, browser: Browser) -> Desk:
    made = Desk(house, browser, "ada", scripts=True)
    return made.join_by_passkey(invite(house.home, "ada", "--region", "local"))


@pytest.fixture(scope="module")
def pia(house: People, browser: Browser, ada: Desk) -> Desk:
    """A privacy officer."""
    made = Desk(house, browser, "pia", scripts=True)
    return made.join_by_passkey(ada.invite(made, "privacy officer"))


@pytest.fixture(scope="module")
def sam(house: People, browser: Browser, ada: Desk) -> Desk:
    """Support, with a phone whose browser runs no script."""
    made = Desk(house, browser, "sam", scripts=False)
    return made.join_by_password(ada.invite(made, "support"))


def entries(house: People) -> list[Entry]:
    reader = homes.open_home(load(house.home)).journal.reader
    with reader.snapshot() as snapshot:
        return [read_entry(body) for _, body in snapshot.entries(0)]


def enter(desk: Desk, person: str, kind: str) -> str:
    """Enter a request that a person made by letter, and return its id."""
    page = desk.go("/people").page
    page.get_by_label("The person, as the application names them").fill(person)
    desk.press("Look up")
    page.get_by_label("What is asked").select_option(kind)
    page.get_by_label("They have shown me who they are").check()
    desk.press("Enter")
    return page.url.rpartition("/")[2]


def test_every_page_can_be_used_by_everybody_in_light_and_dark(ada: Desk, pia: Desk) -> None:
    for path in PAGES:
        desk = pia if path in {"/requests", "/people"} else ada
        desk.go(path)
        for scheme in ("light", "dark"):
            desk.page.emulate_media(color_scheme=scheme)
            desk.check()
    assert ada.said == []
    assert pia.said == []


def test_the_menu_shows_what_somebody_may_open_and_nothing_else(ada: Desk, pia: Desk) -> None:
    places = ada.go().page.get_by_role("navigation", name="Pages").get_by_role("link")
    assert "Keys and regions" in places.all_inner_texts()
    assert "Requests" not in places.all_inner_texts()
    theirs = pia.go("/requests").page.get_by_role("navigation", name="Pages")
    expect(theirs.get_by_role("link", name="Requests")).to_have_attribute("aria-current", "page")
    ada.go("/requests")
    expect(ada.page.locator("h1")).to_have_text("This was not done")


def test_the_frame_works_on_a_phone_without_scripts(sam: Desk) -> None:
    page = sam.go().page
    menu = page.get_by_role("navigation", name="Pages")
    expect(menu).to_be_hidden()
    sam.press("Menu")
    expect(menu).to_be_visible()
    menu.get_by_role("link", name="Requests").click()
    expect(page.locator("h1")).to_have_text("Requests")

    sam.press("Menu").press("Dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.url.endswith("/console/requests")
    page.goto(f"{sam.root}/sign-in")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    sam.go().press("Menu").press("Auto")
    expect(page.locator("html")).not_to_have_attribute("data-theme", re.compile("."))

    sam.press("Menu")
    page.get_by_role("searchbox").fill("how service is")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("main").get_by_role("link", name="Overview").click()
    expect(page.locator("h1")).to_have_text("Overview")


def test_a_slash_goes_to_the_search_and_the_search_to_the_page(ada: Desk, pia: Desk) -> None:
    page = ada.go().page
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("keys and regions")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Keys and regions")

    name = enter(pia, "customer-1", "access")
    pia.go()
    pia.page.get_by_role("searchbox").fill(name)
    pia.page.get_by_role("searchbox").press("Enter")
    pia.page.get_by_role("main").get_by_role("link", name="Requests").click()
    assert pia.page.url.endswith(name)
    ada.page.get_by_role("searchbox").fill(name)
    ada.page.get_by_role("searchbox").press("Enter")
    expect(ada.page.get_by_role("main").get_by_role("link", name="Requests")).to_have_count(0)


def test_the_skip_link_is_the_first_thing_that_the_keyboard_reaches(ada: Desk) -> None:
    page = ada.go("/keys").page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_overview_shows_what_was_counted_in_plots_and_in_tables(ada: Desk, sam: Desk) -> None:
    page = ada.go().page
    requests = page.get_by_role("figure", name="Requests")
    expect(requests.locator("canvas")).to_have_count(1)
    requests.get_by_text("As a table").click()
    expect(requests.get_by_role("row").nth(1)).to_contain_text("1")
    expect(page.get_by_role("figure", name="Found")).to_contain_text("e-mail addresses")
    expect(page.locator(".stat", has_text="Overdue")).to_contain_text("0")
    read = sam.go("?last=day").page.get_by_role("figure", name="Requests")
    read.get_by_text("As a table").click()
    expect(read.get_by_role("row").nth(1)).to_be_visible()


def test_the_checklist_says_what_to_do_next(ada: Desk) -> None:
    page = ada.go("/set-up").page
    todo = page.get_by_role("region", name="Do next").get_by_role("listitem")
    expect(todo.filter(has_text="There is a recent backup")).to_contain_text("privity backup")
    said = page.get_by_role("region", name="What people are promised").get_by_role("row")
    assert said.count() > 10
    expect(said.filter(has_text="What is not written here is not allowed")).to_contain_text(
        "enforced"
    )
    ada.press("Look again")
    expect(page.locator("h1")).to_have_text("Set-up")


def test_keys_are_shown_by_age_and_never_themselves(ada: Desk, house: People) -> None:
    shown = ada.go("/keys").page.content()
    assert "Key of local/assist" in shown
    assert str(house.home) not in shown
    assert "root.key" not in shown


def test_a_person_is_looked_up_by_counts_and_everybody_can_see_that(
    pia: Desk, house: People
) -> None:
    page = pia.go("/people").page
    page.get_by_label("The person, as the application names them").fill("customer-4711")
    pia.press("Look up")
    expect(page.get_by_role("main")).to_contain_text("Conversations and notes, sealed")
    pia.check()
    assert "4711" not in page.url + page.content()
    assert "Okafor, reach" not in page.content()
    (seen,) = [each for each in entries(house) if each.event is Event.PERSON_SEEN][-1:]
    assert seen.subject == house.subject("customer-4711")
    person = people_scene.Browser(house)
    token = f"Bearer {house.session('customer-4711')}"
    assert "person.seen" in person.send("GET /privacy/api/v1/history", authorization=token).body


def test_an_erasure_is_done_from_the_inbox_by_two_and_stands_in_the_log(
    pia: Desk, sam: Desk, house: People
) -> None:
    house.say("customer-9", HELLO, "order")
    name = enter(sam, "customer-9", "erasure")
    entered = sam.page.get_by_role("main")
    expect(entered).to_contain_text("A colleague, as you entered it")
    expect(entered.get_by_role("button", name="They showed who they are")).to_have_count(0)
    page = pia.go(f"/requests/{name}").page
    expect(page.get_by_role("main")).to_contain_text("who has seen proof confirms")
    pia.check()
    pia.press("They showed who they are")
    expect(page.get_by_role("main")).to_contain_text("You, or anybody but who entered it")
    expect(page.get_by_role("main")).to_contain_text("days left")
    pia.press("Do it and close")  # the browser asks whether they are sure
    assert page.url.endswith(name)
    page.get_by_label("I am sure").check()
    pia.press("Do it and close")
    expect(page.get_by_role("main")).to_contain_text("It is closed")
    said = [each for each in entries(house) if each.event is Event.REQUEST_HANDLED]
    assert [each.facts["act"] for each in said][-3:] == ["open", "prove", "complete"]
    assert said[-1].subject == house.subject("customer-9")

    pia.go("/people").page.get_by_label("The person, as").fill("customer-9")
    pia.press("Look up")
    expect(page.get_by_role("main")).not_to_contain_text("Conversations and notes, sealed")


def test_what_is_due_soon_waits_on_the_first_page_of_who_answers_it(
    pia: Desk, ada: Desk, house: People
) -> None:
    enter(pia, "customer-4", "restriction")
    path = homes.open_home(load(house.home)).settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        earlier = timedelta(days=27) // timedelta(microseconds=1)
        database.execute("UPDATE request SET received = received - ?", (earlier,))
    waiting = pia.go().page.get_by_role("region", name="Waiting for you")
    expect(waiting).to_contain_text("to be answered within a week")
    waiting.get_by_role("link", name="Requests").click()
    expect(pia.page.locator("h1")).to_have_text("Requests")
    expect(ada.go().page.get_by_role("main")).not_to_contain_text("to be answered")


def test_the_inbox_is_filtered_as_soon_as_something_is_chosen(pia: Desk) -> None:
    enter(pia, "customer-2", "objection")
    enter(pia, "customer-3", "restriction")
    page = pia.go("/requests").page
    page.get_by_label("Asked", exact=True).select_option("objection")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page).to_have_url(re.compile("kind=objection"))
    expect(page.get_by_role("row").nth(1)).to_contain_text("Objection")
    assert pia.said == []
