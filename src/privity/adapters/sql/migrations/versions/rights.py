"""What people chose and agreed to."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make no table yet."""
