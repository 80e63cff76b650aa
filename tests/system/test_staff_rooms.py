"""The rooms of the console in a real browser: own factors, step-up, rules, policy, log."""

import re
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from privity.access.sessions import FREE_GUESSES
from privity.adapters import home as homes
from privity.settings import load
from tests.system.conftest import privity
from tests.system.people_scene import People, people_talking
from tests.system.staff_scene import PASSWORD, Colleague, invite
from tests.system.test_staff_console import AUTHENTICATOR, Desk, browser

__all__ = ["browser"]
LONGER = timedelta(minutes=6)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        found.say("maggie", "Hello, I am Margaret Okafor.", "order")
        yield found


@pytest.fixture(scope="module")
def ada(house: People, browser: Browser) -> Desk:
    secret = invite(house.home, "ada", "--role", "privacy_officer")
    return Desk(house, browser, "ada", scripts=True).join_by_passkey(secret)


def pass_time(house: People) -> None:
    """Let the second factors of every session be older than five minutes."""
    ticks = LONGER // timedelta(microseconds=1)
    path = homes.open_home(load(house.home)).settings.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE staff_session SET proved = proved - ?", (ticks,))


def vkey(house: People) -> str:
    command = privity("log", "checkpoint", "--public-key", "--home", house.home)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_a_second_passkey_is_named_and_the_first_one_can_go(ada: Desk) -> None:
    ada.go("/me").check()
    expect(ada.page.get_by_role("button", name="Remove")).to_have_count(0)
    client = ada.page.context.new_cdp_session(ada.page)
    client.send("WebAuthn.enable")
    second = {**AUTHENTICATOR, "transport": "usb"}
    client.send("WebAuthn.addVirtualAuthenticator", {"options": second})

    ada.page.get_by_role("link", name="Add a passkey").click()
    ada.check()
    ada.page.get_by_label("Name").fill("the blue key")
    ada.press("Make a passkey")
    expect(ada.page.get_by_role("status")).to_contain_text("registered")
    expect(ada.page.get_by_role("row", name="the blue key")).to_be_visible()
    ada.check()
    ada.page.get_by_role("row").filter(has_text="Passkey").get_by_role("button").first.click()
    expect(ada.page.get_by_role("row", name="the blue key")).to_contain_text("Stays until")


@pytest.fixture(scope="module")
def twofold(ada: Desk) -> Desk:
    """Ada, with a password and an app beside her passkey."""
    fresh(ada, "/me/app").check()
    seed = ada.page.locator("main code").first.inner_text()
    ada.page.get_by_label("Code that the app shows").fill("000000")
    ada.press("Use this app")
    expect(ada.page.get_by_role("alert")).to_be_visible()
    assert ada.page.locator("main code").first.inner_text() == seed
    ada.page.get_by_label("Code that the app shows").fill(pyotp.TOTP(seed).now())
    ada.press("Use this app")
    expect(ada.page.get_by_role("status")).to_contain_text("app counts")
    ada.go("/me/password").check()
    ada.page.get_by_role("textbox", name="New password").fill(PASSWORD)
    ada.press("Set it")
    return ada


def fresh(ada: Desk, path: str) -> Desk:
    """Go to a page that needs a second factor of the last minutes, and show it if need be."""
    ada.go(path)
    if ada.page.locator("h1").inner_text() == "Show your second factor":
        ada.press("Use a passkey")
        ada.page.wait_for_url(ada.root + path)
    return ada


def codes_of(ada: Desk) -> list[str]:
    fresh(ada, "/me/codes").press("Make new codes")
    expect(ada.page.locator(".codes code")).to_have_count(10)
    return ada.page.locator(".codes code").all_inner_texts()


def test_a_password_with_an_app_is_set_up_and_opens(house: People, twofold: Desk) -> None:
    ada = twofold
    ada.go("/me/password")
    ada.page.get_by_label("Present password").fill("something else entirely")
    ada.page.get_by_role("textbox", name="New password").fill(PASSWORD + " again")
    ada.press("Change it")
    expect(ada.page.get_by_role("alert")).to_contain_text("not your present password")

    elsewhere = Colleague(house, "ada")
    assert elsewhere.sign_in(codes_of(ada)[0]).status == 303
    ada.go("/me").check()
    expect(ada.page.get_by_text("9 of 10 left")).to_be_visible()
    ada.press("End all others")
    assert elsewhere.send("GET /console/me").headers["location"] == "/console/sign-in"


