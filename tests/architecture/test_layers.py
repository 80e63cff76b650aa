"""The layers hold, and each contract is shown to catch what it forbids."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_holds() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("*.pyc", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("contract", "module", "forbidden"),
    [
        ("A request flows downwards only", "model/words.py", "import privity.policy"),
        ("Only adapters and transports touch", "minimize/treat.py", "import socket"),
        ("Cryptography lives in", "minimize/treat.py", "import cryptography"),
        ("may reveal raw text", "policy/decide.py", "import privity.model.reveal"),
    ],
)
def test_a_broken_contract_is_caught(
    copy: Path, contract: str, module: str, forbidden: str
) -> None:
    path = copy / "src" / "privity" / module
    path.write_text(path.read_text() + f"\n{forbidden}\n")
    result = lint(copy)
    assert result.returncode != 0
    broken = [line for line in result.stdout.splitlines() if "BROKEN" in line]
    assert any(contract in line for line in broken), result.stdout


def test_a_package_without_a_layer_is_caught(copy: Path) -> None:
    stray = copy / "src" / "privity" / "stray"
    stray.mkdir()
    (stray / "__init__.py").write_text('"""Nowhere."""\n')
    assert lint(copy).returncode != 0
