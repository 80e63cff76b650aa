"""Holds on records, erasures whose records are still to be removed, the clock, a restore's mark."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of a record's life."""
    op.create_table(
        "erasure",
        sa.Column("entry", _BIG, primary_key=True, autoincrement=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("versions", sa.Integer, nullable=False),
        sa.Column("removed", sa.BigInteger, nullable=False),
    )
    op.create_index("erasure_subject", "erasure", ["subject"])
    op.create_table(
        "hold",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("record", _TEXT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text, nullable=False),
        sa.Column("begins", sa.BigInteger, nullable=False),
        sa.Column("ends", sa.BigInteger, nullable=False),
    )
    op.create_index("hold_record", "hold", ["record"])
    op.create_table(
        "clock",
        sa.Column(
            "id", sa.Integer, sa.CheckConstraint("id = 1", name="one_clock"), primary_key=True
        ),
        sa.Column("seen", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "restoring",
        sa.Column(
            "id", sa.Integer, sa.CheckConstraint("id = 1", name="one_restore"), primary_key=True
        ),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