def test_what_was_typed_comes_back_after_the_second_factor_and_is_nowhere_else(
    house: People, ada: Desk
) -> None:
    fresh(ada, "/me/codes")
    page = ada.go("/staff").page
    page.get_by_label("Name").fill("Zoë Unmistakable")
    page.get_by_label("Mail address").fill("zoe@example.org")
    for each in ("reviewer", "local"):
        page.get_by_role("checkbox", name=each, exact=True).check()
    pass_time(house)
    ada.press("Invite")
    expect(page.locator("h1")).to_have_text("Show your second factor")
    ada.check()
    assert "Unmistakable" not in page.content() + page.url
    ada.press("Use a passkey")
    expect(page.get_by_label("Name")).to_have_value("Zoë Unmistakable")
    expect(page.get_by_label("Mail")).to_have_value("zoe@example.org")
    assert "Unmistakable" not in page.url
    ada.check()
    ada.press("Send it")
    expect(page.locator("h1")).to_have_text("Zoë Unmistakable is invited")
    database = homes.open_home(load(house.home)).settings.database_url.removeprefix("sqlite:///")
    assert "Unmistakable" not in (house.home.parent / "log").read_text()
    with sqlite3.connect(database) as opened:
        entries = opened.execute("SELECT body FROM entry").fetchall()
    assert not any(b"Unmistakable" in body for (body,) in entries)


def test_what_was_typed_is_of_its_session_and_as_it_was_typed(house: People, twofold: Desk) -> None:
    codes = codes_of(twofold)
    elsewhere = Colleague(house, "ada")
    elsewhere.sign_in(codes[0])
    pass_time(house)
    typed = {"name": "Somebody Else", "mail": "else@example.org", "role": "sales"}
    asked = elsewhere.post("/console/staff", "/console/staff", **typed)
    kept = re.search(r'name="kept" value="([^"]+)"', asked.body)[1]
    assert "Somebody Else" not in asked.body
    changed = kept[:-8] + ("AAAAAAA=" if kept[-8:] != "AAAAAAA=" else "BBBBBBB=")
    token = elsewhere.token("/console/me")
    fields = {"token": token, "to": "/console/staff", "code": codes[1]}
    assert elsewhere.send("POST /console/confirm", {**fields, "kept": changed}).status == 403
    again = elsewhere.send("POST /console/confirm", {**fields, "kept": kept})
    assert 'value="Somebody Else"' in again.body
    assert 'action="/console/staff"' in again.body


def test_a_second_factor_that_was_renewed_is_good_for_five_minutes_again(
    house: People, ada: Desk
) -> None:
    pass_time(house)
    ada.go("/me/codes")
    expect(ada.page.locator("h1")).to_have_text("Show your second factor")
    ada.press("Use a passkey")
    expect(ada.page.locator("h1")).to_contain_text("Make new recovery codes")
    ada.go("/log/export")
    expect(ada.page.locator("h1")).to_have_text("Download the log")


def test_who_guesses_the_present_password_in_an_open_session_has_to_wait(
    house: People, twofold: Desk
) -> None:
    elsewhere = Colleague(house, "ada")
    elsewhere.sign_in(codes_of(twofold)[0])
    fields = {"token": elsewhere.token("/console/me"), "password": PASSWORD + " again"}
    for _ in range(FREE_GUESSES):
        elsewhere.send("POST /console/me/password", {**fields, "current": "a wrong guess, really"})
    late = elsewhere.send("POST /console/me/password", {**fields, "current": PASSWORD})
    assert late.status == 429


def test_the_rules_say_who_may_do_what_and_why_not(ada: Desk) -> None:
    page = ada.go("/rules").page
    for name in ("sales", "reviewer", "another person granted it"):
        page.get_by_role("checkbox", name=name, exact=True).check()
    ada.press("Ask")
    expect(page.locator("#answer")).to_contain_text("sales-never-read-conversations")
    ada.check()
    page.get_by_role("checkbox", name="sales", exact=True).uncheck()
    ada.press("Ask")
    expect(page.locator("#answer h3")).to_have_text("Allowed")


