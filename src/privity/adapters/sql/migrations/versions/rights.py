"""What people chose and agreed to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _minors()
    _choices()


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
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("method", sa.Text),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("link", sa.Text, unique=True),
        sa.Column("reminded", sa.Integer, nullable=False),
    )
    op.create_index("parental_subject", "parental", ["subject"])


def _choices() -> None:
    """What people chose and were shown, used links, and what may be done with a record."""
    op.create_table(
        "person_state",
        sa.Column("subject", _TEXT, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "choices",
        sa.Column("subject", _TEXT, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ledger",
        sa.Column("entry", _BIG, primary_key=True, autoincrement=False),
        sa.Column("subject", _TEXT, nullable=False),
    )
    op.create_index("ledger_subject", "ledger", ["subject"])
    op.create_table(
        "mention",
        sa.Column("entry", _BIG, primary_key=True, autoincrement=False),
        sa.Column("subject", _TEXT, nullable=False),
    )
    op.create_index("mention_subject", "mention", ["subject"])
    op.create_table(
        "used_pass",
        sa.Column("nonce", _TEXT, primary_key=True),
        sa.Column("ends", sa.BigInteger, nullable=False),
    )
    op.create_index("used_pass_ends", "used_pass", ["ends"])
    for leave in ("train", "review"):
        column = sa.Column(leave, sa.Integer, nullable=False, server_default="0")
        op.add_column("record", column)
