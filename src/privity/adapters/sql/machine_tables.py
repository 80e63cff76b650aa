"""The tables of machines and of letters to staff. A token stands here as a keyed digest only."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from privity.adapters.sql.columns import TEXT, metadata

machine = Table(
    "machine",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("used_at", BigInteger),
    Index("machine_digest", "digest"),
)

staff_letter = Table(
    "staff_letter",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index("staff_letter_due", "due"),
)
"""Letters to staff that wait: codes and ids; the address is the account's when it is sent."""
