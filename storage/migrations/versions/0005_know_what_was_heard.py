"""Know what was heard a short while ago, so that a repeat has no second effect."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply the change; code already running ignores the new table."""
    op.create_table(
        "heard",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_heard")),
    )
    op.create_index(op.f("ix_heard_until"), "heard", ["until"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("heard")
