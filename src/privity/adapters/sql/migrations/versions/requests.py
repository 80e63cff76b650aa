"""Requests of people, and mail that waits."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outbox",
        sa.Column("letter", _TEXT, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("outbox_due", "outbox", ["due"])
    op.create_index("outbox_subject", "outbox", ["subject"])
    op.create_table(
        "request",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("regime", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("app", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("named", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("proof", sa.Integer, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("told", sa.BigInteger),
        sa.Column("extended", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("paused", sa.BigInteger),
        sa.Column("still", sa.Integer, nullable=False),
        sa.Column("closed", sa.BigInteger),
        sa.Column("duplicate_of", sa.Text),
        sa.Column("link", sa.Text, unique=True),
        sa.Column("link_ends", sa.BigInteger),
    )
    op.create_index("request_subject", "request", ["subject"])
