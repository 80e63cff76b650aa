"""What a browser can be made to do: frames, forms from elsewhere, wrong turns, old copies."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privity.access.staff import Role
from tests.security import routes
from tests.security.crew import SESSION, Employee, employ
from tests.security.wire import HOST, exchange
from tests.system.people_scene import Answer, Browser, People, people_talking
from tests.system.staff_scene import Colleague
from tests.system.test_serve_tls import authority, files, port

__all__ = ["authority", "files", "port"]

ELSEWHERE = (
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
)
FORMS = [each for each in routes.of_staff() if each.method == "POST"]
OF_PEOPLE = [each for each in routes.of_people() if each.method == "POST"]


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        found.say("maggie", "Hello.", "order")
        yield found


@pytest.fixture(scope="module")
def ada(house: People) -> Employee:
    return employ(house, {Role.ADMINISTRATOR, Role.SECURITY})


@pytest.fixture(scope="module")
def maggie(house: People) -> Browser:
    return Browser(house, {"__Host-privity-session": house.session("maggie")})


def directives(answer: Answer) -> dict[str, str]:
    policy = answer.headers["content-security-policy"].split(";")
    return {each.split()[0]: " ".join(each.split()[1:]) for each in policy}


ADDRESSES = [
    "/",
    "/notice",
    "/metrics",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/v1/models",
    "/nothing",
    "/receipts/x",
    "/person/x",
    "/console",
    "/console/sign-in",
    "/console/nothing",
    "/privacy/",
    "/privacy/notice",
    "/privacy/api/v1/data",
]


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_answer_may_be_framed_sniffed_stored_or_run(house: People, ada: Employee, path) -> None:
    answer = ada.send(f"GET {path}")
    said = directives(answer)
    assert said["frame-ancestors"] == "'none'"
    assert said["default-src"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers
    assert "server" not in answer.headers


@pytest.mark.parametrize("address", FORMS, ids=str)
@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_a_form_of_the_console_from_elsewhere_does_nothing(ada, address, headers) -> None:
    sent = {"token": ada.token}
    answer = ada.send(f"POST {address.filled('a', 'b')}", sent, **headers)
    assert answer.status in {403, 404}
    assert ada.get("/console").status == 200  # signing out from elsewhere did nothing either


@pytest.mark.parametrize("address", OF_PEOPLE, ids=str)
@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_a_form_of_people_from_elsewhere_does_nothing(maggie, address, headers) -> None:
    answer = maggie.send(f"POST {address.filled('a', 'b')}", {"token": "any"}, **headers)
    assert answer.status in {400, 401, 403, 404}
    assert maggie.send("GET /privacy/").status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data"])
def test_a_form_in_another_coding_does_nothing(ada: Employee, kind: str) -> None:
    """A page elsewhere can send text/plain without asking first."""
    body = f"token={ada.token}".encode()
    assert ada.send("POST /console/sign-out", body, content_type=kind).status == 403


def test_nothing_but_pages_answers_to_get(ada: Employee) -> None:
    """A link, an image or a prefetch changes nothing."""
    for address in FORMS:
        answer = ada.get(address.filled("a", "b"))
        assert answer.status in {200, 303, 400, 403, 404}
        if answer.status == 303:
            assert answer.headers["location"].startswith("/console/")
    assert ada.get("/console").status == 200


TURNS = (
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "/console//evil.example",
    "/console/../../evil",
    "/console/a\r\nset-cookie: a=b",
    "javascript:alert(1)",
    "/console@evil.example",
)


@pytest.mark.parametrize("to", TURNS)
def test_no_form_sends_the_browser_elsewhere(ada: Employee, to: str) -> None:
    answer = ada.post("/console/theme", theme="dark", to=to)
    assert answer.status == 303
    assert answer.headers["location"] == "/console"
    assert "a=b" not in answer.headers.get("set-cookie", "")


def test_where_the_browser_came_from_leads_nowhere_else(house: People) -> None:
    late = employ(house, {Role.ADMINISTRATOR}, proved_ago=600)
    for before in ("https://evil.example/console/staff", "https://evil.example//evil"):
        answer = late.send("POST /console/staff", {"token": late.token}, referer=before)
        assert answer.headers.get("location", "/console/").startswith("/console/")


@pytest.mark.parametrize("sent", ["a%0d%0aset-cookie:%20x=y", "%22;%20Domain=evil.example"])
def test_what_goes_into_a_cookie_stays_in_it(ada: Employee, sent: str) -> None:
    cookie = ada.get(f"/console/join?invitation={sent}").headers["set-cookie"]
    assert cookie.count("__Host-") == 1
    assert "domain=evil" not in cookie.lower().replace("\\", "").split('"')[-1]
    assert "\n" not in cookie


def test_a_host_that_somebody_made_up_is_in_no_link(house: People, ada: Employee) -> None:
    fields = {"token": ada.token, "name": "kim", "mail": "kim@example.org", "role": "support"}
    fields["region"] = "local"
    forged = {"host": "evil.example", "x_forwarded_host": "evil.example", "forwarded": "host=evil"}
    answer = ada.send("POST /console/staff", fields, **forged)
    assert "invitation=" in answer.body
    assert "evil" not in answer.body
    assert "evil" not in str(ada.send("GET /console", **forged))
    link = Browser(house).send("GET /privacy/", **forged)
    assert "evil" not in str(link)


def test_what_came_through_a_proxy_is_not_local(house: People) -> None:
    """A reverse proxy, or a page whose name points to loopback, makes nobody an administrator."""
    for headers in ({"x_forwarded_for": "1.2.3.4"}, {"host": "evil.example"}):
        assert Browser(house).send("GET /v1/models", **headers).status == 401
        assert Browser(house).send("GET /metrics", **headers).status == 401


def test_a_cookie_that_a_neighbor_planted_opens_nothing(house: People, ada: Employee) -> None:
    """A neighbor's site can plant a cookie of any name but one that begins with `__Host-`."""
    for cookie in (f"privity-console={ada.secret}", f"{SESSION}={ada.secret}; {SESSION}=planted"):
        answer = Browser(house).send("GET /console", cookie=cookie)
        assert answer.headers["location"] == "/console/sign-in"


