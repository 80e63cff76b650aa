"""`privity staff`: the first administrator, who there is, and tokens of machines."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Annotated

import typer

from privity.access import machines, staffing
from privity.access.accounts import SECRET_BYTES, secret_of
from privity.access.desk import Occasion
from privity.access.staff import MachineId, Role, Scope, StaffId
from privity.access.staffing import Known, Newcomer
from privity.access.tokens import OPERATOR, PREFIX, Token, digest_of
from privity.adapters import home as homes
from privity.adapters.courses import curriculum
from privity.adapters.listening import as_served
from privity.adapters.moving import everywhere
from privity.adapters.staff import check_software, origin
from privity.cli.options import HERE, HomeOption
from privity.governance.training import figure, standings
from privity.model.words import Region
from privity.settings import load
from privity.vault.home_secrets import derive

_ID_BYTES = 16


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        no_args_is_help=True, help="Invite the first administrator; confirm and list staff; tokens."
    )
    group.command("invite")(invite)
    group.command("confirm")(confirm)
    group.command("list")(list_staff)
    group.command("training")(training)
    tokens = typer.Typer(no_args_is_help=True, help="Make, list and take back tokens of machines.")
    tokens.command("create")(create_token)
    tokens.command("list")(list_tokens)
    tokens.command("revoke")(revoke_token)
    group.add_typer(tokens, name="token")
    app.add_typer(group, name="staff")


def invite(
    name: Annotated[str, typer.Argument(help="The person's name.")],
    mail: Annotated[str, typer.Argument(help="Their mail address; they sign in with it.")],
    role: Annotated[
        list[Role] | None,
        typer.Option("--role", help="A role beside administrator; may be given again."),
    ] = None,
    region: Annotated[
        list[Region] | None,
        typer.Option("--region", help="Where they may work; all regions of the home if not said."),
    ] = None,
    home: HomeOption = HERE,
) -> None:
    """Invite the first administrator and print the link, this once; they invite everybody else.

    Refused as soon as an administrator can sign in. Who lost their link before they joined is
    invited again in the same way; the link before is void.

    For example:

      privity staff invite "Ada Okafor" ada@example.org --role administrator
    """
    check_software()
    roles = frozenset({Role.ADMINISTRATOR, *(role or ())})
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened)
    there = everywhere(homes.stores(opened), policy, homes.now)
    newcomer = Newcomer(name, mail, roles, frozenset(region or there.stores))
    secret = secret_of(secrets.token_bytes(SECRET_BYTES))
    known = Known(StaffId(secrets.token_hex(_ID_BYTES)), secret)
    with opened.journal.transaction() as tx:
        staffing.first(tx, newcomer, known, Occasion(homes.now(), policy.digest))
    typer.echo(f"{origin(as_served(opened.settings))}/console/join?invitation={secret}")
    typer.echo("hand it over now; it is shown this once and works once, for 72 hours", err=True)


def confirm(
    mail: Annotated[str, typer.Argument(help="The address of an account that is in use.")],
    home: HomeOption = HERE,
) -> None:
    """Confirm somebody who has joined, so that they may take part in reading conversations.

    Colleagues confirm each other in the console; this is for the first, and for old accounts.

    For example:

      privity staff confirm ada@example.org
    """
    opened = homes.open_home(load(home))
    at = Occasion(homes.now(), homes.policy_in_force(opened).digest)
    with opened.journal.transaction() as tx:
        account = staffing.vouch_here(tx, mail, at)
    typer.echo(f"confirmed {account.id}: {' '.join(sorted(account.roles))}")


def list_staff(
    home: HomeOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the accounts of staff: state, roles, regions; ended ones have no name any more.

    For example:

      privity staff list
    """
    with homes.open_home(load(home)).journal.transaction() as tx:
        accounts = tx.accounts.all()
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "mail": each.mail,
            "state": each.state.value,
            "confirmed": "yes" if each.staff.confirmed else "no",
            "roles": " ".join(sorted(each.roles)),
            "regions": " ".join(sorted(each.regions)),
        }
        for each in accounts
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        typer.echo(f"{row['state']:<10} {row['mail']:<32} {row['roles']}  {row['regions']}")
    if not rows:
        typer.echo("nobody has an account")


