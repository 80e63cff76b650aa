"""`privity access`: who of the staff may do what, by which rule."""

from __future__ import annotations

from typing import Annotated

import typer

from privity.access.authorize import Answer, Authorizer
from privity.access.staff import (
    Action,
    Asked,
    Granted,
    GrantId,
    Kind,
    Role,
    Situation,
    Staff,
    StaffId,
    Thing,
)
from privity.adapters.access_rules import own_rules
from privity.cli.options import HERE, HomeOption
from privity.model.words import Purpose, Region

_SOMEONE, _OTHER = StaffId("someone"), StaffId("someone else")
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
    thing = _thing(action.on, region, _SOMEONE if own else _OTHER)
    grant = Granted(GrantId("grant"), _SOMEONE, _OTHER, thing.id, region, 900) if granted else None
    regions = frozenset(Region) if allowed_in is None else frozenset({allowed_in})
    situation = Situation(
        purpose,
        second_factor=True,
        session_seconds=0,
        step_up_seconds=3600 if stale else 0,
        trained=not untrained,
        grant=grant,
    )
    staff = Staff(_SOMEONE, frozenset(role), regions, active=True)
    authorizer = _authorizer(home)
    answer = authorizer.decide(Asked(staff, action, thing, situation))
    typer.echo(_said(authorizer, answer))
    if not answer.allowed:
        raise typer.Exit(_REFUSED)


def _said(authorizer: Authorizer, answer: Answer) -> str:
    lines = ["allowed" if answer.allowed else "refused"]
    for name in answer.because:
        rule = authorizer.rules.get(name)
        why = "no rule permits it" if rule is None else rule.why
        lines.append(f"  {name}" + (f": {why}" if why else ""))
    return "\n".join(lines)


def _thing(kind: Kind, region: Region, who: StaffId) -> Thing:
    has_region = kind in {Kind.CONVERSATION, Kind.PERSON, Kind.PERSON_REQUEST, Kind.GRANT}
    return Thing(
        kind,
        "it",
        region if has_region else None,
        who if kind is Kind.GRANT else None,
        who if kind is Kind.STAFF_ACCOUNT else None,
    )


def _authorizer(home: HomeOption) -> Authorizer:
    return Authorizer.load(own_rules(home))
