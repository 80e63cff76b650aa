"""`privity app`: the applications that hold keys."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Annotated

import typer

from privity.access.app_keys import KEY_BYTES, App, app_name, hash_key, new_key
from privity.adapters import home as homes
from privity.adapters.regions import store_at
from privity.audit.entry import Entry, Event
from privity.cli.options import HERE, HomeOption
from privity.errors import BadInput
from privity.model.words import Purpose, Region
from privity.settings import load


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        help="Add, list and remove applications that hold keys.", no_args_is_help=True
    )
    group.command("add")(add)
    group.command("list")(list_apps)
    group.command("remove")(remove)
    app.add_typer(group, name="app")


def add(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens.")],
    purpose: Annotated[
        Purpose, typer.Option("--purpose", help="What the application may use data for.")
    ] = Purpose.ASSIST,
    region: Annotated[
        Region | None,
        typer.Option("--region", help="Where its people live, if it states nothing for them."),
    ] = None,
    home: HomeOption = HERE,
) -> None:
    """Make a key for an application and print it, this once; only its hash is kept.

    Example:

      privity app add helpdesk --purpose assist
    """
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened)
    key = new_key(secrets.token_bytes(KEY_BYTES))
    if region is not None:
        store_at(opened, region)  # nobody can live where there is no store
    new = App(app_name(name), purpose, hash_key(key), homes.now(), region)
    with opened.journal.transaction() as tx:
        if tx.apps.add(new).key_hash != new.key_hash:
            message = f"there is an application {name} already; remove it first"
            raise BadInput(message)
        facts = {} if region is None else {"region": region.value}
        made = Entry(Event.APP_ADDED, new.made_at, policy.digest, app=new.name, purpose=purpose)
        tx.log.append(replace(made, facts=facts))
    typer.echo(key)
    typer.echo("keep it now; it is shown this once, and works within seconds", err=True)


def list_apps(
    home: HomeOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the applications that hold keys.

    Example:

      privity app list --json
    """
    with homes.open_home(load(home)).journal.reader.snapshot() as snapshot:
        apps = snapshot.apps()
    rows = [
        {
            "name": app.name,
            "purpose": app.purpose.value,
            "made_at": app.made_at.isoformat(),
            "region": app.region.value if app.region else "",
        }
        for app in apps
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        typer.echo(f"{row['name']:<40} {row['purpose']:<12} {row['made_at']} {row['region']}")
    if not rows:
        typer.echo("no application holds a key")


def remove(
    name: Annotated[str, typer.Argument(help="The application's name.")], home: HomeOption = HERE
) -> None:
    """Remove an application; its key opens nothing any more, within seconds.

    Example:

      privity app remove helpdesk
    """
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened)
    gone = app_name(name)
    with opened.journal.transaction() as tx:
        if not tx.apps.remove(gone):
            message = "there is no application of this name"
            raise BadInput(message)
        tx.log.append(Entry(Event.APP_REMOVED, homes.now(), policy.digest, app=gone))
    typer.echo(f"removed {name}")
