"""Everything that is counted, declared once: names, kinds, labels, and where each number lies.

The page for Prometheus, the dashboard for Grafana and the rules for alerts are made from this or
checked against it. All processes of one server have the same declaration, so a place in it is the
same number in each of them.

Invariants: a label has a closed list of values, which are kinds, codes and names of the program;
what is not on its list is counted as `other`; no label can hold anything that came with a request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TypeAlias

from privity.errors import PrivityError
from privity.gateway.report import Line
from privity.model.words import Category, Region, Treatment

OTHER = "other"
HERE = "own"
"""The label of the home's own store, beside those of further regions."""
Labels: TypeAlias = tuple[str, ...]


class Kind(StrEnum):
    """How a number behaves: only grows, goes up and down, or is spread over bounds."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted. `bounds` are the upper bounds of a histogram, in its unit."""

    name: str
    kind: Kind
    help: str
    labels: Mapping[str, tuple[str, ...]]
    bounds: tuple[float, ...] = ()

    @property
    def width(self) -> int:
        """How many numbers each of its series has: of a histogram the buckets and the sum."""
        return len(self.bounds) + 2 if self.kind is Kind.HISTOGRAM else 1

    def series(self) -> Iterator[Labels]:
        """Yield the values of the labels of each series."""
        yield from product(*self.labels.values())

    def samples(self) -> tuple[str, ...]:
        """Return the names under which Prometheus stores it."""
        match self.kind:
            case Kind.COUNTER:
                return (f"{self.name}_total",)
            case Kind.GAUGE:
                return (self.name,)
            case Kind.HISTOGRAM:
                return tuple(f"{self.name}_{end}" for end in ("bucket", "count", "sum"))


def _codes(root: type[PrivityError] = PrivityError) -> Iterator[str]:
    yield root.code
    for kind in root.__subclasses__():
        yield from _codes(kind)


def _of_each(part: str) -> tuple[str, ...]:
    """Return the names of a part of the home's own store and of every region's."""
    return (part, *(f"{part}.{region}" for region in Region))


_ERRORS = tuple(sorted(set(_codes())))
_ENDS = ("ok", "client_left", *_ERRORS, *(f"not_kept.{code}" for code in _ERRORS), OTHER)
_STORES = (HERE, *(region.value for region in Region))
_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
_LONG = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 600.0)

FINDINGS = Measure(
    "privity_findings",
    Kind.COUNTER,
    "Personal data found in requests, by kind and treatment.",
    {"category": tuple(Category), "treatment": tuple(Treatment)},
)
CHARACTERS = Measure(
    "privity_personal_characters",
    Kind.COUNTER,
    "Characters of personal data that came in, and that left unchanged.",
    {"where": ("came", "left")},
)
REFUSED = Measure(
    "privity_exchanges_refused",
    Kind.COUNTER,
    "Exchanges refused, by the code of the error.",
    {"code": (*_ERRORS, OTHER)},
)
ENDED = Measure(
    "privity_exchanges_ended",
    Kind.COUNTER,
    "Exchanges that were allowed and ended, by their code.",
    {"code": _ENDS},
)
LINES = Measure(
    "privity_lines",
    Kind.COUNTER,
    "Lines of the process log, by what they are about.",
    {"line": tuple(Line)},
)
HELD = Measure(
    "privity_held_seconds",
    Kind.HISTOGRAM,
    "How long requests were held before they left: what privity adds.",
    {},
    _SECONDS,
)
EXCHANGE = Measure(
    "privity_exchange_seconds",
    Kind.HISTOGRAM,
    "From the last byte of a request to the last byte of its answer.",
    {},
    _LONG,
)
DETECTION = Measure(
    "privity_detection_seconds",
    Kind.HISTOGRAM,
    "How long finding personal data in one request or answer took, with waiting.",
    {},
    _SECONDS,
)
COMMIT = Measure(
    "privity_commit_seconds",
    Kind.HISTOGRAM,
    "How long one transaction of many writes took to be durable, by store.",
    {"store": _STORES},
    _SECONDS,
)
WRITES = Measure(
    "privity_writes",
    Kind.COUNTER,
    "Writes that were committed together in those transactions, by store.",
    {"store": _STORES},
)
RUNNING = Measure("privity_exchanges_running", Kind.GAUGE, "Exchanges under way.", {})
ENDING = Measure(
    "privity_ends_waiting", Kind.GAUGE, "Ends of exchanges that are not written yet.", {}
)
SCANNING = Measure(
    "privity_detection_waiting_characters", Kind.GAUGE, "Characters that wait to be scanned.", {}
)
WRITING = Measure("privity_writes_waiting", Kind.GAUGE, "Writes that wait for the database.", {})
MEMORY = Measure("privity_memory_bytes", Kind.GAUGE, "Resident memory of all workers.", {})
WORKERS = Measure("privity_workers", Kind.GAUGE, "Processes that serve.", {})

SHARED = (
    FINDINGS,
    CHARACTERS,
    REFUSED,
    ENDED,
    LINES,
    HELD,
    EXCHANGE,
    DETECTION,
    COMMIT,
    WRITES,
    RUNNING,
    ENDING,
    SCANNING,
    WRITING,
    MEMORY,
    WORKERS,
)
"""What every process counts."""

READY = Measure(
    "privity_ready",
    Kind.GAUGE,
    "1 for each part that requests depend on and that works, else 0.",
    {"part": (*_of_each("database"), *_of_each("keys"), "detector")},
)
RECORDS = Measure("privity_records", Kind.GAUGE, "Sealed records that are kept.", {})
OVERDUE = Measure(
    "privity_records_overdue", Kind.GAUGE, "Records that should be gone and are not.", {}
)
REQUESTS_OVERDUE = Measure(
    "privity_requests_overdue", Kind.GAUGE, "Requests of people past the day of the law.", {}
)
LETTERS = Measure("privity_letters_waiting", Kind.GAUGE, "Letters that wait to be sent.", {})
ENTRIES = Measure("privity_log_entries", Kind.GAUGE, "Entries of the audit log.", {})
ENDS = Measure(
    "privity_certificate_end_seconds",
    Kind.GAUGE,
    "When the first certificate of the chain ends, in seconds since 1970.",
    {},
)

STORED = (READY, RECORDS, OVERDUE, REQUESTS_OVERDUE, LETTERS, ENTRIES, ENDS)
"""What is read when somebody asks."""
MEASURES = SHARED + STORED


def layout() -> tuple[Mapping[tuple[str, Labels], int], int]:
    """Return where each series of `SHARED` begins among the numbers, and how many there are."""
    places: dict[tuple[str, Labels], int] = {}
    at = 0
    for measure in SHARED:
        for values in measure.series():
            places[measure.name, tuple(map(str, values))] = at
            at += measure.width
    return places, at
