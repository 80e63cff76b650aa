"""The tables of what people chose, of what they were shown, and of links that were used.

Invariant: people stand in them as keyed references only, and what they chose as codes.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table

from privity.adapters.sql.columns import BIG, TEXT, metadata

person_state = Table(
    "person_state",
    metadata,
    Column("subject", TEXT, primary_key=True),
    Column("version", BigInteger, nullable=False),
)
"""How often a person's choices, age or consent changed; no row: never."""

choices = Table(
    "choices",
    metadata,
    Column("subject", TEXT, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("entry", BIG, primary_key=True, autoincrement=False),
    Column("subject", TEXT, nullable=False),
    Index("ledger_subject", "subject"),
)
"""Which entries of the log say what a person was shown and chose."""

mention = Table(
    "mention",
    metadata,
    Column("entry", BIG, primary_key=True, autoincrement=False),
    Column("subject", TEXT, nullable=False),
    Index("mention_subject", "subject"),
)
"""Which entries of the log are about a person, but for those of messages, which are many."""

used_pass = Table(
    "used_pass",
    metadata,
    Column("nonce", TEXT, primary_key=True),
    Column("ends", BigInteger, nullable=False),
    Index("used_pass_ends", "ends"),
)
