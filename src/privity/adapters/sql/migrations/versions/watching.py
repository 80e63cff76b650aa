"""Token buckets that processes share."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "bucket",
        sa.Column("who", sa.Text, primary_key=True),
        sa.Column("paid_until", sa.BigInteger, nullable=False),
    )
