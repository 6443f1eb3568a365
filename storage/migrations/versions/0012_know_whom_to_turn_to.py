"""Know whom to turn to, which words are retired, and a table of members to be imported."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0012"
down_revision = "0011"

CONTACTS = ("guardian_name", "guardian_reach", "safeguarding_name", "safeguarding_reach")


def upgrade() -> None:
    """Apply the change; columns are added in place, so the code already running goes on."""
    for name in CONTACTS:
        op.add_column("communities", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column(
        "terms", sa.Column("is_retired", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "member_imports",
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("added_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_member_imports_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_member_imports_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_member_imports")),
    )
    op.create_index(
        op.f("ix_member_imports_community"), "member_imports", ["community"], unique=False
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("member_imports")
    op.drop_column("terms", "is_retired")
    for name in reversed(CONTACTS):
        op.drop_column("communities", name)
