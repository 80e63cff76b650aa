"""The checklist of OWASP ASVS is whole, and every test that it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security" / "asvs.md"
# Of each section of ASVS 5.0.0, the level of each requirement, in order: 345 in all.
LEVELS = """
1.1:22 1.2:1111122223 1.3:112222222223 1.4:222 1.5:123
2.1:122 2.2:112 2.3:12223 2.4:23
3.1:3 3.2:113 3.3:12223 3.4:11222233 3.5:11122333 3.6:3 3.7:22333
4.1:12233 4.2:23333 4.3:22 4.4:1222
5.1:2 5.2:112333 5.3:113 5.4:222
6.1:122 6.2:111111112222 6.3:11223333 6.4:112233 6.5:22222333 6.6:2223 6.7:33 6.8:2222
7.1:222 7.2:1111 7.3:22 7.4:11222 7.5:223 7.6:22
8.1:1233 8.2:1123 8.3:133 8.4:23
9.1:111 9.2:1222
10.1:22 10.2:223 10.3:22223 10.4:1111122222233333 10.5:22222 10.6:22 10.7:222
11.1:2233 11.2:22233 11.3:11233 11.4:1222 11.5:23 11.6:23 11.7:33
12.1:12233 12.2:11 12.3:22223
13.1:2333 13.2:222223 13.3:2233 13.4:1222233
14.1:22 14.2:12223333 14.3:122
15.1:12233 15.2:12233 15.3:1222222 15.4:3333
16.1:2 16.2:22222 16.3:2222 16.4:222 16.5:2223
17.1:23 17.2:22223333 17.3:22
"""
ROW = re.compile(r"\| v5\.0\.0-([0-9.]+) \| ([12]) \| [^|]+ \| ([^|]+) \|")
NAMED = re.compile(r"`([a-z_/]+\.py)(?:::(\w+))?`")


def required() -> dict[str, str]:
    sections = (each.split(":") for each in LEVELS.split())
    every = {
        f"{section}.{number}": level
        for section, levels in sections
        for number, level in enumerate(levels, 1)
    }
    assert len(every) == 345
    return {name: level for name, level in every.items() if level != "3"}


def rows() -> list[tuple[str, str, str]]:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| v5.")]
    found = [ROW.fullmatch(line) for line in lines]
    assert all(found)
    return [each.groups() for each in found if each is not None]


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        each.name
        for each in ast.walk(tree)
        if isinstance(each, kinds) and each.name.startswith("test_")
    )


def test_every_requirement_has_one_row() -> None:
    assert [(name, level) for name, level, _ in rows()] == list(required().items())


@pytest.mark.parametrize(("name", "_", "how"), rows(), ids=lambda given: given[:12])
def test_a_row_names_a_test_that_is_there_a_reason_or_a_gap(name: str, _: str, how: str) -> None:
    tests = NAMED.findall(how)
    assert tests or how.startswith(("Reason: ", "Gap: ")), name
    for file, test in tests:
        found = named_in(file)
        assert found, file
        assert not test or test in found, f"{file}::{test}"


def test_the_page_counts_rightly() -> None:
    found = [how for _, _, how in rows()]
    gaps = sum(how.startswith("Gap: ") for how in found)
    reasons = sum(how.startswith("Reason: ") for how in found)
    shown = len(found) - gaps - reasons
    said = f"Today: {shown} shown by a test, {reasons} with a reason, {gaps} gaps."
    assert said in PAGE.read_text("utf-8")
