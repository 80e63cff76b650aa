"""What counting costs on the path of a message, beside what the path costs.

    python -m bench.counting [--exchanges 20000]

Counts what one exchange with four kinds of findings counts, in turns: on a board in a file that
other processes see, on one in memory, and with the counters of prometheus-client in one process.
Then detects and treats the same text, and prints the share of counting in that.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram

from privity.adapters.board import Board
from privity.adapters.counters import SharedCounters
from privity.adapters.detectors import Reading, open_detector
from privity.minimize.measure import Weight
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category, Treatment

TALLY = {
    (kind, Treatment.PSEUDONYMIZE): 2
    for kind in (Category.EMAIL, Category.NAME, Category.PHONE, Category.ADDRESS)
}
TEXT = (
    "Please write to Margaret Okafor, margaret.okafor@example.org, +44 20 7946 0958, today. " * 11
)
ROUNDS = 5
SCANS = 50
MICROSECONDS = 1e6


def main() -> None:
    """Print microseconds an exchange, and shares."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--exchanges", type=int, default=20_000)
    given, _ = arguments.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        ways = {
            "shared by processes": _ours(SharedCounters(partial(Board, folder=Path(folder)))),
            "in memory": _ours(SharedCounters()),
            "prometheus-client": _theirs(),
        }
        took: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, count in ways.items():
                took[name].append(_each(count, given.exchanges))
    path = _each(_scan(), SCANS)
    print("| counting one exchange | us | of detection alone |")
    print("|---|---:|---:|")
    for name, times in took.items():
        middle = statistics.median(times)
        print(f"| {name} | {middle:.2f} | {middle / path:.4f} |")
    print(f"\nDetection with patterns on 1 kB: {path:.0f} us.")


def _each(work: Callable[[], object], times: int) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begun) / times * MICROSECONDS


def _ours(counters: SharedCounters) -> Callable[[], None]:
    committed = counters.committing()

    def count() -> None:
        counters.minimized(TALLY)
        counters.weighed(Weight(90, 0))
        counters.scanned(0.001)
        counters.added(0.0015)
        committed(0.0004, 1)
        counters.lasted(0.4)
        counters.ended("ok")

    return count


def _theirs() -> Callable[[], None]:
    registry = CollectorRegistry()
    found = Counter("found", "x", ["category", "treatment"], registry=registry)
    weight = Counter("weight", "x", ["where"], registry=registry)
    ended = Counter("ended", "x", ["code"], registry=registry)
    times = [Histogram(f"h{number}", "x", registry=registry) for number in range(4)]

    def count() -> None:
        for (category, treatment), number in TALLY.items():
            found.labels(category.value, treatment.value).inc(number)
        weight.labels("came").inc(90)
        weight.labels("left").inc(0)
        for each in times:
            each.observe(0.001)
        ended.labels("ok").inc()

    return count


def _scan() -> Callable[[], object]:
    detector = open_detector(Path("/nonexistent"), Reading("off"))
    leaves = (Leaf(Raw(TEXT), Slot.TEXT, ""),)
    return lambda: detector.each(leaves)


if __name__ == "__main__":
    main()
