"""The commands for text and policy, run as people run them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from privity.cli import main
from privity.policy.starter import starter

LETTER = "Dear Anna Schmidt,\ncall +49 151 23456789 or write to anna.schmidt@example.com\n"
EMAIL = "anna.schmidt@example.com"


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def privity(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Run:
    """Run a command in this process, in an empty folder: exit status, output, messages."""

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.delenv("PRIVITY_HOME", raising=False)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["privity", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return run


def test_a_pipe_of_processes_works(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PRIVITY_HOME"}
    piped = f"{sys.executable} -m privity redact | {sys.executable} -m privity scan"
    done = subprocess.run(
        ["sh", "-c", piped],
        input=LETTER.encode(),
        capture_output=True,
        cwd=tmp_path,
        env=environment,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "letter.txt"
    file.write_text(LETTER)
    return file


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.toml"
    file.write_text(starter())
    return file


def test_scan_lists_kinds_and_places_and_never_the_value(privity: Run, letter: Path) -> None:
    code, out, err = privity("scan", str(letter))
    assert code == 1
    assert "2:35       contact.email" in out
    assert "anna" not in (out + err).lower()


def test_scan_shows_values_to_who_asks(privity: Run, letter: Path) -> None:
    code, out, _ = privity("scan", str(letter), "--show-values", "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert EMAIL in {each["value"] for each in found}
    assert {"line": 2, "column": 35}.items() <= next(
        each for each in found if each["kind"] == "contact.email"
    ).items()


def test_scan_of_nothing_personal_ends_well(privity: Run, tmp_path: Path) -> None:
    assert privity("scan", "-", stdin="All is well.\n")[0] == 0


def test_redact_streams_from_in_to_out(privity: Run, tmp_path: Path) -> None:
    code, out, err = privity("redact", stdin=LETTER)
    assert code == 0
    assert EMAIL not in out + err
    assert "[EMAIL_" in out
    assert out.startswith("Dear ")


def test_redact_writes_a_file_for_its_owner_alone(privity: Run, letter: Path) -> None:
    out = letter.with_name("out.txt")
    assert privity("redact", str(letter), "-o", str(out))[0] == 0
    assert EMAIL not in out.read_text()
    assert out.stat().st_mode & 0o777 == 0o600


def test_redact_may_take_the_place_of_its_input(privity: Run, letter: Path) -> None:
    assert privity("redact", str(letter), "-o", str(letter))[0] == 0
    assert EMAIL not in letter.read_text()


def test_a_redaction_that_fails_leaves_nothing(privity: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"mail": EMAIL}) + "\n" + f'{{"mail": "{EMAIL}"\n')
    out = tmp_path / "out.jsonl"
    out.write_text("before")
    code, printed, said = privity("redact", str(source), "-o", str(out))
    assert code == 2
    assert "line 2 is not JSON" in said
    assert EMAIL not in printed + said
    assert out.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_redact_keeps_json_and_tables_readable(privity: Run, tmp_path: Path) -> None:
    line = f'{{"a":["{EMAIL}",1]}}\n'
    lines = privity("redact", "--format", "jsonl", stdin=line)[1]
    assert json.loads(lines)["a"][0].startswith("[EMAIL_")
    table = f"id,mail\r\n1,{EMAIL}\r\n"
    shown = privity("redact", "--format", "csv", stdin=table)[1]
    assert shown.startswith("id,mail\r\n1,[EMAIL_")


def test_two_runs_without_a_home_cannot_be_linked(privity: Run, tmp_path: Path) -> None:
    first, second = (privity("redact", stdin=EMAIL)[1] for _ in range(2))
    assert first != second


def test_a_purpose_the_policy_does_not_allow_is_refused(privity: Run, letter: Path) -> None:
    code, _, said = privity("redact", str(letter), "--purpose", "sales")
    assert code == 2
    assert "not_permitted" in said


@pytest.mark.parametrize("command", ["scan", "redact"])
def test_a_file_that_is_not_there_is_the_callers_mistake(
    privity: Run, command: str, tmp_path: Path
) -> None:
    code, _, said = privity(command, "nowhere.txt")
    assert code == 2
    assert "bad_input" in said


def test_policy_check_names_every_mistake_with_its_line(privity: Run, policy: Path) -> None:
    assert privity("policy", "check", str(policy))[0] == 0
    policy.write_text(starter().replace('"assist"', '"asist"').replace("[never]", "[nevr]"))
    code, _, said = privity("policy", "check", str(policy))
    assert code == 3
    assert "policy.toml:19: practice.answer.purpose does not know" in said
    assert "unknown key nevr" in said
    code, out, _ = privity("policy", "check", str(policy), "--json")
    assert code == 3
    assert len(json.loads(out)["errors"]) == 2


def test_policy_check_says_what_widens(privity: Run, policy: Path) -> None:
    wider = policy.with_name("wider.toml")
    wider.write_text(starter().replace('"30 days"', '"60 days"'))
    compare = ("policy", "check", str(wider), "--against", str(policy))
    code, out, _ = privity(*compare)
    assert code == 1
    assert "+ To answer you: conversations are kept for 60 days instead of 30 days." in out
    code, out, _ = privity(*compare, "--json")
    assert code == 1
    assert json.loads(out)["changes"][0]["widens"]
    back = privity("policy", "check", str(policy), "--against", str(wider))
    assert back[0] == 0


def test_a_home_adopts_what_widens_only_with_a_review(privity: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert privity("init", "--home", str(home))[0] == 0
    text = (home / "policy.toml").read_text()
    (home / "policy.toml").write_text(text.replace('"30 days"', '"60 days"'))
    at = ("--home", str(home))
    assert privity("policy", "check", *at)[0] == 1
    assert "30 days" in privity("notice", *at)[1]
    assert "policy_widened" in privity("policy", "adopt", *at)[2]
    assert privity("policy", "adopt", *at, "--review", "PR-2025-014")[0] == 0
    assert "60 days" in privity("notice", *at)[1]
    enforced = json.loads(privity("policy", "show", *at, "--json")[1])
    assert enforced["digest"] in privity("policy", "show", *at)[1]


def test_in_a_home_a_value_has_the_same_token_at_every_run(privity: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert privity("init", "--home", str(home))[0] == 0
    runs = {privity("redact", "--home", str(home), stdin=EMAIL)[1] for _ in range(2)}
    assert len(runs) == 1


def test_a_new_home_holds_its_promises(privity: Run, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert privity("init", "--home", str(home))[0] == 0
    code, out, _ = privity("policy", "evidence", "--home", str(home), "--json")
    assert code == 0
    assert {each["broken"] for each in json.loads(out)} == {0}
    beside = [each["queries"] for each in json.loads(out)][-4:]
    assert beside == [
        ["RequestsOverdue"],
        ["RehearsalFailed"],
        ["StaffUntrained"],
        ["ReadUntrained"],
    ]
    assert "nothing to examine" in privity("policy", "evidence", "--home", str(home))[1]


@pytest.mark.parametrize(
    ("form", "start"),
    [("text", "What Your organization"), ("markdown", "# What"), ("html", "<!doctype html>")],
)
def test_the_notice_comes_in_three_forms(privity: Run, policy: Path, form: str, start: str) -> None:
    code, out, _ = privity("notice", "--policy", str(policy), "--format", form)
    assert code == 0
    assert out.startswith(start)


@pytest.mark.parametrize("command", [["scan"], ["redact"], ["notice"], ["policy", "check"]])
def test_help_has_examples_and_exit_codes(privity: Run, command: list[str], tmp_path: Path) -> None:
    out = privity(*command, "--help")[1]
    assert "Examples:" in out
    assert "Exit status:" in out
