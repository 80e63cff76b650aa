"""Whatever a reader could check in a document is checked here."""

import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
from tools.write_reference import pages

from privity.settings import describe

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
TIMEOUT = 120


def commands(page: Path) -> list[str]:
    """The lines after `$ ` of a page's console blocks."""
    blocks = CONSOLE.findall(page.read_text())
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_generated_pages_are_up_to_date() -> None:
    stale = [name(path) for path, text in pages().items() if path.read_text() != text]
    assert stale == [], "run `make docs`"


def test_the_threat_model_tells_the_trust_beside_every_setting() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text()
    _, _, after = page.partition("## Trust beside every setting")
    rows = [line.split("|")[1] for line in after.partition("\n## ")[0].splitlines() if "|" in line]
    told = [words for row in rows for words in re.findall(r"`([^`]+)`", row)]
    there = [f"{table}.{field}" for table, field, _, _ in describe()]
    assert [each for each in there if not any(fnmatch(each, words) for words in told)] == []
    assert [words for words in told if not any(fnmatch(each, words) for each in there)] == []


@pytest.mark.parametrize("page", [p for p in PAGES if commands(p)], ids=name)
def test_every_command_of_a_page_works(page: Path, tmp_path: Path) -> None:
    """One shell runs a page's commands from top to bottom; each must succeed."""
    script = "set -euo pipefail\n" + "\n".join(commands(page))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "HOME": str(tmp_path), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
