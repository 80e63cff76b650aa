"""The tables of staff. Secrets stand in them as digests, hashes, public keys or sealed.

Names and addresses of staff are needed to invite them and to show who did what; they go when an
account ends, and its random id stays in the log.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from privity.adapters.sql.columns import TEXT, metadata

staff_account = Table(
    "staff_account",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("name", Text, nullable=False),
    Column("mail", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("regions", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("invitation", Text, nullable=False),
    Column("invited_until", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("admitted_by", Text, nullable=False, server_default=""),
    Column("confirmed_by", Text),
    Index("staff_account_mail", "mail"),
    Index("staff_account_invitation", "invitation"),
)

staff_factor = Table(
    "staff_factor",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    Index("staff_factor_account", "account"),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("digest", TEXT, primary_key=True),
    Column("account", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("proved", BigInteger, nullable=False),
    Index("staff_session_account", "account"),
)

guesses = Table(
    "guesses",
    metadata,
    Column("who", TEXT, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last", BigInteger, nullable=False),
)
"""Wrong tries in a row; `who` is a keyed reference to an address of mail or of the network."""

access_request = Table(
    "access_request",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("reader", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("ticket", Text, nullable=False),
    Column("reason", LargeBinary, nullable=False),
    Column("lasts", BigInteger, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("stage", Text, nullable=False),
    Column("approver", Text),
    Column("decided_at", BigInteger),
    Index("access_request_asked_at", "asked_at"),
)
"""Break-glass: `reason` is sealed; `lasts` is in microseconds."""
