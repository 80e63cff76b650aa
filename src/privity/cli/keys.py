"""`privity keys`: the root key and those below it: make, rotate, say how old they are."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from privity.adapters import home as homes
from privity.adapters.home import Home
from privity.adapters.keys.custodian import create_custodian
from privity.adapters.regions import name_of, store_at
from privity.adapters.rotating import means_of, rotate_now
from privity.adapters.standing import KeyState, key_states
from privity.cli.options import HERE, HomeOption, RegionOption
from privity.errors import BadInput, Tampered
from privity.model.words import SubjectRef
from privity.settings import load
from privity.vault.rotate import rotate_partitions, rotate_root
from privity.vault.rotate_people import rotate_person
from privity.vault.rotation import Steps


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        help="Make the root key, rotate keys, say how old they are.", no_args_is_help=True
    )
    group.command("create")(create)
    group.command("status")(status)
    group.command("rotate")(rotate)
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


def status(
    home: HomeOption = HERE,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say of each key how old it is, when it is due, and how many keys or records it seals.

    Examples:

      privity keys status

      privity keys status --json | jq '.[] | select(.state != "in use")'
    """
    stores = homes.stores(homes.open_home(load(home)))
    states = [
        (name_of(store), state) for store in stores for state in key_states(store, homes.now())
    ]
    if as_json:
        rows = [_row(state) | {"store": store} for store, state in states]
        typer.echo(json.dumps(rows, indent=2))
        return
    for store, state in states:
        made = "unknown" if state.made_at is None else state.made_at.date().isoformat()
        due = "-" if state.due_at is None else state.due_at.date().isoformat()
        name = f"{state.kind} {state.name}" + (f" ({store})" if len(stores) > 1 else "")
        typer.echo(
            f"{name:<28} version {state.version:<10} made {made:<10} due {due:<10} "
            f"uses {state.uses:<8} {state.state}"
        )


def rotate(
    root: Annotated[bool, typer.Option("--root", help="The root key.")] = False,
    partition: Annotated[
        bool, typer.Option("--partition", help="The key of every region and purpose.")
    ] = False,
    person: Annotated[
        str, typer.Option("--person", help="A person's keys; the reference is as in the log.")
    ] = "",
    end_backups: Annotated[
        bool, typer.Option("--end-backups", help="With --root: no older backup opens any more.")
    ] = False,
    region: RegionOption = None,
    home: HomeOption = HERE,
) -> None:
    """Rotate keys while they are in use; an interrupted rotation is finished instead.

    Root and partition keys: the keys below are wrapped anew, records stay as they are. A person's
    keys: their records are sealed anew. The server may run; it does the same when a key is due.
    Without --region, the keys of every region. With --end-backups, replaced versions of the root
    key are destroyed at once instead of after `keys.old_root_days`.

    Examples:

      privity keys rotate --root

      privity keys rotate --root --end-backups

      privity keys rotate --partition

      privity keys rotate --person 5f0c2a...
    """
    if (root, partition, bool(person)).count(True) != 1:
        message = "say which keys: --root, --partition or --person REF"
        raise BadInput(message)
    if end_backups and not root:
        message = "--end-backups belongs to --root"
        raise BadInput(message)
    opened = homes.open_home(load(home))
    stores = homes.stores(opened) if region is None else (store_at(opened, region),)
    policy = homes.policy_in_force(opened).digest
    if person and not any(_has_keys(store, person) for store in stores):
        message = "nobody with this reference has keys; it stands as `subject` in the log"
        raise BadInput(message)
    moved = 0
    for store in stores:
        means = means_of(store, policy)
        means = replace(means, keep=timedelta()) if end_backups else means
        with store.journal.reader.snapshot() as snapshot:
            counts = snapshot.keys()
        if root:
            steps, total = rotate_root(means), len(counts.partitions) + 1
        elif partition:
            steps, total = rotate_partitions(means), counts.people
        else:
            steps, total = rotate_person(means, SubjectRef(person)), None
        moved += _run(store, steps, total)
    what = "records" if person else "keys"
    typer.echo(f"rotated; {moved} {what} moved to the new version")
    if end_backups:
        typer.echo("older backups do not open any more; make a new one: privity backup")


def _has_keys(store: Home, person: str) -> bool:
    with store.journal.transaction() as tx:
        return bool(tx.rotation.of(SubjectRef(person)))


def _run(store: Home, steps: Steps, total: int | None) -> int:
    """Run a rotation in one store, with a progress bar; return how much moved. Raises Tampered."""
    moved = 0
    bar = (TextColumn("{task.completed} {task.description}"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    dumb = not console.is_terminal
    with Progress(*bar, console=console, transient=True, disable=dumb) as progress:
        task = progress.add_task(name_of(store), total=total)

        def tell(count: int) -> None:
            nonlocal moved
            moved += count
            progress.advance(task, count)

        left = rotate_now(store.journal, steps, tell)
    if left:
        message = f"the others were rotated, but something does not open of {', '.join(left)}"
        raise Tampered(message)
    return moved


def _row(state: KeyState) -> dict[str, str | int | None]:
    return {
        "kind": state.kind,
        "name": state.name,
        "version": state.version,
        "made_at": None if state.made_at is None else state.made_at.isoformat(),
        "due_at": None if state.due_at is None else state.due_at.isoformat(),
        "uses": state.uses,
        "state": state.state,
    }
