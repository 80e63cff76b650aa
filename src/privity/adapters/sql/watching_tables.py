"""The tables of what is watched and bounded."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from privity.adapters.sql.columns import metadata

bucket = Table(
    "bucket",
    metadata,
    Column("who", Text, primary_key=True),
    Column("paid_until", BigInteger, nullable=False),
)
"""Token buckets; one whose time is past is full, and its row is removed with the hourly sweep."""
