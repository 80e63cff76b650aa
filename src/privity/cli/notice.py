"""`privity notice`: what people read, from what is enforced."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from privity.adapters.files import read_policy_file
from privity.adapters.home import IN_FORCE, read_policy
from privity.console.pages import Pages
from privity.model.policy import Policy
from privity.model.words import Language
from privity.policy.publish import as_markdown, as_text

HELP = """Print the notice that people read: each sentence is a clause of the enforced policy.

Without --policy it is the notice of the policy in force in the home.

Exit status: 0 printed, 2 the command is at fault, 3 the policy is not valid.

Examples:

  privity notice --home ~/privity

  privity notice --policy policy.toml --format markdown > PRIVACY.md

  privity notice --home ~/privity --format html > notice.html
"""

HERE = Path(".home")


class Form(StrEnum):
    """How the notice is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


def add_to(app: typer.Typer) -> None:
    """Add the command to a program."""
    app.command("notice", help=HELP)(notice)


def notice(
    home: Annotated[
        Path, typer.Option("--home", envvar="PRIVITY_HOME", help="The folder of the home.")
    ] = HERE,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="A policy file, instead of a home's.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How it is written.")] = Form.TEXT,
    language: Annotated[Language, typer.Option(help="The language of the text.")] = Language.EN,
) -> None:
    """Print the notice that people read."""
    said = read_policy(home, IN_FORCE) if policy is None else read_policy_file(policy)
    typer.echo(_written(said, form, language), nl=False)


def _written(policy: Policy, form: Form, language: Language) -> str:
    match form:
        case Form.TEXT:
            return as_text(policy, language)
        case Form.MARKDOWN:
            return as_markdown(policy, language)
        case Form.HTML:
            return Pages().notice(policy, language, alone=True)
        case _:
            assert_never(form)
