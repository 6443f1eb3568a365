"""Know bank holidays: what a schedule does on them, and where an occurrence was moved to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply the change; columns are added in place, so the code already running goes on."""
    op.add_column(
        "schedules", sa.Column("if_off", sa.Text(), server_default="as planned", nullable=False)
    )
    op.add_column(
        "schedules",
        sa.Column("weekends_off", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("schedules", sa.Column("paused_until", sa.Date(), nullable=True))
    op.add_column("occurrences", sa.Column("moved_to", sa.DateTime(), nullable=True))
    op.add_column("occurrences", sa.Column("note", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "coffee_setups",
        sa.Column("if_off", sa.Text(), server_default="as planned", nullable=False),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("coffee_setups", "if_off")
    op.drop_column("occurrences", "note")
    op.drop_column("occurrences", "moved_to")
    op.drop_column("schedules", "paused_until")
    op.drop_column("schedules", "weekends_off")
    op.drop_column("schedules", "if_off")
