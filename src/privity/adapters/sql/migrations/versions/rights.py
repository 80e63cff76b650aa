"""What people chose and agreed to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _minors()


def _minors() -> None:
    """How old people are, and their parents' consent."""
    op.create_table(
        "age",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("band", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger),
    )
    op.create_table(
        "parental",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("app", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("method", sa.Text),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("link", sa.Text, unique=True),
    )
    op.create_index("parental_subject", "parental", ["subject"])
