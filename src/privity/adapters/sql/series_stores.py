"""Counts over time inside one transaction: console.series.Series; and reading them.

Invariant: whoever writes holds the lock on the log, so that what is added to a stretch is added to
all that others have written of it.
"""

from __future__ import annotations

from datetime import datetime

import orjson
from sqlalchemy import Connection, delete, select

from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.link import stored_bytes
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.series_tables import series
from privity.console.series import Bucket, Counts, Span, together

_GET = "SELECT counts FROM series WHERE span = ? AND start = ?"
_PUT = (
    "INSERT INTO series (span, start, counts) VALUES (?, ?, ?) "
    "ON CONFLICT (span, start) DO UPDATE SET counts = excluded.counts"
)


class SqlSeries:
    """console.series.Series."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def add(self, span: Span, start: datetime, counts: Counts) -> None:
        """Add to what was counted from this time on."""
        link = self._pending.link
        row = link.one(link.sql(_GET), (span.value, to_ticks(start)))
        known = {} if row is None else _read(stored_bytes(row[0]))
        merged = dict(sorted(together(known, counts).items()))
        link.run(link.sql(_PUT), (span.value, to_ticks(start), orjson.dumps(merged)))

    def sweep(self, span: Span, before: datetime) -> int:
        """Remove what began before this time; say how many."""
        old = delete(series).where(series.c.span == span.value, series.c.start < to_ticks(before))
        return int(self._pending.direct().execute(old).rowcount)


def series_since(connection: Connection, span: Span, since: datetime) -> tuple[Bucket, ...]:
    """Return what was counted from this time on, the oldest first."""
    query = (
        select(series.c.start, series.c.counts)
        .where(series.c.span == span.value, series.c.start >= to_ticks(since))
        .order_by(series.c.start)
    )
    rows = connection.execute(query)
    return tuple(Bucket(from_ticks(start), _read(stored_bytes(body))) for start, body in rows)


def _read(body: bytes) -> Counts:
    counts: Counts = orjson.loads(body)
    return counts
