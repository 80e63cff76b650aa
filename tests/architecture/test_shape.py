"""The shape of the tree: what a reviewer would otherwise have to notice."""

import ast
from pathlib import Path

SRC = Path(__file__).parents[2] / "src" / "privity"
MODULES = sorted(p for p in SRC.rglob("*.py") if p.name != "__init__.py")


def test_no_module_is_too_long_to_read() -> None:
    assert [
        f"{p.relative_to(SRC)}: {n}" for p in MODULES if (n := p.read_text().count("\n")) > 400
    ] == []


def test_no_module_is_named_for_nothing() -> None:
    vague = {"utils", "util", "helpers", "common", "misc", "manager", "service", "core", "base"}
    assert [p for p in MODULES if p.stem in vague] == []


def test_no_global_state_and_no_loose_kwargs() -> None:
    found = []
    for p in MODULES:
        for node in ast.walk(ast.parse(p.read_text())):
            if isinstance(node, ast.Global):
                found.append(f"{p.relative_to(SRC)}:{node.lineno} global")
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.args.kwarg:
                found.append(f"{p.relative_to(SRC)}:{node.lineno} **{node.args.kwarg.arg}")
    assert found == []


def test_every_package_says_what_it_is_for() -> None:
    packages = [p for p in SRC.rglob("__init__.py")]
    assert [p for p in packages if not ast.get_docstring(ast.parse(p.read_text()))] == []