def training(
    home: HomeOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say how the staff stand with their training: the figure, until when, and who owes what.

    Exit status: 0 nobody is overdue, 1 somebody is.

    For example:

      privity staff training
    """
    settings = load(home)
    learned, now = curriculum(settings), homes.now()
    with homes.open_home(settings).journal.transaction() as tx:
        found = standings(learned, tx.accounts.all(), tx.trainings.all(), now)
    share = figure(found, now)
    rows = [
        {
            "id": each.account.id,
            "name": each.account.name,
            "trained": each.trained,
            "until": each.until,
            "owes": each.owes,
            "overdue": each.overdue(now),
        }
        for each in found
    ]
    if as_json:
        counted = {"staff": share.staff, "trained": share.trained, "overdue": share.overdue}
        typer.echo(json.dumps({**counted, "percent": share.percent, "who": rows}, indent=2))
    else:
        typer.echo(f"{share.percent} % trained: {share.trained} of {share.staff}")
        for row in rows:
            said = f"until {row['until']}" if row["trained"] else f"owes {row['owes']}"
            typer.echo(f"  {row['name']:<32} {said}")
    if share.overdue:
        raise typer.Exit(1)


def create_token(
    name: Annotated[str, typer.Argument(help="What it is for: the system that holds it.")],
    scope: Annotated[list[Scope], typer.Option("--scope", help="What it is good for; repeatable.")],
    until: Annotated[
        datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="When it ends: 2027-01-31.")
    ],
    home: HomeOption = HERE,
) -> None:
    """Make a token with which another system reads figures, and print it, this once.

    No token opens anything about a person; it ends within a year.

    For example:

      privity staff token create grafana --scope overview --until 2027-01-31
    """
    opened = homes.open_home(load(home))
    secret = PREFIX + secret_of(secrets.token_bytes(SECRET_BYTES))
    digest = digest_of(derive(opened.secrets.references, "staff"), secret)
    at = Occasion(homes.now(), homes.policy_in_force(opened).digest)
    known, ends = MachineId(secrets.token_hex(_ID_BYTES)), until.replace(tzinfo=UTC)
    token = Token(known, name, frozenset(scope), digest, OPERATOR, at.now, ends)
    with opened.journal.transaction() as tx:
        machines.issue(tx, token, at)
    typer.echo(secret)
    typer.echo("put it where secrets are kept; it is shown this once", err=True)


def list_tokens(
    home: HomeOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the tokens of machines: what they are good for, until when, and when they were used.

    For example:

      privity staff token list
    """
    with homes.open_home(load(home)).journal.transaction() as tx:
        found, now = tx.machines.all(), homes.now()
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "state": "in use" if each.holds(now) else "ended",
            "scopes": " ".join(sorted(each.scopes)),
            "ends": each.ends_at.date().isoformat(),
            "used": "never" if each.used_at is None else each.used_at.isoformat("T", "seconds"),
        }
        for each in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        typer.echo(
            f"{row['id']}  {row['state']:<7} {row['ends']}  {row['scopes']:<28} {row['name']}"
        )
    if not rows:
        typer.echo("no machine has a token")


def revoke_token(
    token: Annotated[str, typer.Argument(help="The id of a token, as listed.")],
    home: HomeOption = HERE,
) -> None:
    """Take a token back: its machine is refused with its next request.

    For example:

      privity staff token revoke "$(privity staff token list --json | jq -r '.[0].id')"
    """
    opened = homes.open_home(load(home))
    at = Occasion(homes.now(), homes.policy_in_force(opened).digest)
    with opened.journal.transaction() as tx:
        machines.withdraw(tx, MachineId(token), OPERATOR, at)
