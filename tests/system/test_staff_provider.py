"""Staff who sign in with an identity provider that runs: invited, linked, with a second factor."""

import json
import re
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import tomlkit
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from privity.access.accounts import suspend
from privity.adapters import home as homes
from privity.settings import load
from tests.system.browser import chromium
from tests.system.conftest import call, free_port, privity, running, wait_until_ready
from tests.system.people_scene import People, policy_text
from tests.system.staff_scene import Colleague, invite


@pytest.fixture(scope="module")
def provider(tmp_path_factory) -> Iterator[str]:
    port, log = free_port(), tmp_path_factory.mktemp("provider") / "log"
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with running(command, log):
        url = f"http://localhost:{port}"
        for _ in range(200):
            try:
                call(url + "/.well-known/openid-configuration")
            except OSError:
                time.sleep(0.05)
            else:
                break
        yield url


@pytest.fixture(scope="module")
def house(tmp_path_factory, provider: str) -> Iterator[People]:
    folder, port = tmp_path_factory.mktemp("house"), free_port()
    home, url = folder / "home", f"http://127.0.0.1:{port}"
    (folder / "policy.toml").write_text(policy_text())
    made = privity("init", "--home", home, "--policy", folder / "policy.toml")
    with running(made, folder / "made") as process:
        assert process.wait(60) == 0
    settings = tomlkit.parse((home / "settings.toml").read_text())
    homes.write_private(home / "client.secret", b"a secret of this test")
    named = {"provider": provider, "client": "privity", "credential": "file:client.secret"}
    settings["staff"] = named
    settings["people"] = {"url": url.replace("127.0.0.1", "localhost")}
    (home / "settings.toml").write_text(tomlkit.dumps(settings))
    serve = privity("serve", "--home", home, "--port", str(port))
    with running(serve, folder / "log") as process:
        wait_until_ready(url, process, folder / "log")
        yield People(url, home)
    assert "defect" not in (folder / "log").read_text()


@pytest.fixture(scope="module")
def ada(house: People) -> Colleague:
    made = Colleague(house, "ada").join(invite(house.home, "ada"))
    assert made.sign_in().status == 303
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


