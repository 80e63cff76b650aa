"""The table of promises says what is kept, and each kept one names a test that exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "promises.md"
GROUPS = {"M": 6, "S": 7, "A": 6, "U": 9, "R": 5, "L": 3, "B": 5}
STATES = {"kept", "first form", "not yet"}


def rows() -> list[tuple[str, list[str]]]:
    lines = re.findall(r"^\| ([MSAURLB]\d) \|(.*)\|$", TABLE.read_text(), re.MULTILINE)
    return [(name, [cell.strip() for cell in rest.split("|")]) for name, rest in lines]


def test_every_promise_has_one_row() -> None:
    expected = [f"{letter}{n}" for letter, last in GROUPS.items() for n in range(1, last + 1)]
    assert [name for name, _ in rows()] == expected


@pytest.mark.parametrize(("name", "cells"), rows(), ids=[name for name, _ in rows()])
def test_a_row_says_how_it_stands_and_where_that_is_shown(name: str, cells: list[str]) -> None:
    _, folder, state, shown = cells
    assert state in STATES
    paths = re.findall(r"`([^`]+)`", folder)
    if state == "not yet":
        assert shown == ""
        return
    assert paths
    assert all((ROOT / "src" / "privity" / path).exists() for path in paths)
    tests = re.findall(r"`(tests/[^`:]+)(?:::([a-z_0-9]+))?`", shown)
    assert tests
    for path, function in tests:
        assert (ROOT / path).exists(), path
        if function:
            assert f"def {function}(" in (ROOT / path).read_text(), function
