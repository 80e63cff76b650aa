"""`privity watch`: what looks for attacks, what it saw, and what is planted for attackers."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from privity.adapters import home as homes
from privity.adapters.home import Home
from privity.adapters.moving import Everywhere, everywhere
from privity.adapters.sql.alerts_stores import followed
from privity.adapters.watch.compiling import is_installed, own, rules_of
from privity.adapters.watch.following import Follower, Looked, Watched
from privity.adapters.watch.planting import marks_of, people, plots
from privity.adapters.watch.planting import plant as plant_honey
from privity.cli.options import HERE, HomeOption
from privity.errors import BadInput
from privity.oversight.alerts import Alert, State
from privity.oversight.incident import draft
from privity.oversight.ports import RULES
from privity.settings import load

FOUND = 1
_SHOWN = 50
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(no_args_is_help=True, help="Watch for attacks; see alerts; plant honey.")
    group.command("status")(status)
    group.command("look")(look)
    group.command("alerts")(alerts)
    group.command("incident")(incident)
    group.command("rules")(rules)
    group.command("plant")(plant)
    group.command("test")(find_canaries)
    app.add_typer(group, name="watch")


def status(home: HomeOption = HERE, as_json: Json = False) -> None:
    """Say whether somebody watches, up to where in the log, and how many alerts are open.

    For example:

      privity watch status
    """
    there = _there(home)
    settings = there.home.settings.watch
    said: dict[str, str | int] = {
        "watching": "on" if settings.on and is_installed() else "off",
        "hours": settings.hours or "not set",
        "own_rules": len(own(home)),
        "receivers": " ".join(settings.receivers) or "none",
    }
    for store in there.every:
        name = store.settings.region.value if store.settings.region else "home"
        with store.journal.reader.snapshot() as snapshot:
            at, size = followed(snapshot.connection, RULES), snapshot.head().size
        found = _alerts(store)
        said[f"{name}.entries_not_seen"] = size - (at.position if at else 0)
        said[f"{name}.open_alerts"] = sum(each.state is State.OPEN for each in found)
    said["honey_people"] = _planted(there)
    if as_json:
        typer.echo(json.dumps(said, indent=2))
        return
    for name, value in said.items():
        typer.echo(f"{name:<26} {value}")


def look(home: HomeOption = HERE) -> None:
    """Look once at what is new in the log, as a serving home does by itself; print alerts.

    Exits with 1 when there are any. Another process that watches is not disturbed.

    For example:

      privity watch look || test $? -eq 1
    """
    there = _there(home)
    found: list[Alert] = []
    others = False
    compiled, marks = rules_of(home), (marks_of(there.home),)
    for store in there.every:
        name = os.urandom(8).hex()
        watched = Watched(store, there.policy, marks, lambda: compiled, homes.now, name, os.urandom)
        looked = asyncio.run(_look(store, watched))
        found += looked.alerts
        others = others or not looked.leads
    for alert in found:
        _print(alert)
    if found:
        raise typer.Exit(FOUND)
    typer.echo("a server watches; see `privity watch alerts`" if others else "nothing new")


async def _look(store: Home, watched: Watched) -> Looked:
    await store.journal.start()
    try:
        return await Follower(watched).look()
    finally:
        await store.journal.close()


def alerts(
    home: HomeOption = HERE,
    every: Annotated[bool, typer.Option("--all", help="Closed ones, too.")] = False,
    as_json: Json = False,
) -> None:
    """List alerts with what explains them; they are acknowledged and closed in the console.

    For example:

      privity watch alerts --json
    """
    found = [alert for store in _there(home).every for alert in _alerts(store)]
    shown = [each for each in found if every or each.state is not State.CLOSED]
    if as_json:
        typer.echo(json.dumps([_said(each) for each in shown], indent=2))
        return
    for each in shown:
        _print(each)
    if not shown:
        typer.echo("no alert is open")


def incident(
    name: Annotated[str, typer.Argument(help="The id of an alert.")], home: HomeOption = HERE
) -> None:
    """Print the draft of an incident that an alert raises: what is known, what to decide.

    Example:

      privity watch incident 59321c30b5240cb1
    """
    found = (alert for store in _there(home).every for alert in _alerts(store))
    alert = next((each for each in found if each.id == name), None)
    if alert is None:
        message = "there is no alert of this id"
        raise BadInput(message)
    typer.echo(draft(alert))


def rules(home: HomeOption = HERE, as_json: Json = False) -> None:
    """Check all rules, the home's own in its folder `watch` included, and list them.

    Each rule is asked about its own examples.

    For example:

      privity watch rules
    """
    found = rules_of(home)
    if as_json:
        names = ("id", "name", "title", "description", "quiet", "tags")
        rows = [{name: getattr(rule, name) for name in names} for rule in found]
        typer.echo(json.dumps(rows, indent=2))
        return
    for rule in found:
        typer.echo(f"{rule.level.value:<13} {rule.name:<20} {rule.title}")


def plant(
    each: Annotated[
        int, typer.Option("--each", min=1, max=10, help="For each application and region.")
    ] = 3,
    home: HomeOption = HERE,
) -> None:
    """Plant honey people: made-up conversations that nobody has a reason to read. Idempotent.

    For example:

      privity watch plant --each 2
    """
    there = _there(home)
    made = plant_honey(there, each, os.urandom)
    typer.echo(f"planted {made}; there are {_planted(there)}")


def find_canaries(
    file: Annotated[Path, typer.Argument(help="A file that was found somewhere; - for stdin.")],
    home: HomeOption = HERE,
) -> None:
    """Look for canaries in a file: a dump, an answer of a model, a training set.

    Says which application and region a canary was planted for. Exits with 1 when there is one.

    For example:

      echo "nothing of ours" | privity watch test -
    """
    there = _there(home)
    try:
        data = typer.get_binary_stream("stdin").read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {type(error).__name__}"
        raise BadInput(message) from error
    found = []
    for region, store in there.stores.items():
        marks = marks_of(store)
        known = {
            each.canary: each.plot for each in people(marks, plots(store, region, there.policy))
        }
        for canary in marks.canaries_in(data):
            plot = known.get(canary)
            app = plot.app if plot else "an application that is gone"
            found.append(f"canary of {app} in {region.value}")
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(FOUND)
    typer.echo("no canary")


def _there(home: Path) -> Everywhere:
    opened = homes.open_home(load(home))
    return everywhere(homes.stores(opened), homes.policy_in_force(opened), homes.now)


def _alerts(store: Home) -> tuple[Alert, ...]:
    with store.journal.transaction() as tx:
        return tx.alerts.latest(_SHOWN)


def _planted(there: Everywhere) -> int:
    total = 0
    for region, store in there.stores.items():
        wanted = people(marks_of(store), plots(store, region, there.policy))
        with store.journal.transaction() as tx:
            total += sum(bool(tx.records.of(each.subject)) for each in wanted)
    return total


def _said(alert: Alert) -> dict[str, object]:
    explained = alert.explained
    return {
        "id": alert.id,
        "rule": alert.rule,
        "level": alert.level.value,
        "title": explained.title,
        "actor": alert.actor,
        "first": alert.first.isoformat(timespec="seconds"),
        "last": alert.last.isoformat(timespec="seconds"),
        "count": alert.count,
        "hits": alert.hits,
        "entries": list(alert.entries),
        "seen": dict(alert.said),
        "quiet": explained.quiet,
        "may_be": list(explained.false_positives),
        "tags": list(explained.tags),
        "state": alert.state.value,
        "incident": alert.incident.value,
    }


def _print(alert: Alert) -> None:
    entries = " ".join(map(str, alert.entries[:8])) or "none"
    typer.echo(f"{alert.level.value:<9} {alert.explained.title}  [{alert.id}, {alert.state.value}]")
    typer.echo(f"  actor {alert.actor}, {alert.count} counted, seen {alert.hits} times")
    typer.echo(f"  {alert.first:%Y-%m-%d %H:%M:%S} to {alert.last:%H:%M:%S} UTC, entries {entries}")
    typer.echo(f"  quiet with: {alert.explained.quiet}")
