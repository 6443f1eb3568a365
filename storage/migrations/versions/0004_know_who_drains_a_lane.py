"""Know who drains a lane, so that a process that was replaced sends nothing more."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply the change; code already running ignores the new table."""
    op.create_table(
        "lanes",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("drainer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lane"),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("lanes")
