"""The table of the courses that staff took: the last time for each course."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from privity.adapters.sql.columns import TEXT, metadata

course_taken = Table(
    "course_taken",
    metadata,
    Column("account", TEXT, primary_key=True),
    Column("course", TEXT, primary_key=True),
    Column("major", Integer, nullable=False),
    Column("minor", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
