"""A provider of payments calls a real server: only its own word makes a consent."""

import hashlib
import hmac
import json
import subprocess
import time
from collections.abc import Iterator

import pytest
import tomlkit

from privity.adapters import home as homes
from privity.rights.parental import Method, State
from privity.settings import load
from tests.system.conftest import privity, serving
from tests.system.people_scene import Browser, People, policy_text

SECRET = "what the provider and this home share"


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Iterator[People]:
    """A server whose settings name a provider of payments."""
    folder = tmp_path_factory.mktemp("cards")
    home, policy = folder / "home", folder / "policy.toml"
    policy.write_text(policy_text())
    made = privity("init", "--home", home, "--policy", policy)
    subprocess.run(made, check=True, capture_output=True)
    (home / "cards").write_text(SECRET)
    (home / "cards").chmod(0o600)
    settings = tomlkit.parse((home / "settings.toml").read_text())
    people = settings.setdefault("people", tomlkit.table())
    people["cards"], people["cards_secret"] = "https://pay.example/start", "file:cards"
    (home / "settings.toml").write_text(tomlkit.dumps(settings))
    with serving(home, folder / "log") as gateway:
        yield People(gateway.url, gateway.home)


def asked(people: People, name: str) -> str:
    """Ask a parent as this child; return the id of the consent."""
    browser = Browser(people, {"__Host-privity-session": people.session(name)})
    page = browser.send("GET /privacy/parent").body
    token = page.partition('name="token" value="')[2].partition('"')[0]
    browser.send("POST /privacy/parent", {"token": token, "address": "parent@example.org"})
    return consent(people, name).id


def consent(people: People, name: str):
    with homes.open_home(load(people.home)).journal.transaction() as tx:
        return tx.parental.of(people.subject(name))[-1].consent


def call_back(people: People, reference: str, status: str, secret: str = SECRET) -> int:
    body, at = json.dumps({"reference": reference, "status": status}).encode(), int(time.time())
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-privity-signature": f"t={at},v1={signed}"}
    return Browser(people).send("POST /privacy/parent/card", body, **headers).status


def test_a_charge_that_the_provider_signed_makes_a_consent(shop: People) -> None:
    reference = asked(shop, "zoe")
    assert call_back(shop, reference, "charged") == 204
    made = consent(shop, "zoe")
    assert (made.state, made.method) == (State.GRANTED, Method.CARD)


def test_a_charge_signed_with_another_secret_changes_nothing(shop: People) -> None:
    reference = asked(shop, "kim")
    before = consent(shop, "kim")
    assert call_back(shop, reference, "charged", "guessed") == 403
    assert consent(shop, "kim") == before


def test_a_charge_for_nobody_is_not_found(shop: People) -> None:
    assert call_back(shop, "0" * 32, "charged") == 404
