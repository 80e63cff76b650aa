"""An agreement holds as long as the notice allows nothing more than it did, on a served home."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from privity.adapters import home as homes
from privity.adapters.home import Adopting, adopt_policy, open_home
from privity.audit.entry import Event
from privity.audit.stored import read_entry
from privity.settings import load
from tests.system.conftest import privity, serving
from tests.system.people_scene import Browser, People, policy_text

CHOICES = "/privacy/api/v1/choices"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose people are asked whether the assistant may be made better with their text."""
    policy = tmp_path / "policy.toml"
    policy.write_text(policy_text())
    made = privity("init", "--home", tmp_path / "home", "--policy", policy)
    subprocess.run(made, check=True, capture_output=True)
    return tmp_path / "home"


@contextmanager
def served(home: Path) -> Iterator[People]:
    with serving(home, home.parent / "log") as gateway:
        yield People(gateway.url, gateway.home)


def agree(people: People, name: str) -> None:
    token = f"Bearer {people.session(name)}"
    wish = json.dumps({"value": "yes"}).encode()
    way = f"PUT {CHOICES}/train"
    kind = "application/json"
    assert Browser(people).send(way, wish, authorization=token, content_type=kind).status == 200


def trained(people: People, name: str) -> bool:
    """Whether a message now may be used to make the assistant better, by the log."""
    people.say(name, "How long does bread rise?")
    with open_home(load(people.home)).journal.reader.snapshot() as log:
        read = [read_entry(body) for _, body in log.entries(0)]
    mine = [
        e for e in read if (e.event, e.subject) == (Event.EXCHANGE_ALLOWED, people.subject(name))
    ]
    return bool(mine[-1].facts.get("train")) and "train" in str(mine[-1].facts.get("agreed"))


def shown(people: People, name: str) -> str:
    """What the person is told that holds for training."""
    token = f"Bearer {people.session(name)}"
    said = json.loads(Browser(people).send(f"GET {CHOICES}", authorization=token).body)
    return next(each["value"] for each in said["choices"] if each["setting"] == "train")


def adopt(home: Path, change: Callable[[str], str]) -> None:
    file = home / homes.POLICY
    before = file.read_text()
    file.write_text(change(before))
    assert file.read_text() != before
    adopt_policy(open_home(load(home)), Adopting("PR-1"))


def listed(people: People, name: str) -> str:
    command = privity("choices", "show", "--subject", people.subject(name), "--home", people.home)
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return next(line for line in lines if line.startswith("train"))


def test_a_change_that_only_narrows_keeps_an_agreement_and_one_that_widens_ends_it(
    home: Path,
) -> None:
    with served(home) as people:
        agree(people, "ann")
        assert trained(people, "ann")
    adopt(home, lambda text: text.replace("30 days", "20 days"))
    with served(home) as people:
        assert trained(people, "ann")
        assert shown(people, "ann") == "yes"
        assert "before the notice changed" not in listed(people, "ann")
    adopt(home, lambda text: text.replace("20 days", "60 days"))
    with served(home) as people:
        assert not trained(people, "ann")
        assert shown(people, "ann") == "no"
        assert "before the notice changed" in listed(people, "ann")
        agree(people, "ann")
        assert trained(people, "ann")
