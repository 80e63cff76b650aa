"""`privity staff`: the first administrator, and who there is."""

from __future__ import annotations

import json
import secrets
from typing import Annotated

import typer

from privity.access import staffing
from privity.access.accounts import SECRET_BYTES, secret_of
from privity.access.desk import Occasion
from privity.access.staff import Role, StaffId
from privity.access.staffing import Known, Newcomer
from privity.adapters import home as homes
from privity.adapters.moving import everywhere
from privity.adapters.staff import check_software, origin
from privity.cli.options import HERE, HomeOption
from privity.model.words import Region
from privity.settings import load

_ID_BYTES = 16


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(no_args_is_help=True, help="Invite the first administrator, list staff.")
    group.command("invite")(invite)
    group.command("list")(list_staff)
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

    Refused as soon as an administrator can sign in.

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
    typer.echo(f"{origin(opened.settings)}/console/join?invitation={secret}")
    typer.echo("hand it over now; it is shown this once and works once, for 72 hours", err=True)


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