def test_every_cookie_is_for_this_host_and_no_script(house: People) -> None:
    eve = Colleague(house, "eve")
    door = eve.send("GET /console/sign-in").headers["set-cookie"]
    invited = eve.send("GET /console/join?invitation=any").headers["set-cookie"]
    chosen = Browser(house).send("GET /privacy/notice?language=de").headers["set-cookie"]
    for cookie in (door, invited, chosen):
        said = cookie.lower()
        assert said.startswith("__host-")
        assert "secure" in said
        assert "httponly" in said
        assert "path=/" in said
        assert "samesite=" in said
        assert "domain" not in said


def test_an_asset_under_another_digest_is_not_served(ada: Employee) -> None:
    page = ada.get("/console").body
    path = re.search(r'href="(/console/assets/[^"]+\.css)"', page)[1]
    kept = ada.get(path)
    assert kept.status == 200
    assert "immutable" in kept.headers["cache-control"]
    assert "set-cookie" not in kept.headers
    for other in (path.replace("/assets/", "/assets/0"), path + "/../../../console", path + "%2f"):
        answer = ada.get(other)
        assert answer.status == 404
        assert answer.headers["cache-control"] == "no-store"


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_whatever_a_person_sends_is_answered_soundly(maggie: Browser, data) -> None:
    text = st.text(st.characters(codec="utf-8"), max_size=20)
    kept = {"/privacy/leave", "/privacy/delete", "/privacy/enter"}
    known = [each for each in routes.of_people() if each.path not in kept]
    address = data.draw(st.sampled_from(known))
    parts = [quote(data.draw(text), safe="") for _ in address.parts]
    page = maggie.send("GET /privacy/").body
    token = re.search(r'name="token" value="([^"]+)"', page)
    sent = data.draw(st.dictionaries(st.sampled_from(routes.fields()), text, max_size=5))
    answer = maggie.send(
        f"{address.method} {address.filled(*parts)}", {**sent, "token": token[1] if token else ""}
    )
    assert answer.status < 500 or answer.headers.get("retry-after")


def test_browsers_are_told_to_come_by_https_only(port: int, files: Path) -> None:
    url, trusted = f"https://127.0.0.1:{port}", files / "ca.pem"
    for path in (b"/", b"/v1/models", b"/nothing", b"/console"):
        request = b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"connection: close\r\n\r\n"
        heard = exchange(url, request, trusted=trusted)
        assert b"strict-transport-security: max-age=63072000; includeSubDomains" in heard.data
    refused = exchange(url, b"GET / HTTP/1.1\r\n\r\n", trusted=trusted)
    assert refused.statuses == [400]
    assert b"strict-transport-security" in refused.data


def test_who_signs_out_leaves_nothing_in_the_browser(house: People, maggie: Browser) -> None:
    who = employ(house, {Role.SUPPORT})
    left = who.post("/console/sign-out")
    assert left.headers["clear-site-data"] == '"cache", "storage"'
    assert "max-age=0" in left.headers["set-cookie"].lower()
    token = re.search(r'name="token" value="([^"]+)"', maggie.send("GET /privacy/").body)[1]
    gone = maggie.send("POST /privacy/leave", {"token": token})
    assert gone.headers["clear-site-data"] == '"cache", "storage"'
