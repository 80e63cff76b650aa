"""Young people through a real server: what they write, the age screen, their parents' pages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from privity.adapters import home as homes
from privity.adapters.parenting import parents_of
from privity.audit.entry import Event
from privity.audit.stored import read_entry
from privity.cli import minors as commands
from privity.rights.letters import Fact, LetterKind
from privity.rights.parental import State
from privity.settings import load
from tests.system.browser import chromium
from tests.system.people_scene import People

WIDTHS = (360, 1280)
PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture(params=WIDTHS)
def visit(request, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 800}, locale="en-GB", bypass_csp=True
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


def entries(people: People, name: str) -> list:
    subject = people.subject(name)
    with homes.open_home(load(people.home)).journal.reader.snapshot() as snapshot:
        read = [read_entry(body) for _, body in snapshot.entries(0)]
    return [entry for entry in read if entry.subject == subject]


def kept(people: People, name: str) -> int:
    with homes.open_home(load(people.home)).journal.transaction() as tx:
        records = tx.records.of(people.subject(name))
    return sum(record.place.kind == "transcript" for record in records)


def letter_to(people: People, name: str, kind: LetterKind):
    """The newest letter of a kind that waits for somebody: as the mail server would get it."""
    opened = homes.open_home(load(people.home))
    office = parents_of(opened, homes.policy_in_force(opened)).office
    with opened.journal.transaction() as tx:
        waiting = [each for each in tx.outbox.of(people.subject(name)) if each.kind is kind]
        return office.take(tx, waiting[-1], homes.now())


def enter(people: People, context: BrowserContext, name: str) -> Page:
    page = context.new_page()
    page.goto(people.link(name))
    page.locator("main button").click()
    return page


def clean(page: Page) -> None:
    """Nothing that axe-core finds, nothing wider than the screen."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def asked(people: People, context: BrowserContext, name: str) -> str:
    """Ask a parent as this child; return the link of the letter."""
    page = enter(people, context, name)
    page.goto(f"{people.url}/privacy/parent")
    page.get_by_label("E-mail address of a parent").fill("parent@example.org")
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_text("The letter is on its way.")).to_be_visible()
    return letter_to(people, name, LetterKind.PARENT_ASKED).facts[Fact.LINK]


def moved_to_test_server(people: People, link: str) -> str:
    """The link, on the port that the test's server has."""
    return people.url + link[link.index("/privacy/") :]


def test_what_was_kept_of_somebody_who_says_to_be_a_child_is_deleted(people: People) -> None:
    people.say("zoe", "Hello, what is a volcano?")
    people.say("zoe", "Thanks! I'm 12 and I have to write about it.")
    assert kept(people, "zoe") == 0
    told = [entry.event for entry in entries(people, "zoe")]
    assert told.index(Event.AGE_TOLD) > told.index(Event.EXCHANGE_ENDED)
    deleted = [e for e in entries(people, "zoe") if e.event is Event.RECORDS_DELETED]
    assert [entry.facts["records"] for entry in deleted] == [1]


def test_nothing_more_is_kept_of_a_child(people: People) -> None:
    people.say("ben", "I'm in year seven. What is a volcano?")
    people.say("ben", "And what is lava?")
    assert kept(people, "ben") == 0
    allowed = [e for e in entries(people, "ben") if e.event is Event.EXCHANGE_ALLOWED]
    assert [e.facts.get("keep_seconds", 0) for e in allowed] == [0, 0]
    assert [e.facts["minor"] for e in allowed] == [1, 1]


def test_who_speaks_of_a_child_is_no_child(people: People) -> None:
    people.say("ann", "My son is 12. What is a volcano?")
    assert kept(people, "ann") == 1


def test_the_age_screen_asks_once_and_hints_at_nothing(people, visit) -> None:
    name = f"kim-{id(visit)}"
    page = enter(people, visit, name)
    page.goto(f"{people.url}/privacy/age")
    clean(page)
    words = " ".join(page.locator("main :is(h1, p, label)").all_inner_texts())
    words = re.sub(r"\d+", "", words)  # the months and years to choose from
    assert not any(hint in words for hint in ("under", "adult", "child", "old"))
    assert page.get_by_label("Month").input_value() == ""
    page.get_by_label("Month").select_option("5")
    page.get_by_label("Year").select_option("2019")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Your answer was taken.")).to_be_visible()
    clean(page)
    page.go_back()
    page.reload()
    expect(page.get_by_text("Your answer was taken.")).to_be_visible()
    people.say(name, "Hello!")
    assert kept(people, name) == 0


