"""Know who drains a lane, so that a process that was replaced sends nothing more.

A pause that a platform asked for is one row too, however many messages wait; and what goes next in
a lane is found by an index.
"""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply the change; code already running ignores the new table."""
    op.create_table(
        "lanes",
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("drainer", sa.Text(), server_default="", nullable=False),
        sa.Column("paused_until", Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("lane"),
    )
    op.create_index("ix_outbox_next", "outbox", ["state", "lane", "priority", "id", "not_before"])
    op.drop_index("ix_outbox_lane_state_not_before", table_name="outbox")


def downgrade() -> None:
    """Take the change back."""
    op.create_index("ix_outbox_lane_state_not_before", "outbox", ["lane", "state", "not_before"])
    op.drop_index("ix_outbox_next", table_name="outbox")
    op.drop_table("lanes")
