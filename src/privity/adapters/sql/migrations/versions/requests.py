"""Requests of people, and mail that waits."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make no table yet."""
