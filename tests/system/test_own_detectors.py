"""A team's own patterns in a home: used by every command, and nothing starts with a wrong one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

STAFF = r"""
[[pattern]]
id = "acme_staff"
category = "work.employee_id"
regex = '''\bAC-\d{6}\b'''
examples = ["badge «AC-204817» is lost"]
near_misses = ["AC-2048"]
"""
YAML = r"""
recognizers:
  - name: Badge
    supported_entity: BADGE
    patterns: [{name: badge, regex: 'BX-\d{4}', score: 0.9}]
  - name: Odd
    supported_entity: ODD
    patterns: [{name: odd, regex: '(?<!a)b', score: 0.9}]
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def privity(tmp_path: Path) -> Run:
    """Run a command in a folder of its own."""
    environment = {k: v for k, v in os.environ.items() if k != "PRIVITY_HOME"}

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "privity", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def home(privity: Run, tmp_path: Path) -> Path:
    assert privity("init", "--home", "home").returncode == 0
    (tmp_path / "home" / "detectors").mkdir()
    return tmp_path / "home"


def test_scan_and_redact_use_the_patterns_of_the_home(privity: Run, home: Path) -> None:
    (home / "detectors" / "staff.toml").write_text(STAFF)
    (home / "detectors" / "projects.txt").write_text("Kestrel\n")
    text = "AC-123456 leads kestrel"
    scanned = privity("scan", "--home", "home", stdin=text)
    assert "acme_staff" in scanned.stdout
    assert "projects" in scanned.stdout
    redacted = privity("redact", "--home", "home", stdin=text)
    assert "123456" not in redacted.stdout
    assert "kestrel" not in redacted.stdout


def test_nothing_starts_with_a_pattern_that_misses_its_example(privity: Run, home: Path) -> None:
    (home / "detectors" / "staff.toml").write_text(STAFF.replace("AC-204817", "AC-20481"))
    serving = privity("serve", "--home", "home")
    assert serving.returncode != 0
    assert "detectors_invalid" in serving.stderr
    said = privity("doctor", "--home", "home").stdout
    assert "acme_staff does not find its example 1" in said
    assert privity("scan", "--home", "home", stdin="x").returncode == 3
    assert privity("detectors", "check", "--home", "home").returncode == 3


def test_recognizers_are_imported_or_named(privity: Run, tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(YAML)
    refused = privity("detectors", "import", "r.yaml", "-o", "own")
    assert refused.returncode == 2
    assert "Odd" in refused.stderr
    assert not (tmp_path / "own").exists()
    assert privity("detectors", "import", "r.yaml", "-o", "own", "--skip").returncode == 0
    assert "1 patterns" in privity("detectors", "check", "own").stdout
    assert "custom" in privity("scan", "--detectors", "own", stdin="bx-1234").stdout
