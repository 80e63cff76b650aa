"""Nobody sees or changes what is another's, whatever they forge, swap or replay."""

import json
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from privity.adapters import home as homes
from privity.console.people.forms import form_token
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.rights import passes
from privity.settings import load
from privity.vault.home_secrets import derive
from tests.system.people_scene import Answer, Browser, People

SECRET_WORDS = "the blue heron nests in April"
SESSION = "__Host-privity-session"
API = "/privacy/api/v1"
REFUSED = {401, 403, 404}
HELPDESK = AppId("helpdesk")


@dataclass(frozen=True)
class Victim:
    """Somebody with something to lose: names of everything that is theirs."""

    name: str
    conversation: str
    exchange: str
    erasure: int

    def addresses(self) -> list[str]:
        return [
            f"/privacy/conversations/{self.conversation}",
            f"/privacy/receipts/{self.exchange}",
            f"/privacy/certificates/{self.erasure}",
        ]

    def calls(self) -> list[tuple[str, object]]:
        return [
            (f"GET {API}/conversations/{self.conversation}", None),
            (f"GET {API}/receipts/{self.exchange}", None),
            (f"GET {API}/deletions/{self.erasure}", None),
            (f"POST {API}/conversations/{self.conversation}/notes", {"text": "mine now"}),
            (f"POST {API}/deletions", {"exchanges": [self.exchange]}),
        ]


def as_program(people: People, token: str, way: str, body: object) -> Answer:
    data = None if body is None else json.dumps(body).encode()
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    return Browser(people).send(way, data, **headers)


def visit(people: People, name: str, **changed: object) -> tuple[Browser, str]:
    """A browser with a session, and the token that its forms carry."""
    token = people.session(name, nonce="ab" * 16, **changed)
    secret = homes.open_home(load(people.home)).secrets.references
    return Browser(people, {SESSION: token}), form_token(derive(secret, "people"), "ab" * 16)


@pytest.fixture(scope="module")
def victim(people: People) -> Victim:
    people.say("victim", "I will delete this", "old")
    token = people.session("victim")
    erasure = json.loads(as_program(people, token, f"POST {API}/erasure", None).body)["entry"]
    people.say("victim", f"Remember: {SECRET_WORDS}", "kept")
    (shown,) = json.loads(as_program(people, token, f"GET {API}/data", None).body)["conversations"]
    whole = as_program(people, token, f"GET {API}/conversations/{shown['id']}", None)
    exchange = json.loads(whole.body)["exchanges"][0]["id"]
    return Victim("victim", shown["id"], exchange, erasure)


@pytest.fixture
def unharmed(people: People, victim: Victim) -> Iterator[None]:
    """What the victim has before is what they have after."""
    token = people.session("victim")
    ways = [f"GET {API}/data", f"GET {API}/conversations/{victim.conversation}"]
    before = [as_program(people, token, way, None).body for way in ways]
    assert SECRET_WORDS in before[1]
    yield
    assert [as_program(people, token, way, None).body for way in ways] == before


def others(people: People) -> list[tuple[str, dict[str, object]]]:
    """People who are not the victim, each in some way close to being it."""
    return [
        ("mallory", {}),
        ("victim ", {}),
        ("Victim", {}),
        ("", {}),
        ("victim", {"subject": people.subject("victim", HELPDESK), "app": HELPDESK}),
        ("mallory", {"region": Region.EU}),
        ("mallory", {"region": None, "purpose": Purpose.IMPROVE}),
    ]


def test_no_name_of_anything_opens_it_to_others(
    people: People, victim: Victim, unharmed: None
) -> None:
    seen = []
    for (name, changed), address in product(others(people), victim.addresses()):
        browser, _ = visit(people, name, **changed)
        seen.append((address, browser.send(f"GET {address}")))
    for (name, changed), (way, body) in product(others(people), victim.calls()):
        token = people.session(name, **changed)
        seen.append((way, as_program(people, token, way, body)))
    assert [(what, answer.status) for what, answer in seen if answer.status not in REFUSED] == []
    assert not any(SECRET_WORDS in answer.body for _, answer in seen)


def test_the_pages_of_others_do_not_hold_it(people: People, victim: Victim) -> None:
    pages = ["", "history", "choices", "delete", "download", "requests"]
    for (name, changed), page in product(others(people), pages):
        browser, _ = visit(people, name, **changed)
        answer = browser.send(f"GET /privacy/{page}")
        assert SECRET_WORDS not in answer.body
        assert victim.exchange not in answer.body
        assert victim.conversation not in answer.body


