"""`privity erase` and `privity certificate`: what they destroy, print and refuse."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from privity.adapters import home as homes
from privity.adapters.initialize import Plan, initialize
from privity.cli import build
from privity.errors import BadInput, LogCorrupt
from privity.minimize.reference import reference
from privity.model.text import Raw
from privity.model.words import ConversationRef, Purpose, Region, SubjectRef
from privity.settings import ECHO, load
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    initialize(Plan(home, (ECHO, ECHO), None, "sqlite:privity.db", None), NOON)
    return home


def speak(home: Path, app: str, person: str, *records: str) -> SubjectRef:
    """Keep records of a person, as the gateway would."""
    opened = homes.open_home(load(home))
    who = SubjectRef(reference(opened.secrets.references, "person", app, Raw(person)))
    vault = Vault(opened.custodian)
    life = Lifetime(homes.now(), timedelta(days=30))
    with opened.journal.transaction() as tx:
        for record in records:
            place = Place(Region.EU, Purpose.ASSIST, who, record, "transcript")
            vault.seal(tx, place, ConversationRef("c"), b"body", life)
    return who


def kept(home: Path, who: SubjectRef) -> int:
    with homes.open_home(load(home)).journal.transaction() as tx:
        return len(tx.records.of(who))


def privity(home: Path, *arguments: str, text: str = "") -> Result:
    command = [arguments[0], *arguments[1:], "--home", str(home)]
    return CliRunner().invoke(build(command), command, input=text)


def test_a_person_is_erased_by_the_name_that_their_application_uses(home: Path) -> None:
    ann, bob = speak(home, "local", "ann", "1", "2"), speak(home, "local", "bob", "3")
    result = privity(home, "erase", "ann", "--yes")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["destroyed"] == {"keys": 1, "records": 2}
    assert (kept(home, ann), kept(home, bob)) == (0, 1)


def test_a_name_can_come_where_no_shell_remembers_it(home: Path) -> None:
    ann = speak(home, "desk", "ann", "1")
    assert privity(home, "erase", "-", "--app", "desk", "--yes", text="ann\n").exit_code == 0
    assert kept(home, ann) == 0


def test_the_certificate_is_verified_without_a_home(home: Path, tmp_path: Path) -> None:
    ann = speak(home, "local", "ann", "1")
    file = tmp_path / "certificate.json"
    privity(home, "erase", "--subject", ann, "--yes", "-o", str(file))
    key = privity(home, "log", "checkpoint", "--public-key").stdout.strip()
    nowhere = tmp_path / "nowhere"
    result = privity(nowhere, "certificate", "verify", str(file), "--key", key, "--json")
    assert json.loads(result.stdout)["subject"] == ann
    said = privity(home, "certificate", "verify", str(file))
    assert "1 keys were destroyed" in said.stdout
    file.write_text(file.read_text().replace('"records": 1', '"records": 2'))
    result = privity(nowhere, "certificate", "verify", str(file), "--key", key)
    assert isinstance(result.exception, LogCorrupt)


def test_a_certificate_holds_no_name(home: Path) -> None:
    speak(home, "local", "Ann Example", "1")
    assert "Example" not in privity(home, "erase", "Ann Example", "--yes").output


def test_a_certificate_is_issued_again(home: Path) -> None:
    speak(home, "local", "ann", "1")
    first = json.loads(privity(home, "erase", "ann", "--yes").stdout)
    again = json.loads(privity(home, "certificate", "issue", str(first["entries"][0])).stdout)
    assert first == again


def test_nothing_is_erased_without_a_yes(home: Path) -> None:
    ann = speak(home, "local", "ann", "1")
    assert privity(home, "erase", "ann", text="n\n").exit_code == 1
    assert kept(home, ann) == 1


@pytest.mark.parametrize("who", [[], ["ann", "--subject", "0"]])
def test_it_must_be_clear_who_is_meant(home: Path, who: list[str]) -> None:
    assert isinstance(privity(home, "erase", *who, "--yes").exception, BadInput)


def test_a_file_that_cannot_be_read_is_refused(home: Path, tmp_path: Path) -> None:
    result = privity(home, "certificate", "verify", str(tmp_path / "none"))
    assert isinstance(result.exception, BadInput)


def test_a_file_without_an_end_is_no_certificate() -> None:
    done = CliRunner().invoke(build(["certificate"]), ["certificate", "verify", "/dev/zero"])
    assert isinstance(done.exception, BadInput)


def test_a_key_that_is_none_is_the_callers_mistake(tmp_path: Path) -> None:
    file = tmp_path / "certificate"
    file.write_text("{}")
    command = ["certificate", "verify", str(file), "--key", "none"]
    assert isinstance(CliRunner().invoke(build(["certificate"]), command).exception, BadInput)
