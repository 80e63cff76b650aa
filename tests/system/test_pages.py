"""The pages as people see them: in a real browser, on a phone and on a desk."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.system.browser import chromium
from tests.system.conftest import Gateway

WIDTHS = (360, 1280)
PAGES = ("/", "/notice")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 800}, java_script_enabled=True
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_screen_and_breaks_no_rule_of_its_own(
    page: Page, gateway: Gateway, path: str
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    response = page.goto(gateway.url + path)
    assert response is not None
    assert response.status == 200
    assert "default-src 'none'" in response.headers["content-security-policy"]
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide
    assert said == []


def test_a_page_is_written_for_those_who_listen(page: Page, gateway: Gateway) -> None:
    page.goto(gateway.url + "/")
    assert page.locator("html[lang]").count() == 1
    assert page.locator("main").count() == 1
    assert page.locator("h1").count() == 1
    assert page.locator("img:not([alt])").count() == 0


def test_the_status_page_leads_to_the_notice_by_keyboard(page: Page, gateway: Gateway) -> None:
    page.goto(gateway.url + "/")
    for _ in range(10):
        page.keyboard.press("Tab")
        target = page.evaluate("document.activeElement.getAttribute('href')")
        if target is not None and target.endswith("/notice"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/notice")
    assert page.locator("h1").count() == 1