def forged(people: People, victim: SubjectRef) -> dict[str, str]:
    """Tokens that name the victim and must open nothing."""
    secret = homes.open_home(load(people.home)).secrets.references
    key = passes.pass_key(secret)
    now = datetime.now(UTC)
    claims = {
        "iss": "privity",
        "aud": "session",
        "sub": victim,
        "app": "local",
        "purpose": "assist",
        "region": "local",
        "auth_time": int(now.timestamp()),
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=30)).timestamp()),
        "jti": "cd" * 16,
    }

    def signed(key: bytes, algorithm: str = "HS256", **changed: object) -> str:
        header = {"alg": algorithm}
        return jwt.encode(header, {**claims, **changed}, OctKey.import_key(key), [algorithm])

    good = signed(key)
    head, body, signature = good.split(".")
    none = "eyJhbGciOiJub25lIn0"
    swapped = people.session("mallory").split(".")
    return {
        "another key": signed(bytes(32)),
        "the secret itself": signed(secret),
        "another algorithm": signed(key, "HS512"),
        "no algorithm": f"{none}.{body}.",
        "no algorithm, old signature": f"{none}.{body}.{signature}",
        "no signature": f"{head}.{body}.",
        "the signature of another": f"{head}.{body}.{swapped[2]}",
        "the body of another": f"{swapped[0]}.{body}.{swapped[2]}",
        "over": signed(key, exp=int(now.timestamp()) - 1),
        "a link": signed(key, aud="link"),
        "both audiences": signed(key, aud=["link", "other"]),
        "no audience": signed(key, aud=""),
        "another issuer": signed(key, iss="elsewhere"),
        "no name": signed(key, jti=None),
        "an unknown purpose": signed(key, purpose="everything"),
        "an unknown region": signed(key, region="moon"),
        "text": "victim",
        "nothing": "",
    }


def test_no_forged_token_opens_anything(people: People, victim: Victim, unharmed: None) -> None:
    tokens = forged(people, people.subject("victim"))
    opened = []
    for what, token in tokens.items():
        browser = Browser(people, {SESSION: token})
        answers = [browser.send("GET /privacy/"), browser.send(f"GET {victim.addresses()[0]}")]
        answers += [as_program(people, token, way, body) for way, body in victim.calls()]
        entered = Browser(people, {"__Host-privity-link": token}).send("POST /privacy/enter", {})
        opened += [what for a in answers if a.status != 401 or SECRET_WORDS in a.body]
        opened += [what for a in [entered] if a.status != 401 and what != "a link"]
    assert opened == []


def test_a_session_is_no_link_and_a_link_is_no_session(people: People, victim: Victim) -> None:
    entered = Browser(people, {"__Host-privity-link": people.session("victim")})
    assert entered.send("POST /privacy/enter", {}).status == 401
    assert Browser(people, {SESSION: people.token("victim")}).send("GET /privacy/").status == 401


def test_a_link_opens_once_and_only_with_its_button(people: People) -> None:
    link = people.token("once")
    browser = Browser(people)
    opened = browser.send(f"GET /privacy/enter?link={link}")
    assert opened.status == 303
    assert opened.headers["location"] == "/privacy/enter"
    assert SESSION not in opened.headers["set-cookie"]
    browser.cookies["__Host-privity-link"] = link
    first, second = (browser.send("POST /privacy/enter", {}) for _ in range(2))
    assert (first.status, second.status) == (303, 401)
    assert link not in str(first.headers)


def test_signing_in_again_gives_another_session(people: People) -> None:
    planted = people.session("mallory")
    browser = Browser(people, {SESSION: planted, "__Host-privity-link": people.token("fixed")})
    answer = browser.send("POST /privacy/enter", {})
    given = next(v for k, v in answer.headers.items() if k == "set-cookie")
    assert answer.status == 303
    assert planted not in given


FORMS = ("delete", "download", "choices", "choices/stop", "requests", "leave")


@pytest.mark.parametrize("form", FORMS)
def test_no_form_counts_without_its_token_or_from_elsewhere(
    people: People, victim: Victim, unharmed: None, form: str
) -> None:
    browser, token = visit(people, "victim")
    _, other = visit(people, "mallory")
    fields = {"sure": "yes", "setting": "keep", "value": "0", "kind": "objection"}
    way = f"POST /privacy/{form}"
    host = urllib.parse.urlsplit(people.url).netloc
    good = {**fields, "token": token}
    ours = f"http://{host}"
    tries: list[Callable[[], Answer]] = [
        lambda: browser.send(way, fields),
        lambda: browser.send(way, {**fields, "token": other[::-1]}),
        lambda: browser.send(way, {**fields, "token": [token, token]}),
        lambda: browser.send(way, {**fields, "token": ""}),
        lambda: browser.send(way, good, origin="https://elsewhere.example"),
        lambda: browser.send(way, good, origin="null"),
        lambda: browser.send(way, good, origin=ours + ".elsewhere.example"),
        lambda: browser.send(way, good, sec_fetch_site="cross-site"),
        lambda: browser.send(way, good, sec_fetch_site="same-site"),
        lambda: browser.send(way, b"{}", content_type="application/json"),
        lambda: browser.send(way, b"token=" + token.encode(), content_type="text/plain"),
        lambda: browser.send(way + "?token=" + token, fields),
        lambda: Browser(people).send(way, good),
    ]
    assert {attempt().status for attempt in tries} <= {401, 403}


