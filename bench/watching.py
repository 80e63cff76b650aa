"""What watching costs and how fast it sees: attacks, quiet months, following, canaries.

    python -m bench.watching [--exchanges 400]

Attacks a running server that looks at its log every second, and prints after how long each attack
was an alert; follows made-up months of normal work and counts alerts; measures what an entry costs
who follows; carries exchanges through a gateway in memory in turns, with and without the search for
canaries, and through two servers, one of which watches, and prints the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.gateway_in_memory import Gateway, exchange
from tests.quiet_month import BEGIN, DAYS, MARKS, Watcher, month, watched
from tests.system import watched_scene
from tests.system.test_watching import ATTACKS

from privity.adapters.watch.compiling import rules_of
from privity.audit.entry import canonical
from privity.oversight.honey import Marks
from privity.oversight.rule import Rule

MICROSECONDS = 1e6
SEEDS = (1, 2, 3, 4, 5)
_LENGTHS = (500, 5_000, 50_000)


def main() -> None:
    """Print tables in Markdown."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--exchanges", type=int, default=400)
    given, _ = arguments.parse_known_args()
    begun = time.perf_counter()
    rules = rules_of(Path("none"))
    print(f"{len(rules)} rules, ready after {time.perf_counter() - begun:.1f} s\n")
    _attacks()
    _months(rules)
    _canaries()
    asyncio.run(_path(given.exchanges))
    _served(given.exchanges)


def _attacks() -> None:
    print("| attack | rule | seconds to the alert |\n|---|---|---:|")
    with (
        tempfile.TemporaryDirectory() as folder,
        watched_scene.watched(Path(folder)) as house,
    ):
        for rule, attack in (*ATTACKS.items(), ("new_address", watched_scene.Watched.steal_token)):
            words = attack.__name__.replace("_", " ")
            seconds = house.detects(rule, partial(attack, house))
            print(f"| {words} | {rule} | {seconds:.1f} |")


def _served(count: int) -> None:
    """Ask two servers in turns, one of which watches, and looks every second."""
    took: dict[str, list[float]] = {"off": [], "on": []}
    with ExitStack() as stack:
        folders = {name: stack.enter_context(tempfile.TemporaryDirectory()) for name in took}
        houses = {
            name: stack.enter_context(watched_scene.watched(Path(folder), on=name == "on"))
            for name, folder in folders.items()
        }
        for number in range(count):
            for name, house in houses.items():
                begun = time.perf_counter()
                house.say(f"Hello, number {number}.")
                took[name].append((time.perf_counter() - begun) * MICROSECONDS / 1000)
    off, on = (statistics.median(took[name]) for name in ("off", "on"))
    said = f"{off:.1f} ms unwatched, {on:.1f} ms watched; ratio {on / off:.3f}"
    print(f"\nAn exchange over HTTP: {said}.")


def _months(rules: tuple[Rule, ...]) -> None:
    print("\n| month | entries | rows | alerts | of them high or critical |")
    print("|---|---:|---:|---:|---:|")
    for seed in SEEDS:
        found = watched(rules, month(seed), timedelta(minutes=10))
        bad = sum(alert.level.drafts for alert in found.alerts)
        entries = sum(1 for _ in month(seed))
        print(f"| {seed} | {entries} | {found.rows} | {len(found.alerts)} | {bad} |")
    entries = [canonical(entry) for entry in month(1)]
    watcher, begun = Watcher(()), time.perf_counter()
    for entry in entries:
        watcher.take_body(entry)
    each = (time.perf_counter() - begun) / len(entries) * MICROSECONDS
    watcher.rules = rules
    begun = time.perf_counter()
    watcher.look(BEGIN + timedelta(days=DAYS))
    look = time.perf_counter() - begun
    print(f"\nFollowing costs {each:.0f} us an entry; asking all rules about a month {look:.2f} s.")


def _canaries() -> None:
    text = "The parcel [NAME_k7f3q9] asked for is on its way and should arrive in two days. "
    print("\n| bytes | us a search |\n|---:|---:|")
    for length in _LENGTHS:
        data = (text * (length // len(text) + 1)).encode()[:length]
        took = []
        for _ in range(200):
            begun = time.perf_counter()
            MARKS.canaries_in(data)
            took.append((time.perf_counter() - begun) * MICROSECONDS)
        print(f"| {length} | {statistics.median(took):.1f} |")


async def _path(count: int) -> None:
    took: dict[str, list[float]] = {"without": [], "with": []}
    made = {"without": Gateway(), "with": Gateway().with_means(marks=(Marks(b"m" * 32),))}
    apps = {name: gateway.app() for name, gateway in made.items()}
    for _ in range(count):
        for name, app in apps.items():
            begun = time.perf_counter()
            await exchange(app)
            await made[name].afterwards.drain(10)
            took[name].append((time.perf_counter() - begun) * MICROSECONDS)
    plain, searched = (statistics.median(took[name]) for name in ("without", "with"))
    print(f"\nAn exchange in memory: {plain:.0f} us without, {searched:.0f} us with the search")
    print(f"for canaries; ratio {searched / plain:.3f}.")


if __name__ == "__main__":
    main()
