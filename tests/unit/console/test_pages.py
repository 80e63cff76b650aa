"""The pages say how things are, in any state, and nothing of any person."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from privity.adapters.counters import SharedCounters
from privity.adapters.metrics import exposition
from privity.console.pages import Pages, done, number, percent
from privity.console.status import build_console
from privity.console.view import KeptCount, LogState, Status, Stored
from privity.minimize.measure import Seen, Weight
from privity.model.policy import Policy
from privity.model.words import Category, Purpose, Treatment
from privity.policy.load import load
from privity.policy.notice import CLOSING, notice
from privity.policy.starter import starter

NOW = datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
FOUND = {
    (Category.NAME, Treatment.PSEUDONYMIZE): 1200,
    (Category.NAME, Treatment.EXCLUDE): 34,
    (Category.AGE, Treatment.GENERALIZE): 2,
    (Category.DATE, Treatment.KEEP): 1,
}
STORED = Stored(
    LogState("privity.local", 11234, "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="),
    (KeptCount(Purpose.ASSIST, 5120, NOW + timedelta(hours=3)),),
    0,
)
FULL = Status(
    NOW,
    NOW - timedelta(days=3, hours=4, minutes=5),
    "0.1.0",
    {"database": "ok", "detector": "ok"},
    Seen(FOUND, Weight(1000, 25), {"media_refused": 3}, {"ok": 7, "client_left": 1}),
    STORED,
)
NEW = replace(FULL, seen=Seen({}, Weight(), {}, {}), stored=replace(STORED, kept=()), since=NOW)
DOWN = replace(FULL, checks={"database": "database_unavailable"}, stored=None)


class View:
    """A view that stands still."""

    def __init__(self, status: Status, policy: Policy) -> None:
        self._status = status
        self.policy = policy

    async def status(self) -> Status:
        return self._status

    async def metrics(self) -> tuple[bytes, str]:
        return exposition(SharedCounters())


def policy(controller: str = "Example Ltd") -> Policy:
    return load(starter(controller), "starter.toml")


def client(status: Status = FULL, controller: str = "Example Ltd") -> TestClient:
    return TestClient(build_console(View(status, policy(controller))))


def read(page: str) -> str:
    """What a reader sees, white space aside."""
    body = page.partition("<body>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_status_page_says_how_much_was_minimized() -> None:
    seen = read(client().get("/").text)
    assert "Serving for 3 days and 4 hours" in seen
    assert "97.5" in seen
    assert "11 234 entries" in seen
    assert "5 120 sealed records" in seen
    assert "names of people 1 234 pseudonymized 1 200 removed 34" in seen
    assert "refused, media_refused 3" in seen
    assert policy().digest in seen


def test_a_process_that_just_started_has_a_page_too() -> None:
    seen = read(client(NEW).get("/").text)
    assert "nothing yet" in seen
    assert "none refused" in seen
    assert "Kept nothing" in seen


def test_what_is_down_is_said_and_what_cannot_be_read_is_not_made_up() -> None:
    seen = read(client(DOWN).get("/").text)
    assert "Not serving: database (database_unavailable); nothing leaves" in seen
    assert seen.count("cannot be read") == 2


def test_without_a_check_nothing_is_called_serving() -> None:
    assert "nothing was checked" in read(client(replace(FULL, checks={})).get("/").text)


def test_records_that_should_be_gone_are_said() -> None:
    late = replace(FULL, stored=replace(STORED, overdue=2))
    assert "2 should be gone by now" in read(client(late).get("/").text)


def test_the_notice_page_says_every_sentence() -> None:
    seen = read(client().get("/notice").text)
    for sentence in notice(policy()):
        start = sentence.text.partition(":")[0].rstrip(".")
        assert start in seen
    assert all(closing in seen for closing in CLOSING)


def test_the_notice_as_a_file_links_nowhere() -> None:
    page = Pages().notice(policy(), alone=True)
    assert "<nav" not in page
    assert 'href="/' not in page


def test_names_cannot_become_markup() -> None:
    page = client(controller="<script>alert(1)</script>").get("/notice").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("path", ["/", "/notice"])
def test_pages_load_nothing_and_run_nothing(path: str) -> None:
    answer = client().get(path)
    page = answer.text
    assert not re.search(r"<script|<iframe|<object|\son\w+=|\sstyle=|https?://|url\(", page)
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = answer.headers["content-security-policy"]
    assert f"style-src 'sha256-{digest}'" in rules
    assert "default-src 'none'" in rules
    assert answer.headers["cache-control"] == "no-store"


def test_metrics_are_in_the_form_that_prometheus_reads() -> None:
    answer = client().get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "privity_findings_total" in answer.text


@pytest.mark.parametrize(("path", "method"), [("/", "POST"), ("/notice", "PUT"), ("/x", "GET")])
def test_there_is_nothing_else(path: str, method: str) -> None:
    assert client().request(method, path).status_code in {404, 405}


@pytest.mark.parametrize(
    ("weight", "shown"),
    [
        (Weight(1000, 0), "100"),
        (Weight(1000, 1), "99.9"),
        (Weight(10**6, 1), "99.9"),
        (Weight(20, 1), "95"),
        (Weight(3, 3), "0"),
        (Weight(), "0"),
    ],
)
def test_a_share_is_never_rounded_up(weight: Weight, shown: str) -> None:
    assert percent(weight) == shown


def test_numbers_are_grouped() -> None:
    assert number(1234567) == "1\u202f234\u202f567"


def test_every_treatment_has_a_word() -> None:
    assert len({done(treatment) for treatment in Treatment}) == len(Treatment)


# WCAG 2.2, 1.4.3: text needs a contrast of 4.5 : 1 with what is behind it.

STYLE = Pages()._style
LIGHT, DARK = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)


def colors(scheme: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", scheme))


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "behind"),
    [
        ("ink", "ground"),
        ("ink", "card"),
        ("ink", "accent-soft"),
        ("ink", "warn-soft"),
        ("soft", "ground"),
        ("soft", "card"),
        ("accent", "ground"),
        ("accent", "card"),
        ("warn", "card"),
    ],
)
def test_text_can_be_read(scheme: str, front: str, behind: str) -> None:
    named = colors(scheme)
    high, low = sorted((luminance(named[front]), luminance(named[behind])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5
