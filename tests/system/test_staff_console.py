"""The console in a real browser: two ways in, a conversation read by two people's will, the end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.system import people_scene
from tests.system.browser import chromium
from tests.system.people_scene import People, people_talking
from tests.system.staff_scene import PASSWORD, confirm, conversation_of, invite, train

HELLO = "Hello, my name is Margaret Okafor, reach me at margaret@example.org."
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        found.say("maggie", HELLO, "order")
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


class Desk:
    """Somebody of the staff in front of a browser; what it complains of is kept in `said`."""

    def __init__(self, house: People, browser: Browser, name: str, *, scripts: bool) -> None:
        self.root = house.url.replace("127.0.0.1", "localhost") + "/console"
        self.home = house.home
        self.name = name
        self.mail = f"{name}@example.org"
        self.said: list[str] = []
        context = browser.new_context(
            viewport={"width": 1280 if scripts else 360, "height": 800}, java_script_enabled=scripts
        )
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        if scripts:
            client = context.new_cdp_session(self.page)
            client.send("WebAuthn.enable")
            client.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    def go(self, path: str = "") -> "Desk":
        self.page.goto(self.root + path)
        return self

    def press(self, name: str) -> "Desk":
        self.page.get_by_role("button", name=name, exact=True).first.click()
        return self

    def join_by_passkey(self, secret: str) -> "Desk":
        self.go(f"/join?invitation={secret}").press("Make a passkey")
        expect(self.page.locator("h1")).to_have_text("You have joined")
        train(self.home)
        confirm(self.home, self.mail)
        self.go("/sign-in").press("Use a passkey")
        expect(self.page.locator("h1")).to_have_text("Overview")
        return self

    def join_by_password(self, secret: str) -> "Desk":
        page = self.go(f"/join?invitation={secret}").page
        assert page.url == self.root + "/join"
        totp = pyotp.TOTP(page.locator("main code").first.inner_text())
        page.get_by_label("Code that the app shows").fill(totp.now())
        page.get_by_label("A password, 15").fill(PASSWORD)
        self.press("Join with password and app")
        expect(page.locator(".codes li")).to_have_count(10)
        train(self.home)
        confirm(self.home, self.mail)
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("Mail address").fill(self.mail)
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        later = totp.at(datetime.now(UTC) + timedelta(seconds=30))
        page.get_by_label("Code of your app").fill(later)
        self.press("Sign in")
        expect(page.locator("h1")).to_have_text("Overview")
        return self

    def invite(self, other: "Desk", role: str) -> str:
        """Invite a colleague and return the secret of the invitation."""
        page = self.go("/staff").page
        page.get_by_label("Name").fill(other.name)
        page.get_by_label("Mail address").fill(other.mail)
        page.get_by_role("checkbox", name=role, exact=True).check()
        page.get_by_role("checkbox", name="local", exact=True).check()
        self.press("Invite")
        return page.locator(".link").inner_text().partition("invitation=")[2]

    def check(self) -> None:
        """No rule of accessibility is broken at a phone's or a desk's width."""
        for width in (360, 1280):
            self.page.set_viewport_size({"width": width, "height": 800})
            found = Axe().run(self.page).response["violations"]
            assert [each["id"] for each in found] == []
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width


@pytest.fixture(scope="module")
def ada(house: People, browser: Browser) -> Desk:
    return Desk(house, browser, "ada", scripts=True).join_by_passkey(invite(house.home, "ada"))


@pytest.fixture(scope="module")
def rex(house: People, browser: Browser, ada: Desk) -> Desk:
    """A reviewer whose browser runs no script."""
    made = Desk(house, browser, "rex", scripts=False)
    return made.join_by_password(ada.invite(made, "reviewer"))


@pytest.fixture(scope="module")
def sue(house: People, browser: Browser, ada: Desk) -> Desk:
    made = Desk(house, browser, "sue", scripts=True)
    return made.join_by_passkey(ada.invite(made, "security"))


def history_of(house: People, name: str) -> str:
    client = people_scene.Browser(house)
    token = f"Bearer {house.session(name)}"
    return client.send("GET /privacy/api/v1/history", authorization=token).body


def ask(reader: Desk, conversation: str) -> None:
    page = reader.go("/access").page
    page.get_by_label("Reference of the conversation").fill(conversation)
    page.get_by_label("Ticket").fill("T-7")
    page.get_by_label("Why").fill("A report of harassment.")
    reader.press("Ask")


def test_two_people_open_a_conversation_and_its_person_sees_it(
    house: People, rex: Desk, sue: Desk
) -> None:
    ask(rex, conversation_of(house, "maggie"))
    expect(rex.page.get_by_role("button", name="Read now")).to_have_count(0)
    expect(rex.page.get_by_role("button", name="Approve")).to_have_count(0)
    before = history_of(house, "maggie")

    sue.go("/access").page.get_by_role("link", name="rex · review · T-7").click()
    expect(sue.page.get_by_text("A report of harassment.")).to_be_visible()
    sue.check()
    sue.press("Approve")
    expect(sue.page.locator("h2").first).to_have_text("Open")

    rex.page.reload()
    rex.press("Read now")
    shown = rex.page.locator("main")
    expect(shown).to_contain_text("Read by rex")
    expect(shown).not_to_contain_text("margaret@example.org")
    expect(rex.page.locator(".said").first).to_be_visible()
    after = history_of(house, "maggie")
    assert "conversation.read" in after
    assert "conversation.read" not in before
    assert "T-7" in after

    rex.page.get_by_role("link", name="Close").click()
    rex.press("End it")
    expect(rex.page.get_by_role("button", name="Read now")).to_have_count(0)


def test_an_administrator_reads_nothing(house: People, ada: Desk) -> None:
    ada.go("/access")
    expect(ada.page.get_by_role("button", name="Ask")).to_have_count(0)


def test_who_is_off_boarded_is_out_at_once(house: People, browser: Browser, ada: Desk) -> None:
    eve = Desk(house, browser, "eve", scripts=False)
    eve.join_by_password(ada.invite(eve, "support"))
    ada.go("/staff").page.get_by_role("link", name="eve").click()
    ada.check()
    ada.press("Off-board for good")
    expect(ada.page.locator("h1")).to_have_text("Who left")
    eve.go()
    expect(eve.page.locator("h1")).to_have_text("Sign in")


def test_every_page_can_be_used_by_everybody(ada: Desk, sue: Desk, house: People) -> None:
    for path in ("", "/staff", "/access", "/confirm"):
        ada.go(path).check()
    sue.go("/access").check()
    sue.go("/sign-in").check()
    assert ada.said == []
    assert sue.said == []
