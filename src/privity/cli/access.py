"""`privity access`: who of the staff may do what, by which rule."""

from __future__ import annotations

from typing import Annotated

import typer

from privity.access.authorize import Authorizer
from privity.access.explaining import Explained, Question
from privity.access.explaining import explain as explained
from privity.access.staff import Action, Role
from privity.adapters.access_rules import own_rules
from privity.cli.options import HERE, HomeOption
from privity.model.words import Purpose, Region

_REFUSED = 1


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(no_args_is_help=True, help="Say who of the staff may do what, and why.")
    group.command("rules")(rules)
    group.command("explain")(explain)
    app.add_typer(group, name="access")


def rules(home: HomeOption = HERE) -> None:
    """Print the rules that decide, the home's own (`access.cedar`) among them.

    For example:

      privity access rules
    """
    texts = (rule.text for rule in _authorizer(home).rules.values())
    typer.echo("\n\n".join(texts))


def explain(
    action: Annotated[Action, typer.Argument(help="What is to be done.")],
    role: Annotated[list[Role], typer.Option("--role", help="A role; may be given again.")],
    purpose: Annotated[Purpose, typer.Option(help="What it is done for.")] = Purpose.REVIEW,
    region: Annotated[Region, typer.Option(help="Where the data is.")] = Region.EU,
    allowed_in: Annotated[
        Region | None, typer.Option(help="The only region the person may work in; all if not said.")
    ] = None,
    granted: Annotated[bool, typer.Option("--granted", help="With a grant by another.")] = False,
    own: Annotated[bool, typer.Option("--own", help="About what they asked for.")] = False,
    untrained: Annotated[bool, typer.Option("--untrained", help="With lapsed training.")] = False,
    stale: Annotated[bool, typer.Option("--stale", help="No fresh second factor.")] = False,
    home: HomeOption = HERE,
) -> None:
    """Say whether somebody may do something, and which rules decide. Exits with 1 for a no.

    For example:

      privity access explain read_conversation --role sales --granted

      privity access explain approve_access --role privacy_officer --own
    """
    question = Question(
        action,
        frozenset(role),
        purpose,
        region,
        allowed_in,
        granted=granted,
        own=own,
        trained=not untrained,
        fresh=not stale,
    )
    found = explained(_authorizer(home), question)
    typer.echo(_said(found))
    if not found.answer.allowed:
        raise typer.Exit(_REFUSED)


def _said(found: Explained) -> str:
    why = {rule.id: rule.why for rule in found.decided}
    lines = ["allowed" if found.answer.allowed else "refused"]
    for name in found.answer.because:
        reason = why.get(name, "no rule permits it")
        lines.append(f"  {name}" + (f": {reason}" if reason else ""))
    if found.could:
        lines.append("in other cases allowed by " + ", ".join(rule.id for rule in found.could))
    return "\n".join(lines)


def _authorizer(home: HomeOption) -> Authorizer:
    return Authorizer.load(own_rules(home))
