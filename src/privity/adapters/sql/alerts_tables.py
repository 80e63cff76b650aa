"""The tables of watching: alerts, who follows the log, and what is remembered of the past.

They hold places in the log, keyed references, ids, codes and counts.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from privity.adapters.sql.columns import BIG, TEXT, metadata

alert = Table(
    "alert",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("hits", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("incident", Text, nullable=False),
    Column("seen", LargeBinary, nullable=False),
    Column("by", Text),
    Column("reason", Text),
    Column("decided_at", BigInteger),
    Index("alert_rule", "rule", "actor", "last"),
    Index("alert_last", "last"),
)
"""`seen`: JSON with entries, codes and counts, and what the rule said of itself."""

follower = Table(
    "watch_follower",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
)
"""Up to where the log was followed (`rules`, and each receiver), and the hash of the last entry.
`holder` of the processes follows until `until`."""

volume = Table(
    "watch_volume",
    metadata,
    Column("pool", TEXT, primary_key=True),
    Column("who", TEXT, primary_key=True),
    Column("hour", BIG, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
)
"""How much there was in an hour (since 1970), for what is usual."""

known = Table(
    "watch_known",
    metadata,
    Column("kind", TEXT, primary_key=True),
    Column("who", TEXT, primary_key=True),
    Column("what", TEXT, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""What an actor did before: purposes, and keyed references to addresses."""
