"""`privity region`: the stores of the regions that people may live in."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from privity.adapters import home as homes
from privity.adapters.regions import NewRegion, add_region, by_region, own_region
from privity.cli.options import HERE, HomeOption
from privity.model.words import Region
from privity.settings import load


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(help="Make and list the stores of further regions.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_regions)
    app.add_typer(group, name="region")


def add(
    region: Annotated[Region, typer.Argument(help="The region.")],
    database: Annotated[
        str,
        typer.Option("--database", help="sqlite:FILE or postgresql://HOST/NAME; else in the home."),
    ] = "",
    keys: Annotated[
        str, typer.Option("--keys", help="URI of its root key; else a file in the home.")
    ] = "",
    origin: Annotated[
        str, typer.Option("--origin", help="Name of its log; else made from the home's.")
    ] = "",
    home: HomeOption = HERE,
) -> None:
    """Make a store for people of a further region: database, root key and log of its own.

    The settings name it afterwards. People are kept there once the policy serves them: a practice
    whose `store_in` lists the region. Stop the server first, and start it again afterwards.

    For example:

      privity region add us --database postgresql://db.us.example/privity
    """
    opened = homes.open_home(load(home))
    add_region(opened, NewRegion(region, database, keys, origin), homes.now())
    typer.echo(f"made a store for {region.value}; back up its root key")
    typer.echo('next: list the region in the policy, as in store_in = ["eu", "us"], and adopt it')


def list_regions(
    home: HomeOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the regions: where each keeps its people, and how many records.

    For example:

      privity region list --json
    """
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened)
    own = own_region(opened.settings, policy)
    rows = []
    for region, store in by_region(homes.stores(opened), policy).items():
        with store.journal.reader.snapshot() as snapshot:
            records = sum(kept.records for kept in snapshot.kept())
        storage = store.settings.storage
        rows.append(
            {
                "region": region.value,
                "records": records,
                "log": storage.origin,
                "database": storage.database,
                "own": region is own,
            }
        )
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        typer.echo(f"{row['region']:<8} {row['records']:>8} records  log {row['log']}")
    if not rows:
        typer.echo("the policy keeps nothing")
