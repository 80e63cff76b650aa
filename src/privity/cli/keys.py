"""`privity keys`: the root key and those below it."""

from __future__ import annotations

from typing import Annotated

import typer

from privity.adapters import home as homes
from privity.adapters.keys.custodian import create_custodian


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(help="Make the root key and rotate keys.", no_args_is_help=True)
    group.callback()(_keys)
    group.command("create")(create)
    app.add_typer(group, name="keys")


def create(
    keys: Annotated[str, typer.Option("--keys", help="URI of the root key, which must be new.")],
) -> None:
    """Make a root key with a custodian, for homes that are made later with `privity init --keys`.

    No PIN or token stands in the URI, only the place of one: env:NAME or file:/path.

    Examples:

      privity keys create --keys file:/secure/root.key

      privity keys create --keys 'pkcs11:token=T;object=O?module-path=/lib.so&pin-source=env:PIN'

      privity keys create --keys 'awskms:///alias/privity?region=eu-central-1'

      privity keys create --keys 'vault://vault.example/transit/privity?token=env:VAULT_TOKEN'
    """
    (version,) = create_custodian(keys, homes.now()).versions()
    typer.echo(f"made the root key, version {version.name}")
    typer.echo("next: privity init --keys with the same URI")


def _keys() -> None:
    """Make the root key and rotate keys."""
