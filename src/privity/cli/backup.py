"""`privity backup`, `restore` and `try-backup`: what was erased stays erased."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from privity.adapters import backup as backups
from privity.adapters import home as homes
from privity.adapters import restore as restoring
from privity.adapters import trying
from privity.adapters.regions import store_at
from privity.cli.options import HERE, HomeOption, RegionOption
from privity.errors import BadInput
from privity.model.words import Region
from privity.settings import load


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("try-backup")(try_backup)


def backup(
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write, mode 0600.")],
    region: RegionOption = None,
    home: HomeOption = HERE,
) -> None:
    """Write everything that a home needs, but the root key, into one file.

    Each further region has a backup of its own, which can stay there. The home may be serving.
    Keep the root key apart: with both, what the backup holds can be read.

    For example:

      privity backup --home ~/privity -o monday.backup
    """
    opened = store_at(homes.open_home(load(home)), region)
    policy = homes.policy_in_force(opened).digest
    done = backups.backup(opened, output, homes.now(), policy)
    typer.echo(f"{output}: {done.records} records, {done.keys} keys, {done.size} log entries")
    typer.echo("the root key is not in it")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `privity backup` wrote.")],
    home: Annotated[
        Path, typer.Option("--home", envvar="PRIVITY_HOME", help="The new folder to make.")
    ] = HERE,
    since: Annotated[
        Path | None,
        typer.Option("--since", help="A folder of `privity log export`, newer than the backup."),
    ] = None,
    nothing: Annotated[
        bool,
        typer.Option("--nothing-erased-since", help="State, for the log, that nobody was erased."),
    ] = False,
    root_key: Annotated[
        Path | None, typer.Option("--root-key", help="The root key's file, where it is a file.")
    ] = None,
    database: Annotated[
        str, typer.Option("--database", help="Another database than the settings name.")
    ] = "",
    policy: Annotated[
        Path | None, typer.Option("--policy", help="The policy in force, if it changed since.")
    ] = None,
    keys: Annotated[
        str, typer.Option("--keys", help="The root key's URI, where it is no file of the home.")
    ] = "",
    region: Annotated[
        Region | None,
        typer.Option("--region", help="Put this region back into the home, which names it."),
    ] = None,
) -> None:
    """Put a home back from a backup, and erase again whoever was erased after it.

    Who was erased after it is in the log: give a newer export. The home appears only when all of
    it is done. If the log is lost, too, you can state that nobody was erased; that is written.

    For example:

      privity restore monday.backup --home ~/new --since evidence --root-key root.key

      privity restore monday.backup --home ~/new --nothing-erased-since --root-key root.key
    """
    if (since is None) != nothing:
        message = "give a newer export of the log with --since, or state --nothing-erased-since"
        raise BadInput(message)
    wanted = restoring.Wanted(
        file, home.absolute(), since, root_key, database, policy, region, keys
    )
    done = restoring.restore(wanted, homes.now())
    typer.echo(f"restored {home}: {done.size} log entries from the backup")
    typer.echo(f"  {done.entries} later entries made again, with {done.erasures} erasures")
    if done.doubtful:
        typer.echo("  nothing that is due was deleted yet: run privity sweep --believe-clock")


def try_backup(
    file: Annotated[Path, typer.Argument(help="A file that `privity backup` wrote.")],
    home: HomeOption = HERE,
) -> None:
    """Put a backup back in a folder of its own, look whether it is whole, and remove the folder.

    The home may be serving. That it worked is written to its log, and `privity doctor` asks for it
    every quarter. The disk needs room for the home once more.

    For example:

      privity try-backup monday.backup --home ~/privity
    """
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened).digest
    done = trying.try_backup(opened, file.absolute(), homes.now(), policy)
    typer.echo(f"{file} came back whole: {done.entries} log entries, {done.records} records")
    typer.echo(f"  {done.erasures} erasures after it were made again; nothing of it is left here")
