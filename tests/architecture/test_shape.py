"""The shape of the tree: what a reviewer would otherwise have to notice."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "privity"
MODULES = sorted(SRC.rglob("*.py"))
LINES = 400
FUNCTION_LINES = 40
PARAMETERS = 5
VAGUE = {"utils", "util", "helpers", "common", "misc", "manager", "service", "core", "base"}


def functions(module: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the function's own code: the docstring explains, it does not count."""
    body = function.body
    first = body[1] if ast.get_docstring(function) and len(body) > 1 else body[0]
    return (body[-1].end_lineno or 0) - first.lineno + 1


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([a for a in given if a.arg not in {"self", "cls"}])


def is_command(module: Path) -> bool:
    """A command of the CLI declares its options as parameters."""
    return "cli" in module.relative_to(SRC).parts


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(SRC)))
def test_a_module_can_be_read_in_one_sitting(module: Path) -> None:
    assert module.read_text().count("\n") <= LINES


def test_no_module_is_named_for_nothing() -> None:
    assert [m for m in MODULES if m.stem in VAGUE] == []


def test_no_function_is_too_long_to_see_at_once() -> None:
    assert [
        f"{m.relative_to(SRC)}:{f.lineno} {f.name} {body_lines(f)}"
        for m in MODULES
        for f in functions(m)
        if body_lines(f) > FUNCTION_LINES
    ] == []


def test_no_function_asks_for_too_much() -> None:
    assert [
        f"{m.relative_to(SRC)}:{f.lineno} {f.name} {parameters(f)}"
        for m in MODULES
        if not is_command(m)
        for f in functions(m)
        if parameters(f) > PARAMETERS
    ] == []


def test_no_global_state_and_no_loose_kwargs() -> None:
    found = [
        f"{m.relative_to(SRC)}:{node.lineno} global"
        for m in MODULES
        for node in ast.walk(ast.parse(m.read_text()))
        if isinstance(node, ast.Global)
    ]
    found += [
        f"{m.relative_to(SRC)}:{f.lineno} **{f.args.kwarg.arg}"
        for m in MODULES
        for f in functions(m)
        if f.args.kwarg
    ]
    assert found == []


def test_every_module_says_what_it_is_for() -> None:
    assert [
        m
        for m in MODULES
        if m.name != "__main__.py" and not ast.get_docstring(ast.parse(m.read_text()))
    ] == []
