"""The tables of how old people are, and of parents' consent. No row names an address or a birthday.

`age`: what each source has said of a person, as a band with its end. `parental`: each request for a
parent's consent, with the digest of the link that its last letter holds.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from privity.adapters.sql.columns import TEXT, metadata

age = Table(
    "age",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("band", Text, nullable=False),
    Column("until", BigInteger),
)

parental = Table(
    "parental",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("app", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("method", Text),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("failed", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("notice", Text, nullable=False),
    Column("link", Text, unique=True),
    Column("reminded", Integer, nullable=False),
    Index("parental_subject", "subject"),
)
