"""Keep what became of deliveries: put off, stopped, and why an account is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply the change; columns are added in place, so the code already running goes on."""
    op.add_column("outbox", sa.Column("put_off", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "outbox", sa.Column("is_stopped", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("accounts", sa.Column("gone", sa.Text(), server_default="", nullable=False))
    op.add_column("accounts", sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("accounts", "gone_at")
    op.drop_column("accounts", "gone")
    op.drop_column("outbox", "is_stopped")
    op.drop_column("outbox", "put_off")
