"""`privity log`: what it prints, and what its exit status means."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from privity.adapters.initialize import Plan, initialize
from privity.cli import build
from privity.errors import BadInput, LogCorrupt
from privity.settings import ECHO, load
from tests.conftest import Database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("log") / "home"
    plan = Plan(home, (ECHO, ECHO), None, "sqlite:privity.db", None)
    initialize(plan, datetime(2026, 1, 1, 12, tzinfo=UTC))
    return home


def log(*arguments: str) -> Result:
    return CliRunner().invoke(build(["log"]), ["log", *arguments])


def test_a_whole_log_verifies(home: Path) -> None:
    result = log("verify", "--home", str(home))
    assert result.exit_code == 0
    assert result.output.endswith("the log is whole\n")


def test_the_report_is_there_for_machines(home: Path) -> None:
    result = log("verify", "--home", str(home), "--json")
    report = json.loads(result.output)
    assert (report["entries"], report["checkpoints"], report["problems"]) == (2, 2, [])


def test_a_checkpoint_kept_elsewhere_is_compared(home: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(log("checkpoint", "--home", str(home)).output)
    assert log("verify", "--home", str(home), "--kept", str(kept)).exit_code == 0


def test_the_public_key_is_enough_to_verify(home: Path) -> None:
    key = log("checkpoint", "--home", str(home), "--public-key").output.strip()
    assert log("verify", "--home", str(home), "--key", key).exit_code == 0


def test_the_newest_entries_are_shown(home: Path) -> None:
    lines = log("show", "--home", str(home)).output.splitlines()
    assert "2026-01-01 12:00:00  key.created" in lines[0]
    (line,) = log("show", "--home", str(home), "-n", "1", "--json").output.splitlines()
    shown = json.loads(line)
    assert (shown["index"], shown["entry"]["event"]) == (1, "policy.adopted")


def test_a_proof_is_checked_without_the_home(home: Path, tmp_path: Path) -> None:
    key = log("checkpoint", "--home", str(home), "--public-key").output.strip()
    proof = tmp_path / "1.tlog-proof"
    proof.write_text(log("prove", "1", "--home", str(home)).output)
    assert '"event": "policy.adopted"' in log("check", str(proof), "--key", key).output
    shown = json.loads(log("check", str(proof), "--key", key, "--json").output)
    assert (shown["index"], shown["size"], shown["entry"]["event"]) == (1, 2, "policy.adopted")


@pytest.mark.parametrize("index", ["2", "99"])
def test_an_entry_that_is_not_there_has_no_proof(home: Path, index: str) -> None:
    assert isinstance(log("prove", index, "--home", str(home)).exception, BadInput)


def test_a_file_that_is_no_proof_is_refused(home: Path, tmp_path: Path) -> None:
    key = log("checkpoint", "--home", str(home), "--public-key").output.strip()
    (tmp_path / "x").write_text("nonsense")
    assert isinstance(log("check", str(tmp_path / "x"), "--key", key).exception, LogCorrupt)
    assert isinstance(log("check", str(tmp_path / "y"), "--key", key).exception, BadInput)


def test_a_changed_log_is_reported_with_status_1(tmp_path: Path) -> None:
    home = tmp_path / "home"
    plan = Plan(home, (ECHO, ECHO), None, "sqlite:privity.db", None)
    initialize(plan, datetime(2026, 1, 1, 12, tzinfo=UTC))
    Database("sqlite", load(home).database_url).execute(
        "DROP TRIGGER entry_no_update",
        "UPDATE entry SET body = :body WHERE position = 0",
        body=b'{"at":99999999999999999}',
    )
    result = log("verify", "--home", str(home))
    assert result.exit_code == 1
    assert "the entries are not what was signed, up to size 2" in result.output
    assert "unreadable" in log("show", "--home", str(home)).output
