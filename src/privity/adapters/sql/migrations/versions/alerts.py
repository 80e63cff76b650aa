"""Alerts, and what watching remembers."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _alerts()
    _memory()


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("hits", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("incident", sa.Text, nullable=False),
        sa.Column("seen", sa.LargeBinary, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("decided_at", sa.BigInteger),
    )
    op.create_index("alert_rule", "alert", ["rule", "actor", "last"])
    op.create_index("alert_last", "alert", ["last"])


def _memory() -> None:
    op.create_table(
        "watch_follower",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "watch_volume",
        sa.Column("pool", TEXT, primary_key=True),
        sa.Column("who", TEXT, primary_key=True),
        sa.Column("hour", BIG, primary_key=True, autoincrement=False),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "watch_known",
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("who", TEXT, primary_key=True),
        sa.Column("what", TEXT, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
