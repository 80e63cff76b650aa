"""Who admitted an account, and who vouches for it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add both; of accounts from before nobody is known, and nobody vouches for them."""
    admitted = sa.Column("admitted_by", sa.Text, nullable=False, server_default="")
    op.add_column("staff_account", admitted)
    op.add_column("staff_account", sa.Column("confirmed_by", sa.Text))
