"""The pages for people in a real browser: phone and desk, without scripts, by keyboard."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from privity.adapters import home as homes
from privity.rights import export
from privity.settings import load
from privity.vault import certificate, discard
from tests.system.browser import chromium
from tests.system.people_scene import People

WIDTHS = (360, 1280)
LANGUAGES = {"en": "Your data", "de": "Ihre Daten", "fr": "Vos données", "es": "Sus datos"}
PAGES = ("", "choices", "history", "requests", "download", "delete")
HELLO = (
    "Hello, my name is Margaret Okafor and my order has not arrived. You have me as "
    "margaret@example.org."
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


class Visit:
    """A person in front of a browser. What the browser complains of is kept in `said`."""

    def __init__(self, people: People, context: BrowserContext, name: str) -> None:
        self.people = people
        self.name = name
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", lambda message: self.hear(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def hear(self, text: str) -> None:
        """Keep what the browser complains of; that it forgot is no complaint."""
        if not text.startswith("Clear-Site-Data header") or "Cleared data types" not in text:
            self.said.append(text)

    def enter(self) -> "Visit":
        self.page.goto(self.people.link(self.name))
        self.page.locator("main button").click()
        return self

    def go(self, path: str) -> "Visit":
        self.page.goto(f"{self.people.url}/privacy/{path}")
        return self

    def press(self, name: str) -> "Visit":
        self.page.get_by_role("button", name=name, exact=True).first.click()
        return self


@pytest.fixture(params=[(w, j) for w in WIDTHS for j in (False, True)], ids=str)
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    width, scripts = request.param
    made = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=scripts,
        locale="en-GB",
        accept_downloads=True,
    )
    yield made
    made.close()


@pytest.fixture
def visit(people: People, context: BrowserContext, request: pytest.FixtureRequest) -> Visit:
    name = request.node.name
    people.say(name, HELLO, "order")
    people.say(name, "How long does bread rise?", "garden")
    return Visit(people, context, name).enter()


def test_a_person_reads_chooses_takes_along_and_deletes(visit: Visit, tmp_path: Path) -> None:
    """One visit, from the link to the certificate."""
    page = visit.page
    expect(page).to_have_url(visit.people.url + "/privacy/")
    expect(page.locator("h1")).to_have_text("Your data")
    page.get_by_role("link", name="Hello, my name is a name").click()
    expect(page.locator(".said.person")).to_contain_text("an e-mail address")
    expect(page.locator("main")).not_to_contain_text("margaret@example.org")

    page.get_by_label("What is right").fill("It was <b>two</b> orders.")
    visit.press("Add to the conversation")
    expect(page.get_by_text("It was <b>two</b> orders.")).to_be_visible()

    with page.expect_download() as receipt:
        page.get_by_role("link", name="Receipt").click()
    assert receipt.value.suggested_filename.startswith("receipt-pvr_")

    visit.go("choices")
    page.get_by_label("7 days").check()
    visit.press("Save Keep my conversations")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_label("7 days")).to_be_checked()

    visit.go("download")
    with page.expect_download() as taken:
        visit.press("Download my data")
    taken.value.save_as(tmp_path / "my-data.zip")
    verifier = homes.open_home(load(visit.people.home)).signer.verifier
    export.check((tmp_path / "my-data.zip").read_bytes(), verifier)
    with zipfile.ZipFile(tmp_path / "my-data.zip") as archive:
        assert "It was &lt;b&gt;two" in archive.read("your-data.html").decode()

    visit.go("")
    page.get_by_role("link", name="How long does bread rise?").click()
    visit.press("Delete conversation")
    expect(page.get_by_text("What you chose was deleted.")).to_be_visible()
    with page.expect_download() as some:
        page.get_by_role("link", name="Certificate").first.click()
    assert len(discard.check(some.value.path().read_text(), verifier).records) == 1

    page.get_by_label("Yes, delete everything").check()
    visit.press("Delete everything")
    expect(page.get_by_text("Everything was deleted.")).to_be_visible()
    with page.expect_download() as whole:
        page.get_by_role("link", name="Certificate").first.click()
    said = certificate.check(whole.value.path().read_text(), verifier)
    assert said.subject == visit.people.subject(visit.name)
    visit.go("")
    expect(page.get_by_text("Nothing is kept of you right now.")).to_be_visible()

    assert not any("link=" in url for url in visit.asked[1:])
    visit.press("Sign out")
    visit.go("")
    expect(page.locator("h1")).to_contain_text("open this page from your application")
    assert [line for line in visit.said if "401" not in line] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_has_a_barrier_or_breaks_its_own_rules(
    people: People, browser: Browser, width: int
) -> None:
    """axe-core on every page, full and empty, light and dark, and nothing wider than its screen."""
    people.say("axe", HELLO, "order")
    found = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
        )
        for name in ("axe", "axe-empty"):
            visit = Visit(people, context, name)
            visit.page.goto(people.link(name))
            found |= barriers(visit, scheme, "enter")
            visit.page.locator("main button").click()
            for path in PAGES:
                found |= barriers(visit.go(path), scheme, path)
            if name == "axe":
                visit.go("").page.get_by_role("link", name="Hello, my name is a name").click()
                found |= barriers(visit, scheme, "conversation")
            found |= barriers(visit.go("nothing"), scheme, "error")
        context.close()
    assert found == {}


def barriers(visit: Visit, scheme: str, path: str) -> dict[str, str]:
    found = Axe().run(visit.page)
    wide = visit.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    report = found.generate_report() if found.violations_count else ""
    return {f"{path} {scheme}": report or "too wide"} if report or wide else {}


def test_the_pages_break_no_rule_that_they_set_the_browser(
    people: People, browser: Browser
) -> None:
    context = browser.new_context(locale="en-GB")
    visit = Visit(people, context, "csp").enter()
    for path in PAGES:
        visit.go(path)
    assert visit.said == []
    assert {url.split("/")[2] for url in visit.asked} == {people.url.split("/")[2]}
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_the_language_of_the_browser(
    people: People, browser: Browser, language: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale=language)
    people.say("speaks", HELLO, "order")
    visit = Visit(people, context, "speaks").enter()
    page = visit.page
    assert page.locator("html").get_attribute("lang") == language
    expect(page.locator("h1")).to_have_text(LANGUAGES[language])
    for path in PAGES:
        visit.go(path)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), path
    other = "Deutsch" if language != "de" else "English"
    visit.go("").page.get_by_role("link", name=other).click()
    visit.go("")
    expect(page.locator("h1")).to_have_text(LANGUAGES["de" if language != "de" else "en"])
    context.close()


def test_the_way_to_the_certificate_needs_no_mouse(people: People, browser: Browser) -> None:
    """Tab, space and enter, from the link to the deletion."""
    people.say("keyboard", HELLO, "order")
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = Visit(people, context, "keyboard").page
    page.goto(people.link("keyboard"))
    press(page, "Open my page", "Enter")
    page.wait_for_url("**/privacy/")
    press(page, "Choices", "Enter")
    page.wait_for_url("**/choices")
    focus(page, "30 days (the longest here)")
    page.keyboard.press("ArrowUp")
    press(page, "Save Keep my conversations", "Enter")
    expect(page.get_by_role("status")).to_be_visible()
    press(page, "Delete", "Enter")
    page.wait_for_url("**/delete")
    press(page, "Yes, delete everything that is kept of me", "Space")
    press(page, "Delete everything", "Enter")
    expect(page.get_by_text("Everything was deleted.")).to_be_visible()
    context.close()


def press(page: Page, name: str, key: str) -> None:
    focus(page, name)
    page.keyboard.press(key)


def focus(page: Page, name: str) -> None:
    """Press the tab key until something with this name has the focus, visibly."""
    for _ in range(60):
        page.keyboard.press("Tab")
        words = page.evaluate(
            "(e => (e.labels && e.labels.length ? e.labels[0] : e).innerText.trim())"
            "(document.activeElement)"
        )
        if " ".join(words.split()) == name:
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert style != "none"
            return
    pytest.fail(f"the tab key never reaches: {name}")
