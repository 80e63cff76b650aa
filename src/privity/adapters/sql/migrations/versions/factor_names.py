"""What the owner of a factor calls it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the name; what was registered before has none."""
    op.add_column("staff_factor", sa.Column("name", sa.Text, nullable=False, server_default=""))
