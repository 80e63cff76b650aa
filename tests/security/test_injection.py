"""What is sent stays what it is: no header, line, path, command or formula is made of it."""

import re
from collections.abc import Iterator

import pytest

from privity.access.staff import Role
from tests.security.crew import Employee, employ
from tests.security.wire import HOST, exchange
from tests.system.people_scene import Browser, People, people_talking
from tests.system.staff_scene import PASSWORD, Colleague, invite, token_in

UNPRINTABLE = (
    "\x1b[31mred",
    "a\r\nB: c",
    "a\0b",
    "\u202egnp.exe",
    "a\nat=now level=info",
    "a" * 101,
)


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    folder = tmp_path_factory.mktemp("house")
    with people_talking(folder) as found:
        yield found


@pytest.fixture(scope="module")
def ada(house: People) -> Employee:
    return employ(house, {Role.ADMINISTRATOR})


@pytest.mark.parametrize("name", UNPRINTABLE, ids=ascii)
def test_a_name_that_cannot_be_printed_is_not_taken(ada: Employee, name: str) -> None:
    """Names are listed in terminals, letters and pages."""
    sent = {"name": name, "mail": "kim@example.org", "role": "support", "region": "local"}
    assert ada.post("/console/staff", **sent).status in {400, 403}


@pytest.mark.parametrize(
    "mail", ["a\r\nbcc: b@example.org", "a@b@c.example", "a b@example.org", "a@example.org\0", "a@"]
)
def test_an_address_that_is_none_is_not_taken(ada: Employee, mail: str) -> None:
    who = {"name": "kim", "mail": mail, "role": "support", "region": "local"}
    assert ada.post("/console/staff", **who).status in {400, 403}


def test_a_name_becomes_no_markup(ada: Employee) -> None:
    name = "<img src=x onerror=alert(1)>{{7*7}}'\""
    who = {"name": name, "mail": "eve@example.org", "role": "support", "region": "local"}
    ada.post("/console/staff", **who)
    page = ada.get("/console/staff").body
    assert "<img src=x" not in page
    assert "{{7*7}}" in page


PATHS = (
    "/console/../../../etc/passwd",
    "/console/assets/../staff.cedar",
    "/console/assets/%2e%2e/%2e%2e/rules/staff.cedar",
    "/console/assets/..%2f..%2fsettings.toml",
    "/console/assets/",
    "/console/training/..%2f..%2fsettings.toml",
    "/privacy/../settings.toml",
    "/privacy/certificates/..%2f..%2fkeys%2froot.key",
    "/privacy/receipts/..%5c..%5csettings.toml",
    "/receipts/../../keys/root.key",
    "/v1/models/../../../etc/passwd",
    "/v1/models/..%2f..%2fetc%2fpasswd",
    "//etc/passwd",
    "/.git/config",
    "/settings.toml",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_out_of_what_is_served(ada: Employee, path: str) -> None:
    answer = ada.get(path)
    assert answer.status in {400, 401, 403, 404}
    assert "[listen]" not in answer.body
    assert "root:" not in answer.body


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_no_method_that_nobody_needs_is_answered(ada: Employee, method: str) -> None:
    for path in ("/", "/v1/models", "/console", "/console/staff", "/privacy/", "/healthz"):
        answer = ada.send(f"{method} {path}", echo="canary")
        assert answer.status in {400, 404, 405}
        assert "canary" not in answer.body


def test_no_header_of_an_answer_can_be_added(house: People) -> None:
    for path in (b"/%0d%0aset-cookie:%20a=b", b"/console/confirm?to=%0d%0aset-cookie:%20a=b"):
        heard = exchange(house.url, b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n", 0.5)
        head = heard.data.partition(b"\r\n\r\n")[0].lower()
        assert b"set-cookie" not in head


def test_no_line_of_the_process_log_can_be_made_up(house: People) -> None:
    """What is refused is said by its code alone."""
    log = house.home.parent / "log"
    for path in ("/%0aat=now level=error event=forged", "/v1/forged", "/console/forged"):
        Browser(house).send("GET " + path.replace(" ", "%20"), user_agent="forged")
    assert "forged" not in log.read_text()


def test_a_password_is_taken_to_the_letter(tmp_path) -> None:
    """Spaces at its ends count, like everything else in it."""
    with people_talking(tmp_path) as house:
        secret = invite(house.home, "ada")
        ada = Colleague(house, "ada")
        ada.send(f"GET /console/join?invitation={secret}")
        shown = ada.send("GET /console/join")
        ada.seed = re.search(r"by hand: <code>([A-Z2-7]+)", shown.body)[1]
        typed = f" {PASSWORD}  "
        joined = ada.send(
            "POST /console/join/codes",
            {"token": token_in(shown), "password": typed, "code": ada.code()},
        )
        codes = re.findall(r"<li><code>([A-Z2-7-]+)</code>", joined.body)
        page, mail = "/console/sign-in", "ada@example.org"
        for password, status in ((PASSWORD, 403), (typed.upper(), 403), (typed, 303)):
            fields = {"mail": mail, "password": password, "code": codes[0]}
            assert ada.post(page, page, **fields).status == status