def test_the_policy_is_read_with_its_evidence_and_tried(ada: Desk) -> None:
    page = ada.go("/policy").page
    expect(page.get_by_text("What is not written here is not allowed")).to_be_visible()
    expect(page.locator(".badge.good").first).to_contain_text("held in")
    ada.check()
    page.get_by_role("link", name="Try it").click()
    page.get_by_label("A text that is used to").select_option("sales")
    ada.press("Try it")
    expect(page.get_by_role("row", name="Use the text")).to_contain_text("NeverUse forbids it")
    ada.check()
    ada.go("/policy/versions").check()


def test_what_widens_is_told_with_the_review_that_approved_it(house: People, ada: Desk) -> None:
    file = house.home / "policy.toml"
    file.write_text(file.read_text().replace('"30 days"', '"60 days"'))
    adopt = ("policy", "adopt", "--review", "PR-7", "--effective", "2099-01-01")
    subprocess.run(privity(*adopt, "--home", house.home), check=True, capture_output=True)
    page = ada.go("/policy").page
    page.get_by_role("link", name="See what changes").click()
    expect(page.locator(".changes .widens")).to_contain_text("60 days instead of 30 days")
    expect(page.locator("main")).to_contain_text("Approved by review PR-7")
    expect(page.locator("del").first).to_contain_text("30 days")
    ada.check()
    row = page.get_by_role("row").filter(has_text="2099-01-01")
    expect(row).to_contain_text("announced")


def test_an_entry_is_found_and_its_proof_holds_offline(
    house: People, ada: Desk, tmp_path: Path
) -> None:
    page = ada.go("/log").page
    ada.check()
    page.get_by_label("Event").select_option("staff.joined")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    page.get_by_role("textbox", name="Reference").fill("margaret@example.org")
    ada.press("Show")
    assert "margaret" not in page.url
    page.get_by_role("textbox", name="Reference").fill("")
    page.locator("#found tbody th a").click()
    ada.check()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the proof").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    checked = subprocess.run(
        privity("log", "check", file, "--key", vkey(house)),
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr
    assert "staff.joined" in checked.stdout


def test_the_search_finds_an_entry_by_its_number_and_leaves_other_numbers_alone(ada: Desk) -> None:
    box = ada.go("/log").page.get_by_role("searchbox")
    box.fill("3")
    box.press("Enter")
    expect(ada.page.locator("h1")).to_have_text("Entry 3")
    box.fill("491701234567")
    box.press("Enter")
    expect(ada.page.locator("h1")).not_to_have_text("Entry 3")
    assert "491701234567" not in ada.page.url


def test_the_archive_verifies_with_and_without_privity(
    house: People, ada: Desk, tmp_path: Path
) -> None:
    page = fresh(ada, "/log/export").page
    ada.check()
    with page.expect_download() as waiting:
        ada.press("Download evidence.zip")
    waiting.value.save_as(tmp_path / "evidence.zip")
    zipfile.ZipFile(tmp_path / "evidence.zip").extractall(tmp_path)
    folder = tmp_path / "evidence"
    ways = (
        privity("log", "verify", "--bundle", folder, "--key", vkey(house)),
        ["sh", str(folder / "verify.sh"), vkey(house)],
    )
    for way in ways:
        done = subprocess.run(way, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    page.goto(f"{ada.root}/log?event=evidence.exported")
    expect(page.locator("#found tbody tr")).to_have_count(1)


def test_nothing_is_complained_of_by_the_browser(ada: Desk) -> None:
    assert ada.said == []


@pytest.mark.parametrize("role", ["sales", "support"])
def test_who_does_not_answer_for_the_log_does_not_read_it(
    house: People, ada: Desk, browser: Browser, role: str
) -> None:
    desk = Desk(house, browser, role, scripts=True)
    desk.join_by_passkey(ada.invite(desk, role))
    for path in ("/log", "/log/0", "/log/0/proof", "/log/export"):
        expect(desk.go(path).page.locator("h1")).to_have_text("This was not done")
    for path in ("/me", "/rules", "/policy"):
        desk.go(path).check()
