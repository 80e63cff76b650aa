"""A home whose root key is in a module or a service: doctor, key status and rotation from there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from privity.adapters.examine import examine
from privity.adapters.home import now
from privity.adapters.initialize import Plan, initialize
from privity.cli import build
from privity.governance.checks import Finding, Grade
from privity.settings import ECHO
from tests.custodians import Custody, aws, openbao, softhsm


@dataclass(frozen=True)
class Place:
    custody: Custody
    home: Path
    uri: str

    def privity(self, *arguments: str) -> str:
        done = CliRunner().invoke(build([arguments[0]]), [*arguments, "--home", str(self.home)])
        assert done.exit_code == 0, done.output
        return done.stdout

    def roots(self) -> list[tuple[str, str, int]]:
        """Versions of the root key, their state, and how many keys each wraps."""
        said = json.loads(self.privity("keys", "status", "--json"))
        return [
            (each["version"], each["state"], each["uses"])
            for each in said
            if each["kind"] == "root"
        ]


@pytest.fixture(scope="module", params=["pkcs11", "awskms", "vault"])
def custody(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Custody]:
    kinds = {
        "pkcs11": lambda: softhsm(tmp_path_factory.mktemp("hsm")),
        "awskms": aws,
        "vault": openbao,
    }
    with kinds[request.param]() as made:
        yield made


@pytest.fixture
def place(custody: Custody, tmp_path: Path) -> Place:
    uri, _ = custody.make()
    initialize(Plan(tmp_path / "home", (ECHO, ECHO), None, "sqlite:privity.db", None, uri), now())
    return Place(custody, tmp_path / "home", uri)


def about_keys(home: Path) -> Finding:
    return next(each for each in examine(home) if each.part == "keys")


def test_a_doctor_finds_nothing_wrong_with_a_key_that_is_no_file(place: Place) -> None:
    assert [each.part for each in examine(place.home) if each.grade is Grade.WRONG] == []
    assert list(place.home.rglob("root.key")) == []


def test_a_doctor_tells_that_the_key_is_out_of_reach_and_then_that_it_is_back(place: Place) -> None:
    with place.custody.away():
        assert about_keys(place.home).code == "key_store_unavailable"
    assert about_keys(place.home).code == "ok"


def test_a_doctor_tells_another_homes_key(place: Place) -> None:
    other, _ = place.custody.make()
    settings = place.home / "settings.toml"
    settings.write_text(settings.read_text().replace(place.uri, other))
    assert about_keys(place.home).code == "key_store_unavailable"


def test_a_root_key_that_is_no_file_is_rotated_by_command(place: Place) -> None:
    [(first, state, uses)] = place.roots()
    assert (state, uses > 0) == ("in use", True)
    place.privity("keys", "rotate", "--root")
    newest = place.roots()[-1]
    assert newest[0] != first
    assert newest[1:] == ("in use", uses)
    assert about_keys(place.home).code == "ok"
