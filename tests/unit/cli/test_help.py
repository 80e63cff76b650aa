"""Every command's help shows how it is called."""

import re
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from privity.cli import COMMANDS, build

EXAMPLE = re.compile(r"^  (?:For example|Examples?):\n\n    .*\bprivity ", re.MULTILINE)


def leaves(program: typer.Typer, name: str) -> Iterator[list[str]]:
    """Yield the words that call each command which is `name` or in it."""
    for group in program.registered_groups:
        if group.name == name and group.typer_instance is not None:
            for inner in group.typer_instance.registered_commands:
                yield [name, str(inner.name)]
            return
    yield [name]


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_help_has_an_example_on_lines_of_its_own(name: str) -> None:
    program = build([name])
    for words in leaves(program, name):
        shown = CliRunner().invoke(program, [*words, "--help"])
        assert shown.exit_code == 0, words
        assert EXAMPLE.search(shown.stdout), f"{words}\n{shown.stdout}"
