"""Where each person lives, who left a region, and the region of applications' people."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the directory of people's regions and the lists beside it."""
    op.create_table(
        "residence",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "departure",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("with_holds", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "app_region",
        sa.Column("app", _TEXT, primary_key=True),
        sa.Column("region", sa.Text, nullable=False),
    )
