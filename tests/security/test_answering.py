"""Nobody reads or erases a person alone by answering a request that they entered themselves."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
import tomlkit

from privity.access.staff import Role
from privity.adapters import home as homes
from privity.settings import load
from tests.mail_server import MailServer
from tests.mail_server import serving as mailing
from tests.security.crew import Employee, employ
from tests.system.conftest import privity, serving
from tests.system.people_scene import Answer, Browser, People, policy_text

EVE_MAIL = "eve@attacker.example"
WAITS = 30
HARMFUL = ("access", "portability", "erasure", "rectification")


@dataclass(frozen=True)
class Scene:
    """Maggie wrote something; Eve and Bob answer people; letters are really sent."""

    people: People
    mail: MailServer
    eve: Employee
    bob: Employee

    def enter(self, person: str, kind: str, mail: str) -> str:
        """Let Eve enter a request, and return the address of its page."""
        answer = self.eve.post(
            "/console/people/request",
            reference="",
            person=person,
            app="",
            kind=kind,
            mail=mail,
            language="en",
            proved="yes",
        )
        assert answer.status == 303, answer.body
        return answer.headers["location"]

    def letters_to(self, address: str) -> list[str]:
        return [each["Subject"] for each in self.mail.taken if each["To"] == address]

    def alerts(self) -> list[tuple[str, str]]:
        with homes.open_home(load(self.people.home)).journal.transaction() as tx:
            return [(each.rule, each.actor) for each in tx.alerts.latest(50)]


def until(holds: Callable[[], bool]) -> bool:
    """Wait for the server to do what it does beside; say whether it did."""
    end = time.monotonic() + WAITS
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
    return holds()


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("house")
    home, policy = folder / "home", folder / "policy.toml"
    policy.write_text(policy_text())
    made = privity("init", "--home", home, "--policy", policy)
    subprocess.run(made, check=True, capture_output=True)
    with mailing() as mail:
        named = home / "settings.toml"
        settings = tomlkit.parse(named.read_text()).unwrap()
        sender = {"sender": "privacy@okafor.example", "tls": "off"}
        settings["mail"] = {"host": "127.0.0.1", "port": mail.port, **sender}
        settings["watch"] = {"seconds": 1}
        named.write_text(tomlkit.dumps(settings))
        with serving(home, folder / "log") as gateway:
            people = People(gateway.url, home)
            for name in ("maggie", "lisa", "marge"):
                people.say(name, "My son Bart is ill and I am afraid.")
            eve = employ(people, {Role.SUPPORT}, name="eve")
            yield Scene(people, mail, eve, employ(people, {Role.SUPPORT}, name="bob"))


def refused(answer: Answer) -> bool:
    return answer.status == 403


@pytest.mark.parametrize("kind", HARMFUL)
def test_who_enters_a_request_neither_proves_nor_completes_it(scene: Scene, kind: str) -> None:
    at = scene.enter("maggie", kind, EVE_MAIL)
    assert "A colleague, as you entered it" in scene.eve.get(at).body
    assert refused(scene.eve.post(f"{at}/prove", mail=EVE_MAIL))
    assert refused(scene.eve.post(f"{at}/complete", sure="yes"))
    assert "unproven" in scene.bob.get(at).body


def test_no_letter_goes_to_an_address_that_one_colleague_typed(scene: Scene) -> None:
    scene.enter("maggie", "access", EVE_MAIL)
    bell = scene.enter("maggie", "restriction", "bell@example.org")
    assert scene.bob.post(f"{bell}/complete").status == 303
    assert until(lambda: bool(scene.letters_to("bell@example.org")))
    assert scene.letters_to(EVE_MAIL) == []


def test_that_somebody_tried_to_answer_alone_is_an_alert_also_without_a_fresh_factor(
    scene: Scene,
) -> None:
    late = employ(scene.people, {Role.SUPPORT}, name="lateness", proved_ago=3 * 3600)
    at = replace(scene, eve=late).enter("lisa", "erasure", EVE_MAIL)
    assert refused(late.post(f"{at}/complete", sure="yes"))
    assert until(lambda: ("answering_alone", late.id) in scene.alerts())


def test_a_colleague_confirms_an_address_by_typing_it_and_never_sees_it(scene: Scene) -> None:
    at = scene.enter("lisa", "access", "lisa@example.org")
    assert "lisa@example.org" not in scene.bob.get(at).body
    assert scene.bob.post(f"{at}/prove").status == 400
    assert scene.bob.post(f"{at}/prove", mail=EVE_MAIL).status == 400
    assert scene.letters_to("lisa@example.org") == []
    assert scene.bob.post(f"{at}/prove", mail="lisa@example.org").status == 303
    assert refused(scene.eve.post(f"{at}/complete"))
    assert scene.bob.post(f"{at}/complete").status == 303
    assert until(lambda: "Your data are ready" in scene.letters_to("lisa@example.org"))


def test_proving_and_completing_need_a_fresh_second_factor(scene: Scene) -> None:
    late = employ(scene.people, {Role.SUPPORT}, name="late", proved_ago=3 * 3600)
    at = scene.enter("marge", "access", "marge@example.org")
    asked = late.post(f"{at}/prove", mail="marge@example.org")
    assert "second factor" in asked.body
    assert re.search(r'name="kept" value="[^"]+"', asked.body)
    assert "unproven" in late.get(at).body
    assert scene.bob.post(f"{at}/prove", mail="marge@example.org").status == 303
    late.post(f"{at}/complete")
    assert scene.bob.post(f"{at}/complete").status == 303  # nobody completed it before


def test_the_person_sees_who_entered_what_and_that_the_address_was_not_theirs(
    scene: Scene,
) -> None:
    scene.enter("maggie", "access", EVE_MAIL)
    token = f"Bearer {scene.people.session('maggie')}"
    history = Browser(scene.people).send("GET /privacy/api/v1/history", authorization=token).body
    assert scene.eve.id in history
    assert '"address":"doubtful"' in history
    assert EVE_MAIL not in history
