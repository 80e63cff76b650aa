"""Coming in with a real identity provider: only who signed in there, in that browser, once."""

import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import tomlkit

from privity.adapters import home as homes
from tests.system.conftest import call, free_port, privity, running, wait_until_ready
from tests.system.people_scene import Answer, Browser, People, policy_text

COOKIE = "__Host-privity-sign-in"
SESSION = "__Host-privity-session"


class Staying(urllib.request.HTTPRedirectHandler):
    """A browser that shows where it was sent, and does not go."""

    def redirect_request(self, *_: object) -> None:
        return None


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
def people(tmp_path_factory, provider: str) -> Iterator[People]:
    folder, port = tmp_path_factory.mktemp("sign-in"), free_port()
    home, url = folder / "home", f"http://127.0.0.1:{port}"
    (folder / "policy.toml").write_text(policy_text())
    made = privity("init", "--home", home, "--policy", folder / "policy.toml")
    with running(made, folder / "made") as process:
        assert process.wait(60) == 0
    settings = tomlkit.parse((home / "settings.toml").read_text())
    homes.write_private(home / "client.secret", b"a secret of this test")
    named = {"provider": provider, "client": "privity", "app": "local", "url": url}
    settings["people"] = {**named, "credential": "file:client.secret"}
    (home / "settings.toml").write_text(tomlkit.dumps(settings))
    serve = privity("serve", "--home", home, "--port", str(port))
    with running(serve, folder / "log") as process:
        wait_until_ready(url, process, folder / "log")
        yield People(url, home)


@dataclass
class Begun:
    """A browser on its way: at the provider, with the cookie that it brings back."""

    browser: Browser
    there: str

    def comes_back(self, name: str) -> str:
        """Sign in at the provider; return the path with the code, on our side."""
        opener = urllib.request.build_opener(Staying)
        data = urllib.parse.urlencode({"sub": name}).encode()
        with pytest.raises(urllib.error.HTTPError) as moved:
            opener.open(self.there, data, timeout=30)
        with moved.value as answer:
            return answer.headers["location"].removeprefix(self.browser.people.url)

    def arrives(self, path: str) -> Answer:
        return self.browser.send(f"GET {path}")


def begin(people: People, way: str = "/privacy/sign-in") -> Begun:
    browser = Browser(people)
    answer = browser.send(f"GET {way}")
    assert answer.status == 303
    cookie = re.search(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
    assert cookie is not None
    browser.cookies[COOKIE] = cookie[1]
    return Begun(browser, answer.headers["location"])


def session_of(answer: Answer) -> str:
    found = re.search(rf"{SESSION}=([^;]+)", str(answer.headers))
    return found[1] if found else ""


def test_whoever_signs_in_there_sees_what_is_theirs(people: People) -> None:
    people.say("ann", "How long does bread rise?", "one")
    begun = begin(people)
    answer = begun.arrives(begun.comes_back("ann"))
    assert (answer.status, answer.headers["location"]) == (303, "/privacy/")
    browser = Browser(people, {SESSION: session_of(answer)})
    assert "How long does bread rise?" in browser.send("GET /privacy/").body
    assert "code=" not in browser.send("GET /privacy/").body


def test_a_sign_in_counts_as_recent_for_deleting(people: People) -> None:
    begun = begin(people, "/privacy/sign-in?again=yes")
    assert "prompt=login" in begun.there
    browser = Browser(people, {SESSION: session_of(begun.arrives(begun.comes_back("dora")))})
    page = browser.send("GET /privacy/delete").body
    token = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert token is not None
    answer = browser.send("POST /privacy/delete", {"token": token[1], "sure": "yes"})
    assert answer.headers["location"] == "/privacy/delete?done=all"


def test_the_way_there_holds_a_digest_and_no_secret(people: People) -> None:
    begun = begin(people)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(begun.there).query))
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    state, nonce, secret = begun.browser.cookies[COOKIE].split(".")
    assert (asked["state"], asked["nonce"]) == (state, nonce)
    assert secret not in begun.there


def test_an_answer_counts_only_in_the_browser_that_asked_and_once(people: People) -> None:
    begun = begin(people)
    path = begun.comes_back("ann")
    other = begin(people)
    assert other.arrives(path).status == 401
    assert Browser(people).send(f"GET {path}").status == 401
    state = urllib.parse.urlencode({"state": other.browser.cookies[COOKIE].split(".")[0]})
    stolen = re.sub(r"state=[^&]+", state, path)
    assert other.arrives(stolen).status == 401
    assert begun.arrives(path).status == 401  # the code was spent by the attempt
    fresh = begin(people)
    path = fresh.comes_back("ann")
    assert [fresh.arrives(path).status for _ in range(2)] == [303, 401]


@pytest.mark.parametrize(
    "query", ["", "?error=access_denied&state=x", "?code=x", "?state=x", "?code=x&state=x"]
)
def test_an_answer_without_what_was_asked_opens_nothing(people: People, query: str) -> None:
    begun = begin(people)
    answer = begun.arrives(f"/privacy/signed-in{query}")
    assert answer.status == 401
    assert "/privacy/sign-in" in answer.body
    assert session_of(answer) == ""
