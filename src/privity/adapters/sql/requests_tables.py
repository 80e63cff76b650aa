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
