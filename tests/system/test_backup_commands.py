"""`privity backup`, `restore`, `hold` and `sweep`: what they print and refuse."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from privity.adapters import home as homes
from privity.cli import build
from privity.errors import BadInput, ClockDoubtful
from tests.homes import NOON, PLANTED, Living, make


@pytest.fixture
def living(tmp_path: Path) -> Living:
    living = make(tmp_path / "home")
    living.speak("ann", "1", homes.now() + timedelta(days=30))
    living.speak("bob", "2", homes.now() - timedelta(days=1))
    return living


def privity(home: Path, *arguments: str | Path) -> Result:
    command = [*map(str, arguments), "--home", str(home)]
    return CliRunner().invoke(build(command), command)


def test_a_backup_is_put_back_with_a_newer_log(living: Living, tmp_path: Path) -> None:
    file, log, new = tmp_path / "file", tmp_path / "log", tmp_path / "new"
    said = privity(living.home, "backup", "-o", file).stdout
    assert f"{2 + PLANTED} records, 3 keys, 3 log entries" in said
    living.erase("ann")
    privity(living.home, "log", "export", "-o", log)
    done = privity(new, "restore", file, "--since", log, "--root-key", living.root_key)
    assert "1 later entries made again, with 1 erasures" in done.stdout
    assert Living(new).held("ann", "bob") == {}


def test_without_a_newer_log_somebody_states_that_nobody_was_erased(living, tmp_path) -> None:
    file, new = tmp_path / "file", tmp_path / "new"
    living.sweep(NOON)
    privity(living.home, "backup", "-o", file)
    key = ("--root-key", living.root_key)
    assert isinstance(privity(new, "restore", file, *key).exception, BadInput)
    said = privity(new, "restore", file, "--nothing-erased-since", *key).stdout
    assert "privity sweep --believe-clock" in said


def test_a_hold_is_added_listed_and_released(living: Living) -> None:
    people = ("--requested-by", "eve", "--approved-by", "li")
    added = privity(
        living.home, "hold", "add", "2", "--reason", "case-1", *people, "--until", "2999-01-31"
    )
    name = added.stdout.strip()
    (held,) = json.loads(privity(living.home, "hold", "list", "--json").stdout)
    assert held == {"hold": name, "record": "2", "reason": "case-1", "ends": "2999-01-31"}
    assert f"{name}  2  case-1  2999-01-31" in privity(living.home, "hold", "list").stdout
    assert f"{PLANTED} records were due" in privity(living.home, "sweep").stdout
    assert "1 records were due" in privity(living.home, "hold", "release", name).stdout
    assert "no record is held" in privity(living.home, "hold", "list").stdout


def test_the_log_names_nobody_of_the_staff(living: Living) -> None:
    people = ("--requested-by", "eve.smith", "--approved-by", "li.wei")
    arguments = ("hold", "add", "1", "--reason", "c", *people, "--until", "2999-01-31")
    assert privity(living.home, *arguments).exit_code == 0
    assert "eve" not in privity(living.home, "log", "show").stdout


def test_a_clock_that_jumped_is_believed_on_a_word(living: Living) -> None:
    living.sweep(NOON)
    assert isinstance(privity(living.home, "sweep").exception, ClockDoubtful)
    said = privity(living.home, "sweep", "--believe-clock").stdout
    assert said == f"{1 + PLANTED} records were due and are gone; overdue: 0\n"
