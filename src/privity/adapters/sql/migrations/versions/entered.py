"""Who entered a request for somebody, and whether its address is one that the person left."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add both; of what was entered before, nobody is known and nothing is doubted."""
    by = sa.Column("entered_by", sa.Text, nullable=False, server_default="")
    doubtful = sa.Column("doubtful", sa.Integer, nullable=False, server_default="0")
    op.add_column("request", by)
    op.add_column("request", doubtful)
