"""Break-glass on a real server with a real SMTP server: who hears of it."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import tomlkit

from privity.adapters import home as homes
from privity.model.text import Raw
from privity.model.words import AppId, Language, Purpose, Region
from privity.policy.offers import telling_of_reading
from privity.rights import ledger
from privity.rights.announcing import Left, leave
from privity.rights.choices import Choice, Method
from privity.rights.controls import Control, Setting, offer_of
from privity.rights.ledger import Person
from privity.rights.letters import Addressee, PostOffice
from privity.settings import load
from privity.vault.keep import Vault
from tests.mail_server import MailServer
from tests.mail_server import serving as serving_mail
from tests.system.conftest import privity, serving
from tests.system.people_scene import People, policy_text
from tests.system.staff_scene import Colleague, conversation_of, invite, invited

ADDRESS = "maggie@example.org"


@dataclass
class House:
    people: People
    mail: MailServer

    def heard(self, address: str, count: int) -> list[str]:
        """The subjects of so many letters to an address, once they are there."""
        for _ in range(400):
            found = [str(each["Subject"]) for each in self.mail.taken if each["To"] == address]
            if len(found) >= count:
                break
            time.sleep(0.05)
        return found


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("told")
    home = folder / "home"
    policy = tomlkit.parse(policy_text())
    policy["announce"]["reading"] = True
    (folder / "policy.toml").write_text(tomlkit.dumps(policy))
    made = privity("init", "--home", home, "--policy", folder / "policy.toml")
    subprocess.run(made, check=True, capture_output=True)
    with serving_mail() as mail:
        settings = tomlkit.parse((home / "settings.toml").read_text())
        settings["mail"] = {
            "host": "127.0.0.1",
            "port": mail.port,
            "tls": "off",
            "sender": "privacy@example.org",
        }
        (home / "settings.toml").write_text(tomlkit.dumps(settings))
        with serving(home, folder / "log") as gateway:
            people = People(gateway.url, gateway.home)
            people.say("maggie", "Hello, my name is Margaret Okafor.", "order")
            wants_letters(people)
            yield House(people, mail)
        assert "defect" not in (folder / "log").read_text()


def wants_letters(people: People) -> None:
    """Let maggie leave an address and agree to letters."""
    home = homes.open_home(load(people.home))
    policy, now = homes.policy_in_force(home), homes.now()
    assert telling_of_reading(policy)
    subject, setting = people.subject("maggie"), Setting(Control.MAIL)
    choice = Choice(setting, value=True, at=now, method=Method.PAGE, notice=policy.digest)
    person = Person(subject, AppId("local"), Purpose.ASSIST)
    office = PostOffice(Vault(home.custodian), policy.digest, lambda: "0" * 32)
    left = Left(Raw(ADDRESS), Language.EN, "local.random")
    with home.journal.transaction() as tx:
        ledger.choose(tx, person, offer_of(policy, Purpose.ASSIST, setting), choice)
        leave(tx, office, Addressee(Region.LOCAL, subject), left, now)


def colleague(ada: Colleague, name: str, role: str) -> Colleague:
    made = Colleague(ada.people, name).join(invited(ada, name, role))
    assert made.sign_in().status == 303
    return made


def test_a_reading_is_told_to_the_privacy_officer_and_to_its_person(house: House) -> None:
    ada = Colleague(house.people, "ada").join(invite(house.people.home, "ada"))
    assert ada.sign_in().status == 303
    reader, other = colleague(ada, "rex", "reviewer"), colleague(ada, "sue", "security")
    Colleague(house.people, "olaf").join(invited(ada, "olaf", "privacy_officer"))

    fields = {"purpose": "review", "ticket": "T-7", "reason": "a report", "minutes": "15"}
    conversation = conversation_of(house.people, "maggie")
    asked = reader.post("/console/access", "/console/access", conversation=conversation, **fields)
    case = asked.headers["location"]
    assert other.post(f"{case}/approve", case).status == 303
    assert house.heard("olaf@example.org", 1) == ["Access to a conversation was approved"]
    assert house.heard(ADDRESS, 0) == []

    assert reader.post(f"{case}/read", case).status == 200
    told = house.heard("olaf@example.org", 2)
    assert told[1:] == ["A conversation is being read"]
    assert house.heard(ADDRESS, 1) == ["A conversation of yours was read"]
    letters = [str(each.get_body(("plain",))) for each in house.mail.taken]
    assert not any("a report" in each or "T-7" in each for each in letters)
