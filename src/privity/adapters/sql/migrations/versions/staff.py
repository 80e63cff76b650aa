"""Staff, their sessions and grants."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make no table yet."""
