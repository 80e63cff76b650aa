"""The tables of what people ask and of the mail that waits. No row names an address or a text."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from privity.adapters.sql.columns import TEXT, metadata

outbox = Table(
    "outbox",
    metadata,
    Column("letter", TEXT, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index("outbox_due", "due"),
    Index("outbox_subject", "subject"),
)
"""Letters that wait: the letter itself is a sealed record of the same id."""

request = Table(
    "request",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("app", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("named", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("proof", Integer, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("told", BigInteger),
    Column("extended", Integer, nullable=False),
    Column("reason", Text),
    Column("paused", BigInteger),
    Column("still", Integer, nullable=False),
    Column("closed", BigInteger),
    Column("duplicate_of", Text),
    Column("link", Text, unique=True),
    Column("link_ends", BigInteger),
    Column("entered_by", Text, nullable=False, server_default=""),
    Column("doubtful", Integer, nullable=False, server_default="0"),
    Index("request_subject", "subject"),
)
"""What people asked, as codes and days; how to reach them is a sealed record of the same id."""
