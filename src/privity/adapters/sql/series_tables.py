"""The table of what was counted over time."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from privity.adapters.sql.columns import metadata

series = Table(
    "series",
    metadata,
    Column("span", Text, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("counts", LargeBinary, nullable=False),
)
"""Counts of a minute or an hour, by name; nothing of anybody. Swept when they are old."""
