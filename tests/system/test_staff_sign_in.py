"""The console over plain HTTP: what opens it, and what does not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.people_scene import People, people_talking
from tests.system.staff_scene import PASSWORD, Colleague, invite

SESSION = "__Host-privity-console"


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture(scope="module")
def secret(house: People) -> str:
    return invite(house.home, "ada", "--region", "local")


@pytest.fixture(scope="module")
def ada(house: People, secret: str) -> Colleague:
    return Colleague(house, "ada").join(secret)


def test_a_password_with_a_code_opens_a_session(ada: Colleague) -> None:
    answer = ada.sign_in()
    assert (answer.status, answer.headers["location"]) == (303, "/console")
    cookie = answer.headers["set-cookie"]
    assert SESSION in cookie
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "Last checkpoint" in ada.send("GET /console").body


def test_no_page_may_be_stored_or_framed(ada: Colleague) -> None:
    for path in ("/console/sign-in", "/console/nothing", "/console/assets/0/frame.css"):
        headers = ada.send(f"GET {path}").headers
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "script-src 'self'" in headers["content-security-policy"]


def test_an_invitation_works_once(ada: Colleague, secret: str) -> None:
    other = Colleague(ada.people, "other")
    moved = other.send(f"GET /console/join?invitation={secret}")
    assert moved.headers["location"] == "/console/join"
    assert other.send("GET /console/join").status == 403


def test_a_code_works_once(ada: Colleague) -> None:
    code = ada.codes.pop()
    assert ada.sign_in(code).status == 303
    assert ada.sign_in(code).status == 403


def test_a_session_that_was_planted_is_not_used(ada: Colleague) -> None:
    ada.browser.cookies[SESSION] = "planted"
    ada.sign_in()
    assert ada.browser.cookies[SESSION] != "planted"
    assert ada.send("GET /console").status == 200


def test_who_signed_out_is_out(ada: Colleague) -> None:
    ada.sign_in()
    before = ada.browser.cookies[SESSION]
    assert ada.post("/console/sign-out", "/console").status == 303
    ada.browser.cookies[SESSION] = before
    assert ada.send("GET /console").headers["location"] == "/console/sign-in"


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}],
    ids=str,
)
def test_a_form_from_elsewhere_does_nothing(ada: Colleague, headers: dict[str, str]) -> None:
    ada.sign_in()
    sent = {"token": ada.token("/console")}
    assert ada.send("POST /console/sign-out", sent, **headers).status == 403
    assert ada.send("GET /console").status == 200


@pytest.mark.parametrize("path", ["sign-out", "sign-in", "sign-in/passkey", "confirm"])
def test_a_form_without_the_token_of_its_page_does_nothing(ada: Colleague, path: str) -> None:
    assert ada.send(f"POST /console/{path}", {"token": "another"}).status == 403


def test_the_answer_is_the_same_for_who_is_not_there(ada: Colleague) -> None:
    fields = {"password": PASSWORD + "!", "code": "000000"}
    page = "/console/sign-in"
    known = ada.post(page, page, mail="ada@example.org", **fields)
    unknown = ada.post(page, page, mail="nobody@example.org", **fields)
    assert known.status == unknown.status == 403
    assert "does not open an account" in known.body
    assert len(known.body) == len(unknown.body)
    ada.sign_in()  # forgets the wrong tries


def test_there_is_one_first_administrator(ada: Colleague, house: People) -> None:
    with pytest.raises(Exception, match="returned non-zero exit status 2"):
        invite(house.home, "eve")


def test_who_guesses_is_locked_out(tmp_path: Path) -> None:
    with people_talking(tmp_path) as house:
        ada = Colleague(house, "ada").join(invite(house.home, "ada"))
        answers = [ada.sign_in("000000").status for _ in range(6)]
        assert answers == [403, 403, 403, 403, 403, 429]
        locked = ada.sign_in()
        assert locked.status == 429
        assert int(locked.headers["retry-after"]) > 0
