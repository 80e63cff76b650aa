"""What the tables of all modules share: one list of tables, and types of columns.

Invariants: times are microseconds since 1970 in UTC; text is ordered by its bytes in both
databases.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Integer, MetaData, Text

BIG = BigInteger().with_variant(Integer, "sqlite")
"""A whole number of 64 bits, also as a primary key."""

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is ordered by its bytes."""

metadata = MetaData()
"""Every table of the schema, once `schema` is imported."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def to_ticks(at: datetime) -> int:
    """Return a time as it is stored."""
    return (at - _EPOCH) // _TICK


def from_ticks(ticks: int) -> datetime:
    """Return a stored time, in UTC."""
    return _EPOCH + timedelta(microseconds=ticks)
