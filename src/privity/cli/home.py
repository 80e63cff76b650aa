"""`privity init` and `privity migrate`: make a home, keep it up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from privity.adapters import home as homes
from privity.adapters.initialize import Plan, initialize
from privity.adapters.sql.create import migrate as migrate_database
from privity.cli.options import HERE, HomeOption
from privity.model.words import Region
from privity.settings import ECHO, ROOT, load


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    app.command("init")(init)
    app.command("migrate")(migrate)


def init(
    home: HomeOption = HERE,
    openai: Annotated[
        str, typer.Option("--upstream-openai", help="Base URL of the OpenAI-shaped provider.")
    ] = ECHO,
    anthropic: Annotated[
        str, typer.Option("--upstream-anthropic", help="Base URL of the Anthropic-shaped one.")
    ] = ECHO,
    region: Annotated[
        Region | None,
        typer.Option("--upstream-region", help="Where a provider we do not know processes."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", help="A policy to start with, instead of ours.")
    ] = None,
    database: Annotated[
        str, typer.Option("--database", help="sqlite:FILE or postgresql://HOST/NAME.")
    ] = "sqlite:privity.db",
    keys: Annotated[
        str, typer.Option("--keys", help="URI of the root key; see `privity keys create`.")
    ] = ROOT,
) -> None:
    """Create a home: settings, policy, keys, database. An existing one is never overwritten.

    Without a provider, a built-in echo model answers, so that everything works offline.

    Examples:

      privity init --home ~/privity

      privity init --home ~/privity --upstream-openai https://api.openai.com/v1
    """
    initialize(
        Plan(home.absolute(), (openai, anthropic), region, database, policy, keys), homes.now()
    )
    typer.echo(f"created {home}")
    typer.echo(f"  {home / 'policy.toml'}    what you promise; read it, then change it")
    typer.echo(f"  {home / 'settings.toml'}  where things are")
    typer.echo(f"next: privity serve --home {home}")


def migrate(home: HomeOption = HERE) -> None:
    """Bring the databases of a home, of all its regions, to this version of privity.

    Example:

      privity migrate --home ~/privity
    """
    settings = load(home)
    for each in (settings, *(settings.of(region) for region in settings.regions)):
        migrate_database(each.database_url)
    typer.echo("the database is up to date")
