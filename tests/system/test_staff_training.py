"""Training in a real browser: what is owed, the test, what is closed meanwhile, the figure."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from privity.adapters.courses import courses
from privity.governance.training import Course
from tests.system.browser import chromium
from tests.system.people_scene import Answer, People, people_talking
from tests.system.staff_scene import PASSWORD, Colleague, conversation_of, invite

OWN = """
title = "House <b>rules</b>"
version = "1.0"
roles = ["reviewer"]
[[question]]
asks = "Which?"
choices = ["this", "that"]
right = 2
why = "That it is."
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        own_course(found.home)
        found.say("maggie", "Hello, my name is Margaret Okafor.", "order")
        yield found


def own_course(home) -> None:
    folder = home / "training" / "house-rules"
    folder.mkdir(parents=True)
    (folder / "course.toml").write_text(OWN)
    (folder / "text.md").write_text("## Rules\n\n<script>alert(1)</script>\n\n![p](https://e.org/)")


@pytest.fixture(scope="module")
def colleague(house: People) -> Colleague:
    """A reviewer who took no course."""
    ada = Colleague(house, "ada").join(invite(house.home, "ada"))
    assert ada.sign_in().status == 303
    fields = {"name": "bob", "mail": "bob@example.org", "role": "reviewer", "region": "local"}
    invited = ada.post("/console/staff", "/console/staff", **fields)
    secret = re.search(r"invitation=([\w-]+)", invited.body)[1]
    made = Colleague(house, "bob").join(secret, trained=False)
    assert made.sign_in().status == 303
    return made


@pytest.fixture(scope="module")
def page(house: People, colleague: Colleague) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        made = browser.new_page()
        made.set_default_timeout(10_000)
        root = house.url.replace("127.0.0.1", "localhost")
        made.goto(root + "/console/sign-in")
        made.get_by_label("Mail address").fill("bob@example.org")
        made.get_by_role("textbox", name="Password").fill(PASSWORD)
        made.get_by_label("Code of your app").fill(colleague.codes.pop())
        made.get_by_role("button", name="Sign in", exact=True).click()
        made.wait_for_url(root + "/console")
        made.goto(root + "/console/training")
        yield made
        browser.close()


def answer(page: Page, course: Course, *, wrong: bool = False) -> None:
    for place, question in enumerate(course.questions):
        chosen = (question.right + 1) % len(question.choices) if wrong else question.right
        page.locator(f'input[name="question-{place}"]').nth(chosen).check()
    page.get_by_label("I have read this").check()
    page.get_by_role("button", name="Send my answers").click()


def ask(who: Colleague) -> Answer:
    fields = {"purpose": "review", "ticket": "T-1", "reason": "asked", "minutes": "15"}
    conversation = conversation_of(who.people, "maggie")
    return who.post("/console/access", "/console/access", conversation=conversation, **fields)


def check(page: Page) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_who_owes_a_course_sees_the_console_and_no_data(colleague: Colleague) -> None:
    assert colleague.send("GET /console").status == 200
    refused = ask(colleague)
    assert refused.status == 403
    assert "Take the courses that you owe" in refused.body


def test_a_text_of_the_home_brings_no_script_and_no_picture(page: Page) -> None:
    page.get_by_role("link", name="House <b>rules</b>").click()
    expect(page.locator("article")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator("article img, article script")).to_have_count(0)
    check(page)
    page.go_back()


def test_taking_every_course_opens_what_was_closed(
    house: People, page: Page, colleague: Colleague
) -> None:
    expect(page.locator(".warning")).to_contain_text("closed to you")
    check(page)
    every = courses(house.home)
    for number, course in enumerate(every):
        page.get_by_role("link", name=course.title, exact=True).click()
        if not number:
            answer(page, course, wrong=True)
            expect(page.locator('[role="alert"]')).to_contain_text("not right")
            expect(page.locator(".note")).to_have_count(len(course.questions))
            check(page)
        answer(page, course)
        expect(page.locator("h1")).to_have_text("Training")
    expect(page.locator(".done")).to_contain_text("You are trained until")
    assert ask(colleague).status == 303


def test_a_test_without_the_attestation_counts_nothing(house: People, colleague: Colleague) -> None:
    shown = colleague.send("GET /console/training/phishing")
    digest = re.search(r'name="digest" value="([0-9a-f]+)"', shown.body)[1]
    where = "/console/training/phishing"
    assert colleague.post(where, where, digest=digest).status == 400
    assert colleague.post(where, where, digest="other", attest="yes").status == 400
    assert colleague.send("GET /console/training/no-such").status == 400
