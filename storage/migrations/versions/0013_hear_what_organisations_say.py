"""Hear what members propose for the card of their organisation."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply the change; code already running ignores the new tables."""
    op.create_table(
        "organisation_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("what_we_do", sa.Text(), server_default="", nullable=False),
        sa.Column("for_whom", sa.Text(), server_default="", nullable=False),
        sa.Column("who_to_ask", sa.Text(), server_default="", nullable=False),
        sa.Column("proposed_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_organisation_proposals_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"],
            ["members.id"],
            name=op.f("fk_organisation_proposals_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_proposals")),
        sa.UniqueConstraint(
            "member", "organisation", name=op.f("uq_organisation_proposals_member_organisation")
        ),
    )
    op.create_index(
        op.f("ix_organisation_proposals_community"), "organisation_proposals", ["community"]
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("organisation_proposals")
