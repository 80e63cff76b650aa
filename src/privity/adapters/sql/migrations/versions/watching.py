"""Limits shared by processes, alerts."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make no table yet."""
