"""The commands for keys: what they say, what they rotate, and how backups come to an end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from privity.adapters.home import read_policy
from privity.adapters.rotating import ages
from privity.cli import build
from privity.errors import BadInput, KeyStoreUnavailable
from privity.model.words import KeyLevel
from tests.homes import NOON, Living, make


@pytest.fixture
def living(tmp_path: Path) -> Living:
    living = make(tmp_path / "home")
    for who, record in (("ann", "1"), ("ann", "2"), ("bob", "3")):
        living.speak(who, record)
    return living


def keys(living: Living, *arguments: str) -> str:
    command = ["keys", *arguments, "--home", str(living.home)]
    done = CliRunner().invoke(build(["keys"]), command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def state(living: Living, kind: str) -> list[tuple[str, str, int]]:
    """Versions of a kind of key, their state and uses."""
    said = json.loads(keys(living, "status", "--json"))
    return [(each["version"], each["state"], each["uses"]) for each in said if each["kind"] == kind]


OF_PEOPLE = "eu/assist"
EVERYBODY = {"1": b"1", "2": b"2", "3": b"3"}


def test_each_key_is_shown_with_age_due_date_and_uses(living: Living) -> None:
    rows = json.loads(keys(living, "status", "--json"))
    said = {each["kind"]: each for each in rows if each["name"] in {"-", OF_PEOPLE, "all"}}
    assert set(said) == {"root", "partition", "people"}
    due = ages(living.opened.settings.keys, read_policy(living.home))
    levels = {"root": KeyLevel.ROOT, "partition": KeyLevel.PARTITION, "people": KeyLevel.PERSON}
    for kind, each in said.items():
        made = NOON.fromisoformat(each["made_at"])
        assert NOON.fromisoformat(each["due_at"]) == made + due[levels[kind]]
    assert said["partition"]["uses"] == 2
    assert said["people"]["uses"] >= 2


def test_people_stand_in_no_line_of_the_status(living: Living) -> None:
    for said in (keys(living, "status"), keys(living, "status", "--json")):
        assert "ann" not in said
        assert "bob" not in said


def test_a_line_names_kind_version_dates_and_uses(living: Living) -> None:
    (line,) = [each for each in keys(living, "status").splitlines() if OF_PEOPLE in each]
    assert "version 1" in line
    assert "made 2026-01-01" in line
    assert "due 2026-04-01" in line
    assert "uses 2" in line


def test_partitions_are_rotated(living: Living) -> None:
    assert "moved to the new version" in keys(living, "rotate", "--partition")
    assert ("2", "in use", 2) in state(living, "partition")
    assert {each[0] for each in state(living, "partition")} == {"2"}
    assert living.held("ann", "bob") == EVERYBODY


def test_a_person_is_rotated(living: Living) -> None:
    assert "2 records" in keys(living, "rotate", "--person", "ann")
    assert living.held("ann", "bob") == EVERYBODY


def test_a_mistyped_person_is_told(living: Living) -> None:
    with pytest.raises(BadInput, match="nobody"):
        keys(living, "rotate", "--person", "anne")


def test_a_replaced_root_key_stays_for_older_backups(living: Living, tmp_path: Path) -> None:
    living.backup(tmp_path / "monday")
    keys(living, "rotate", "--root")
    assert [each[1] for each in state(living, "root")] == ["replaced", "in use"]
    living.restore(tmp_path / "monday", tmp_path / "new", None)
    assert Living(tmp_path / "new").held("ann", "bob") == EVERYBODY


def test_backups_are_ended_at_once(living: Living, tmp_path: Path) -> None:
    living.backup(tmp_path / "monday")
    assert "make a new one" in keys(living, "rotate", "--root", "--end-backups")
    assert len(state(living, "root")) == 1
    assert living.held("ann", "bob") == EVERYBODY
    with pytest.raises(KeyStoreUnavailable):
        living.restore(tmp_path / "monday", tmp_path / "new", None)
    assert not (tmp_path / "new").exists()


def test_backups_made_afterwards_open(living: Living, tmp_path: Path) -> None:
    keys(living, "rotate", "--root", "--end-backups")
    living.backup(tmp_path / "tuesday")
    living.restore(tmp_path / "tuesday", tmp_path / "new", None)
    assert Living(tmp_path / "new").held("ann", "bob") == EVERYBODY


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--root", "--partition"],
        ["--root", "--person", "ann"],
        ["--partition", "--end-backups"],
    ],
)
def test_what_to_rotate_must_be_clear(living: Living, wrong: list[str]) -> None:
    with pytest.raises(BadInput):
        keys(living, "rotate", *wrong)
    assert len(state(living, "root")) == 1
