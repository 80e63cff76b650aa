"""Find the keys of people that are due without reading them all."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Order people's keys by age."""
    op.create_index("subject_key_made_at", "subject_key", ["made_at"])
