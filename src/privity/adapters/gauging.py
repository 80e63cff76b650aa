"""What is under way now, and what is stored: numbers that are read, not counted.

Invariants: nothing here is on the path of a message but two readings of a clock around detection;
what cannot be read is left out, and never keeps the other numbers from being shown.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from sqlalchemy import func, select

from privity.adapters.counters import SharedCounters
from privity.adapters.detection import Found
from privity.adapters.home import Home
from privity.adapters.measures import (
    ENDING,
    ENDS,
    ENTRIES,
    HERE,
    LETTERS,
    MEMORY,
    OVERDUE,
    READY,
    RECORDS,
    REQUESTS_OVERDUE,
    RUNNING,
    WRITING,
    Labels,
)
from privity.adapters.sql.requests_store import open_requests
from privity.adapters.sql.requests_tables import outbox
from privity.errors import PrivityError
from privity.gateway.afterwards import Afterwards
from privity.gateway.http import Exchanges
from privity.governance.requests import is_overdue
from privity.model.text import Leaf

SECONDS = 1.0
_PAGE_BYTES = os.sysconf("SC_PAGESIZE")
Find: TypeAlias = Callable[[Sequence[Leaf]], Awaitable[tuple[Found, ...]]]


def timed(find: Find, counters: SharedCounters) -> Find:
    """Return a detector whose time is noted, also when it fails."""

    async def finding(leaves: Sequence[Leaf]) -> tuple[Found, ...]:
        begun = time.perf_counter()
        try:
            return await find(leaves)
        finally:
            counters.scanned(time.perf_counter() - begun)

    return finding


def watch(
    counters: SharedCounters, exchanges: Exchanges, afterwards: Afterwards, stores: Sequence[Home]
) -> None:
    """Let counters hear of commits, and see how much is under way in this process."""
    counters.watch(RUNNING, lambda: exchanges.running)
    counters.watch(ENDING, lambda: afterwards.waiting)
    counters.watch(WRITING, lambda: sum(store.journal.waiting for store in stores))
    counters.watch(MEMORY, _memory)
    for store in stores:
        region = store.settings.region
        store.journal.committed = counters.committing(HERE if region is None else region.value)


async def keep_showing(counters: SharedCounters) -> None:
    """Show every second how much is under way, so that every process can tell of all."""
    while True:
        counters.show()
        await asyncio.sleep(SECONDS)


def stored(stores: Sequence[Home], at: datetime) -> dict[tuple[str, Labels], float]:
    """Return what the databases of all stores hold; one that is down leaves them all out."""
    measures = (RECORDS, OVERDUE, REQUESTS_OVERDUE, LETTERS, ENTRIES)
    found = dict.fromkeys((measure.name for measure in measures), 0.0)
    with suppress(PrivityError):
        for store in stores:
            with store.journal.reader.snapshot() as snapshot:
                found[RECORDS.name] += sum(each.records for each in snapshot.kept())
                found[OVERDUE.name] += snapshot.overdue(at)
                found[ENTRIES.name] += snapshot.head().size
                requests = open_requests(snapshot.connection)
                found[REQUESTS_OVERDUE.name] += sum(is_overdue(each, at) for each in requests)
                letters = select(func.count()).select_from(outbox)
                found[LETTERS.name] += snapshot.connection.execute(letters).scalar_one()
        return {(name, ()): level for name, level in found.items()}
    return {}


def ready(checks: Mapping[str, str]) -> dict[tuple[str, Labels], float]:
    """Return of each part whether it works."""
    return {(READY.name, (part,)): float(state == "ok") for part, state in checks.items()}


def certificate_end(file: Path | None) -> dict[tuple[str, Labels], float]:
    """Return when the first certificate of the chain ends, if there is one that can be read."""
    if file is None:
        return {}
    with suppress(OSError, ValueError):
        chain = x509.load_pem_x509_certificates(file.read_bytes())
        return {(ENDS.name, ()): min(each.not_valid_after_utc for each in chain).timestamp()}
    return {}


def _memory() -> float:
    with suppress(OSError, ValueError, IndexError):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
        return float(int(pages) * _PAGE_BYTES)
    return 0.0
