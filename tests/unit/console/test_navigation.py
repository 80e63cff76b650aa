"""Where one can go: said by each page itself, and shown to who may go there."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from privity.console.staff.build import PAGES
from privity.console.staff.guard import Guarded
from privity.console.staff.navigation import Group, Heading, Section, everyone, here_in, sections_of
from privity.console.staff.served import ASSETS, FOR_GOOD, asset_routes, shipped

TEMPLATES = Path("src/privity/console/staff/templates")
SECTIONS = sections_of(PAGES)


def section(path: str, label: str = "Keys", group: Group = Group.WATCH) -> Section:
    return Section(path, label, group, everyone, "How old each key is.", "rotate custodian")


def test_each_section_has_its_own_address_and_name() -> None:
    assert len({each.path for each in SECTIONS}) == len(SECTIONS)
    assert len({each.label for each in SECTIONS}) == len(SECTIONS)


def test_sections_stand_in_the_order_of_their_groups() -> None:
    groups = [tuple(Group).index(each.group) for each in SECTIONS]
    assert groups == sorted(groups)


def test_a_page_belongs_to_the_nearest_section_above_it() -> None:
    menu = (Heading("Watch", (section("/console"), section("/console/keys"))),)
    assert here_in(menu, "/console/keys/local") == "/console/keys"
    assert here_in(menu, "/console") == "/console"
    assert here_in(menu, "/console/keysmith") == ""
    assert here_in(menu, "/elsewhere") == ""


@pytest.mark.parametrize("typed", ["key", "KEYS", "rot", "old key"])
def test_a_section_is_found_by_how_its_words_begin(typed: str) -> None:
    assert section("/console/keys").named_by(typed)


@pytest.mark.parametrize("typed", ["", " ", "eys", "key nothing"])
def test_a_section_is_not_found_by_anything_else(typed: str) -> None:
    assert not section("/console/keys").named_by(typed)


def client() -> TestClient:
    return TestClient(
        Guarded(Starlette(routes=asset_routes(shipped().values())), lambda _: None),
        "https://console.example",
    )


def test_a_file_is_kept_for_good_under_the_digest_of_what_it_holds() -> None:
    for asset in shipped().values():
        answer = client().get(asset.path)
        assert answer.content == asset.data
        assert answer.headers["cache-control"] == FOR_GOOD
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_other_file_is_served() -> None:
    asked = [f"{ASSETS}/0/frame.css", f"{ASSETS}/../build.py", f"{ASSETS}/%2e%2e/build.py"]
    for path in asked:
        answer = client().get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


def test_what_others_wrote_lies_beside_its_licence() -> None:
    there = {each.name for each in Path("src/privity/console/staff/assets").iterdir()}
    assert {"LICENSE.htmx", "LICENSE.uplot"} <= there


def test_no_page_has_a_script_or_a_style_in_it() -> None:
    for page in TEMPLATES.glob("*.html"):
        text = page.read_text()
        assert " style=" not in text, page
        assert "<style" not in text, page
        assert " onclick=" not in text, page
        assert "hx-on" not in text, page
        assert text.count("<script") == text.count('<script src="{{ asset('), page


def test_the_page_about_the_console_has_every_section() -> None:
    page = Path("docs/console.md").read_text()
    rows = [f"| {s.group.value} | {s.label} | `{s.path}` | {s.says} |" for s in SECTIONS]
    assert [row for row in rows if row not in page] == []
    assert page.count("`/console") == len(rows) + 1


def test_every_section_says_what_it_is_for_in_one_sentence() -> None:
    assert [s.path for s in SECTIONS if not s.says.endswith(".")] == []
