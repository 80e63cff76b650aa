"""Token buckets inside one transaction: gateway.rates.Buckets.

Invariant: buckets run beside what the transaction buffers and force nothing of it to be written
early, so that many requests still share one group; nobody else takes from a bucket meanwhile,
because whoever writes holds the lock on the log.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.watching_tables import bucket

_GET = "SELECT paid_until FROM bucket WHERE who = ?"
_PUT = (
    "INSERT INTO bucket (who, paid_until) VALUES (?, ?) "
    "ON CONFLICT (who) DO UPDATE SET paid_until = excluded.paid_until"
)


class SqlBuckets:
    """gateway.rates.Buckets."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def get(self, who: str) -> datetime | None:
        """Return until when a bucket is paid for; None: nothing was taken."""
        link = self._pending.link
        row = link.one(link.sql(_GET), (who,))
        return None if row is None else from_ticks(row[0])

    def put(self, who: str, paid_until: datetime) -> None:
        """Store until when a bucket is paid for."""
        link = self._pending.link
        link.run(link.sql(_PUT), (who, to_ticks(paid_until)))

    def sweep(self, now: datetime) -> int:
        """Remove the buckets that are full again and say how many."""
        gone = delete(bucket).where(bucket.c.paid_until < to_ticks(now))
        return int(self._pending.direct().execute(gone).rowcount)
