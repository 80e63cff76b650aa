"""Which programs may work here: the oldest version of the tables that one of them may know."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Say that programs which know these tables go on while later migrations only add."""
    made = op.create_table(
        "oldest_program",
        sa.Column(
            "id", sa.Integer, sa.CheckConstraint("id = 1", name="one_oldest"), primary_key=True
        ),
        sa.Column("revision", sa.Text, nullable=False),
    )
    op.bulk_insert(made, [{"id": 1, "revision": revision}])
