"""The tables of where people live: the directory of a home, and who left a region.

Invariant: people stand in them as keyed references only.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, Table, Text

from privity.adapters.sql.columns import TEXT, metadata

residence = Table(
    "residence",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("region", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
)
"""The region of each person that one was set for. Filled in a home's own database only."""

departure = Table(
    "departure",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("region", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("with_holds", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""People who leave this database's region, and to where; with `done`, no key of theirs is made."""

app_region = Table(
    "app_region",
    metadata,
    Column("app", TEXT, primary_key=True),
    Column("region", Text, nullable=False),
)
"""The region of an application's people, where it states none of its own for them."""
