"""Staff: their accounts, factors and sessions, wrong guesses, and requests for access."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _accounts()
    _sessions()
    _requests()


def _accounts() -> None:
    """Accounts and factors."""
    op.create_table(
        "staff_account",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mail", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("regions", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("invitation", sa.Text, nullable=False),
        sa.Column("invited_until", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_index("staff_account_mail", "staff_account", ["mail"])
    op.create_index("staff_account_invitation", "staff_account", ["invitation"])
    op.create_table(
        "staff_factor",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
    )
    op.create_index("staff_factor_account", "staff_factor", ["account"])


def _sessions() -> None:
    """Sessions and guesses."""
    op.create_table(
        "staff_session",
        sa.Column("digest", _TEXT, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("csrf", sa.Text, nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("proved", sa.BigInteger, nullable=False),
    )
    op.create_index("staff_session_account", "staff_session", ["account"])
    op.create_table(
        "guesses",
        sa.Column("who", _TEXT, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
    )


def _requests() -> None:
    """Requests for access."""
    op.create_table(
        "access_request",
        sa.Column("id", _TEXT, primary_key=True),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("conversation", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("reason", sa.LargeBinary, nullable=False),
        sa.Column("lasts", sa.BigInteger, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("approver", sa.Text),
        sa.Column("decided_at", sa.BigInteger),
    )
    op.create_index("access_request_asked_at", "access_request", ["asked_at"])