def test_the_token_of_one_session_does_not_count_in_another(people: People) -> None:
    browser, _ = visit(people, "victim")
    secret = homes.open_home(load(people.home)).secrets.references
    another = form_token(derive(secret, "people"), "cd" * 16)
    assert browser.send("POST /privacy/choices/stop", {"token": another}).status == 403


@pytest.mark.parametrize("form", ["delete", "download"])
def test_an_old_sign_in_neither_deletes_nor_downloads(
    people: People, victim: Victim, unharmed: None, form: str
) -> None:
    old = datetime.now(UTC) - timedelta(minutes=5, seconds=1)
    browser, token = visit(people, "victim", authenticated_at=old)
    answer = browser.send(f"POST /privacy/{form}", {"token": token, "sure": "yes"})
    assert answer.status == 403
    future = datetime.now(UTC) + timedelta(hours=1)
    browser, token = visit(people, "victim", authenticated_at=future)
    assert browser.send(f"POST /privacy/{form}", {"token": token, "sure": "yes"}).status == 403


def test_deleting_nothing_is_said_and_deletes_nothing(
    people: People, victim: Victim, unharmed: None
) -> None:
    browser, token = visit(people, "victim")
    here = f"/privacy/conversations/{victim.conversation}"
    answer = browser.send(f"POST {here}/delete", {"token": token})
    assert answer.headers["location"] == f"{here}?done=none"
    assert "Nothing was deleted" in browser.send(f"GET {here}?done=none").body


def test_nothing_is_done_by_opening_an_address(
    people: People, victim: Victim, unharmed: None
) -> None:
    browser, token = visit(people, "victim")
    ways = [f"delete?sure=yes&token={token}", "choices/stop", "leave"]
    ways += [f"conversations/{victim.conversation}/delete?exchange={victim.exchange}"]
    for way in ways:
        assert browser.send(f"GET /privacy/{way}").status in {200, 404, 405}


def test_the_browser_is_told_to_load_and_keep_nothing(people: People) -> None:
    browser, _ = visit(people, "victim")
    for path in ("/privacy/", "/privacy/nothing", "/privacy/style.css", f"{API}/data"):
        headers = browser.send(f"GET {path}").headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_cookies_can_be_read_and_sent_by_nobody_else(people: People) -> None:
    browser = Browser(people, {"__Host-privity-link": people.token("cookies")})
    cookie = browser.send("POST /privacy/enter", {}).headers["set-cookie"].lower()
    assert cookie.startswith("__host-")
    assert all(word in cookie for word in ("secure", "httponly", "samesite=lax", "path=/"))


def test_whoever_has_to_come_in_again_is_led_back_to_where_they_were(people: People) -> None:
    old = datetime.now(UTC) - timedelta(minutes=6)
    browser, token = visit(people, "again", authenticated_at=old)
    refused = browser.send("POST /privacy/download", {"token": token})
    assert refused.status == 403
    then = refused.headers["set-cookie"].partition(";")[0].partition("=")
    browser.cookies |= {then[0]: then[2], "__Host-privity-link": people.token("again")}
    assert browser.send("POST /privacy/enter", {}).headers["location"] == "/privacy/download"


def test_leaving_for_another_page_is_possible_here_only(people: People) -> None:
    browser = Browser(people, {"__Host-privity-link": people.token("leaves")})
    for place in ("https://elsewhere.example", "//elsewhere.example", "/privacy/../v1", "/other"):
        browser.cookies["__Host-privity-then"] = place
        browser.cookies["__Host-privity-link"] = people.token("leaves")
        assert browser.send("POST /privacy/enter", {}).headers["location"] == "/privacy/"


@pytest.mark.parametrize("size", [300_000])
def test_a_form_is_bounded(people: People, size: int) -> None:
    browser, token = visit(people, "victim")
    fields = {"token": token, "text": "a" * size}
    assert browser.send("POST /privacy/choices", fields).status == 413


@pytest.mark.parametrize("path", ["/privacy/parent/open", "/privacy/mail/end"])
@pytest.mark.parametrize("link", ["%E2%82%AC", "a%0d%0aset-cookie:b=c", "a%3bb", "a" * 200])
def test_a_link_that_no_letter_holds_is_put_into_no_cookie(
    people: People, path: str, link: str
) -> None:
    answer = Browser(people).send(f"GET {path}?link={link}")
    assert (answer.status, "set-cookie" in answer.headers) == (404, False)


@pytest.mark.parametrize("entry", ["9" * 5000, "%D9%A1", "-1", "x"])
def test_a_certificate_by_no_number_is_not_found(people: People, entry: str) -> None:
    browser, _ = visit(people, "victim")
    token = f"Bearer {people.session('victim')}"
    api = Browser(people).send(f"GET /privacy/api/v1/deletions/{entry}", authorization=token)
    page = browser.send(f"GET /privacy/certificates/{entry}")
    assert (api.status, page.status) == (404, 404)
