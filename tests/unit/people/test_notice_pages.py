"""The living notice: what it shows of the policy, its evidence and its versions."""

import re
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec

import pytest
from starlette.testclient import TestClient

from privity.console.people import notice
from privity.console.people.phrases import load_voices
from privity.console.people.published import Checked
from privity.console.people.rendering import Rendering, Responsible
from privity.console.people.site import Site, build_site
from privity.model.policy import Keep
from privity.model.words import Language
from privity.policy.enforced import enforced_by
from privity.policy.evidence import Broken, Held, evidence
from privity.policy.load import load
from privity.policy.notice import notice as said
from privity.policy.starter import starter
from privity.policy.versions import Version
from tests.unit.policy.test_reading import EVERY_CLAUSE

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OLD = load(starter(), "old.toml")
NEW = load(starter().replace("30 days", "60 days"), "new.toml")
TEXT = re.compile(r"<[^>]+>")


class Now:
    """The starter policy, whose promise about keeping is broken twice."""

    def __init__(self, *ahead: Version) -> None:
        self.ahead = ahead

    def versions(self):
        return (Version(OLD, None), *self.ahead)

    async def checked(self) -> Checked:
        found = [
            (each, Broken(2) if isinstance(each.clause, Keep) else Held(7))
            for each in evidence(OLD)
        ]
        return Checked(NOON, tuple(found))


def client(*ahead: Version) -> TestClient:
    rendering = Rendering(load_voices(), Responsible("Example", "x@example.org"))
    site = Site(rendering, None, None, OLD, b"", lambda: NOON, Now(*ahead))
    app = build_site(site, notice.routes(site), (), lambda _: None)
    return TestClient(app, base_url="https://privacy.example.org")


def read(page: str) -> str:
    return " ".join(TEXT.sub(" ", page).split())


@pytest.mark.parametrize("language", Language)
def test_every_statement_stands_on_the_page_with_its_evidence(language: Language) -> None:
    page = client().get(f"/privacy/notice?language={language.value}").text
    words = read(page).replace("&#39;", "'")
    missing = [
        part
        for sentence in said(OLD, language)
        for part in re.split(r": |, | and | und | et | y ", sentence.text.rstrip("."))
        if part not in words
    ]
    assert missing == []
    assert page.count('class="mark') == len(OLD.clauses) + 1


def test_a_promise_that_was_broken_says_so() -> None:
    words = read(client().get("/privacy/notice").text)
    assert words.count("broken 2 times") == 2
    assert "held in 7 cases" in words


def test_the_page_names_the_place_of_enforcement() -> None:
    assert "privity.vault.retain" in client().get("/privacy/notice").text


@pytest.mark.parametrize("clause", EVERY_CLAUSE, ids=lambda clause: type(clause).__name__)
def test_every_place_of_enforcement_exists(clause) -> None:
    assert [place for place in enforced_by(clause) if find_spec(place) is None] == []


def test_a_change_that_was_announced_is_shown_with_its_day() -> None:
    page = client(Version(NEW, NOON + timedelta(days=14))).get("/privacy/notice").text
    assert "This text changes on 15 January 2026." in read(page)
    link = re.search(r'href="(/privacy/notice/versions[^"]+)"', page)
    assert link is not None
    shown = read(
        client(Version(NEW, NOON + timedelta(days=14))).get(link[1].replace("&amp;", "&")).text
    )
    assert "Before: To answer you, we keep conversations" in shown
    assert "60 days" in shown


def test_two_versions_stand_beside_each_other() -> None:
    page = client(Version(NEW, NOON - timedelta(days=1))).get("/privacy/notice/versions").text
    assert "<del>" in page
    assert "<ins>" in page


def test_one_version_alone_has_nothing_to_compare() -> None:
    assert "Both say the same." in read(client().get("/privacy/notice/versions").text)


def test_a_version_nobody_knows_is_the_newest() -> None:
    answer = client().get("/privacy/notice/versions?from=<script>&to=nothing")
    assert answer.status_code == 200
    assert "<script>" not in answer.text