def test_a_parent_agrees_by_a_signed_form_then_sees_and_takes_back(
    people: People, visit: BrowserContext, tmp_path: Path, capsys
) -> None:
    name = f"leo-{id(visit)}"
    people.say(name, "I'm 11. Hello!")
    link = moved_to_test_server(people, asked(people, visit, name))
    visit.clear_cookies()
    page = visit.new_page()
    page.goto(link)
    assert "link=" not in page.url
    clean(page)
    form = tmp_path / "form.pdf"
    form.write_bytes(PDF)
    page.get_by_label("The signed form").set_input_files(form)
    page.get_by_role("button", name="Upload the form").click()
    expect(page.get_by_text("Your form was received.")).to_be_visible()
    clean(page)

    with homes.open_home(load(people.home)).journal.transaction() as tx:
        (request,) = tx.parental.of(people.subject(name))
    seen = tmp_path / "seen.pdf"
    commands.form(request.consent.id, seen, people.home)
    assert seen.read_bytes() == PDF
    assert seen.stat().st_mode & 0o077 == 0
    commands.judge(request.consent.id, accept=True, home=people.home)
    assert State.GRANTED.value in capsys.readouterr().out

    people.say(name, "Thank you very much!")
    assert kept(people, name) == 1
    granted = letter_to(people, name, LetterKind.PARENT_CONFIRMED)
    page.goto(moved_to_test_server(people, granted.facts[Fact.LINK]))
    clean(page)
    page.get_by_role("button", name="See what is kept").click()
    expect(page.locator("h1")).to_have_text("Your data")
    expect(page.get_by_text("Thank you very much!")).to_be_visible()
    page.goto(f"{people.url}/privacy/parent/answer")
    page.get_by_role("button", name="Take it back and delete").click()
    expect(page.get_by_text("Your consent is taken back.")).to_be_visible()
    clean(page)
    assert kept(people, name) == 0
    people.say(name, "And what is ash?")
    assert kept(people, name) == 0


def test_one_click_on_a_link_consents_to_nothing(people, visit) -> None:
    name = f"mia-{id(visit)}"
    link = moved_to_test_server(people, asked(people, visit, name))
    visit.clear_cookies()
    page = visit.new_page()
    page.goto(link)
    page.get_by_role("button", name="I am a parent and I agree").click()
    expect(page.get_by_text("You agreed once.")).to_be_visible()
    with homes.open_home(load(people.home)).journal.transaction() as tx:
        (request,) = tx.parental.of(people.subject(name))
    assert request.consent.state is State.CONFIRMED_ONCE
    people.say(name, "I'm 11. Hello!")
    assert kept(people, name) == 0


def test_a_link_that_nobody_sent_opens_nothing(people, visit) -> None:
    page = visit.new_page()
    answer = page.goto(f"{people.url}/privacy/parent/open?link=nothing")
    assert answer is not None
    assert answer.status == 404


def test_the_notice_is_open_to_everyone_and_has_no_barrier(people, visit) -> None:
    page = visit.new_page()
    page.goto(f"{people.url}/privacy/notice")
    page.locator("summary").first.click()
    clean(page)
    expect(page.get_by_text("Enforced by").first).to_be_visible()
    page.goto(f"{people.url}/privacy/notice/versions")
    clean(page)


def test_an_address_for_letters_about_changes_is_left_and_taken_back(people, visit) -> None:
    name = f"pat-{id(visit)}"
    page = enter(people, visit, name)
    page.goto(f"{people.url}/privacy/choices")
    page.get_by_role("link", name="Letters about changes").click()
    clean(page)
    page.get_by_label("E-mail address").fill("pat@example.org")
    page.get_by_role("button", name="Send me such letters").click()
    expect(page.get_by_text("You get a letter before something changes.")).to_be_visible()
    clean(page)
    assert "pat@example.org" not in page.content()
    page.get_by_role("button", name="No more letters").click()
    expect(page.get_by_text("The address is deleted.")).to_be_visible()
    page.goto(f"{people.url}/privacy/mail/end?link=local.nothing")
    clean(page)
    page.get_by_role("button", name="End the letters").click()
    expect(page.get_by_text("record_unknown")).to_be_visible()


QUESTIONS = [
    {"text": f"Question {n}?", "choices": [f"{n}{c}" for c in "abcde"], "right": f"{n}c"}
    for n in range(5)
]


def test_a_parent_who_knows_the_answers_has_consented(
    people: People, visit: BrowserContext, tmp_path: Path
) -> None:
    name = f"ida-{id(visit)}"
    link = moved_to_test_server(people, asked(people, visit, name))
    with homes.open_home(load(people.home)).journal.transaction() as tx:
        (request,) = tx.parental.of(people.subject(name))
    file = tmp_path / "questions.json"
    file.write_text(json.dumps(QUESTIONS))
    commands.questions(request.consent.id, file, people.home)
    visit.clear_cookies()
    page = visit.new_page()
    page.goto(link)
    clean(page)
    for number in range(5):
        page.get_by_label(f"{number}a", exact=True).check()
    page.get_by_role("button", name="Send the answers").click()
    expect(page.get_by_text("This was not right.")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_text("You have 2 attempts.")).to_be_visible()
    for number in range(5):
        page.get_by_label(f"{number}c", exact=True).check()
    page.get_by_role("button", name="Send the answers").click()
    expect(page.get_by_text("Your consent lasts until")).to_be_visible()
    people.say(name, "I'm 11. Thank you very much!")
    assert kept(people, name) == 1
