"""Every dependency has a reason, and nothing is installed that is not declared."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
NAME = re.compile(r"[A-Za-z0-9._-]+")


def names(requirements: list[str]) -> set[str]:
    return {found[0].lower() for r in requirements if (found := NAME.match(r))}


def explained(heading: str) -> set[str]:
    section = (ROOT / "docs" / "dependencies.md").read_text().split(heading)[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ")]
    return {name for cell in cells for name in cell.lower().replace(" ", "").split(",")} - {
        "package"
    }


def test_every_dependency_at_run_time_is_explained() -> None:
    extras = {n: r for n, r in PROJECT["optional-dependencies"].items() if n != "dev"}
    declared = names(PROJECT["dependencies"]).union(*(names(r) for r in extras.values()))
    assert explained("## At run time") == declared


def test_every_tool_is_explained() -> None:
    declared = names(PROJECT["optional-dependencies"]["dev"])
    assert explained("## For tests and tools") == declared - explained("## At run time")


def test_every_pin_has_a_hash_and_names_no_place() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9._-]+(?:\[[a-z,]+\])?==.*$", text, re.MULTILINE | re.IGNORECASE)
        assert pins
        assert all(pin.rstrip().endswith("\\") for pin in pins)