@dataclass
class Employee:
    """Somebody with an account at the provider, and a browser."""

    page: Page
    root: str
    provider: str
    name: str

    def is_said(self, **claims: object) -> None:
        """Let the provider say this of them from now on."""
        sent = urllib.request.Request(
            f"{self.provider}/users/{self.name}",
            json.dumps({"auth_time": int(time.time()), **claims}).encode(),
            {"content-type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(sent, timeout=10).close()

    def go(self, path: str) -> None:
        self.page.goto(self.root + path)

    def follow(self, link: str) -> None:
        """Go to the provider and sign in there."""
        self.page.get_by_role("link", name=link).click()
        self.page.wait_for_url(f"{self.provider}/**")
        self.page.locator('input[name="sub"]').fill(self.name)
        self.page.get_by_role("button", name="Authorize").click()
        self.page.wait_for_url(f"{self.root}/**")

    def check(self) -> None:
        """No rule of accessibility is broken at a phone's or a desk's width."""
        for width in (360, 1280):
            self.page.set_viewport_size({"width": width, "height": 800})
            assert [each["id"] for each in Axe().run(self.page).response["violations"]] == []
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width

    @property
    def heading(self):
        return self.page.locator("h1")


@pytest.fixture
def employee(house: People, provider: str, browser: Browser, request) -> Iterator[Employee]:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)
    name = re.sub(r"[^a-z]", "", request.node.name)[-40:]
    yield Employee(page, house.url.replace("127.0.0.1", "localhost"), provider, name)
    context.close()


def invitation(ada: Colleague, name: str) -> str:
    fields = {"name": name, "mail": f"{name}@example.org", "role": "support", "region": "local"}
    invited = ada.post("/console/staff", "/console/staff", **fields)
    return re.search(r"invitation=([\w-]+)", invited.body)[1]


def joined(employee: Employee, ada: Colleague) -> Employee:
    """Join with the provider, which says that it saw a second factor."""
    employee.is_said(amr=["pwd", "mfa"])
    employee.go(f"/console/join?invitation={invitation(ada, employee.name)}")
    employee.follow("Go to localhost")
    employee.page.get_by_role("button", name="Join with localhost").click()
    expect(employee.heading).to_have_text("You have joined")
    return employee


def signed_in(employee: Employee) -> Employee:
    employee.go("/console/sign-in")
    employee.follow("Sign in with localhost")
    return employee


def test_who_was_invited_joins_and_signs_in_with_the_provider(
    employee: Employee, ada: Colleague
) -> None:
    signed_in(joined(employee, ada))
    expect(employee.heading).to_have_text("Overview")
    assert "code=" not in employee.page.url


def test_who_was_not_invited_gets_no_account(employee: Employee) -> None:
    employee.is_said(amr=["mfa"])
    employee.go("/console/sign-in")
    employee.check()
    signed_in(employee)
    expect(employee.page.get_by_role("alert")).to_contain_text("does not open an account")


def test_without_a_second_factor_there_ours_is_asked_for(
    employee: Employee, ada: Colleague
) -> None:
    joined(employee, ada)
    code = employee.page.locator(".codes li").first.inner_text()
    employee.is_said(amr=["pwd"])
    signed_in(employee)
    expect(employee.heading).to_have_text("One thing more")
    employee.check()
    employee.page.get_by_label("Code of your app").fill("AAAA-AAAA-AAAA-AAAA")
    employee.page.get_by_role("button", name="Sign in").click()
    expect(employee.page.get_by_role("alert")).to_contain_text("not right")
    employee.page.get_by_label("Code of your app").fill(code)
    employee.page.get_by_role("button", name="Sign in").click()
    expect(employee.heading).to_have_text("Overview")


def test_who_shows_no_second_factor_there_registers_one_here_to_join(
    employee: Employee, ada: Colleague
) -> None:
    employee.is_said(amr=["pwd"])
    employee.go(f"/console/join?invitation={invitation(ada, employee.name)}")
    employee.follow("Go to localhost")
    expect(employee.page.locator(".note")).to_contain_text("register one here")
    employee.check()
    expect(employee.page.get_by_role("button", name="Join with localhost")).to_have_count(0)
    expect(employee.page.get_by_role("button", name="Join with password and app")).to_be_visible()


def test_an_account_of_the_provider_is_linked_once(employee: Employee, ada: Colleague) -> None:
    joined(employee, ada)
    employee.go(f"/console/join?invitation={invitation(ada, f'{employee.name}2')}")
    employee.follow("Go to localhost")
    employee.page.get_by_role("button", name="Join with localhost").click()
    expect(employee.page.locator("main")).to_contain_text("belongs to an account already")


def test_who_is_suspended_here_is_out_whatever_the_provider_says(
    house: People, employee: Employee, ada: Colleague
) -> None:
    signed_in(joined(employee, ada))
    expect(employee.heading).to_have_text("Overview")
    with homes.open_home(load(house.home)).journal.transaction() as tx:
        account = tx.accounts.by_mail(f"{employee.name}@example.org")
        tx.accounts.put(suspend(account))
    employee.go("/console")
    expect(employee.heading).to_have_text("Sign in")
    signed_in(employee)
    expect(employee.page.get_by_role("alert")).to_contain_text("does not open an account")


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({"amr": ["mfa"]}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["mfa"], "auth_time": 1_700_000_000}, False),
    ],
)
def test_a_step_up_needs_a_second_factor_shown_there_just_now(
    house: People, employee: Employee, ada: Colleague, claims: dict, counts: bool
) -> None:
    employee.name += "abc"[len(claims) + counts]
    signed_in(joined(employee, ada))
    expect(employee.heading).to_have_text("Overview")
    employee.is_said(**claims)
    employee.go("/console/confirm?to=/console/me")
    employee.follow("Sign in with localhost")
    if counts:
        expect(employee.heading).to_have_text("Your account")
        assert employee.page.url.endswith("/console/me")
    else:
        expect(employee.page.locator("main")).to_contain_text("does not open an account here")


def test_signing_in_with_a_factor_of_this_morning_is_no_step_up(
    employee: Employee, ada: Colleague
) -> None:
    joined(employee, ada)
    employee.is_said(amr=["mfa"], auth_time=int(time.time()) - 8 * 3600)
    signed_in(employee)
    expect(employee.heading).to_have_text("Overview")
    employee.go("/console/me/password")
    assert employee.page.url.startswith(f"{employee.root}/console/confirm")


def test_an_answer_counts_only_in_the_browser_that_asked(
    employee: Employee, browser: Browser
) -> None:
    employee.is_said(amr=["mfa"])
    employee.go("/console/sign-in")
    asked: list[str] = []
    employee.page.on("request", lambda request: asked.append(request.url))
    employee.follow("Sign in with localhost")
    answer = next(each for each in asked if "/console/signed-in?" in each)
    other = browser.new_context()
    page = other.new_page()
    page.goto(answer)
    expect(page.locator("h1")).to_have_text("Sign in")
    other.close()
