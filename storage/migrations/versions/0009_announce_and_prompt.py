"""Announce and prompt: announcements, who they were for, recurring questions, and who opted out."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply the change; code already running ignores the new tables."""
    op.create_table(
        "announcements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author", sa.Integer(), nullable=True),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("lanes", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("wants_acknowledgement", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("respects_quiet", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=True),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("if_off", sa.Text(), server_default="as planned", nullable=False),
        sa.Column("is_revised", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("begun_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("reminded_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author"], ["members.id"], name=op.f("fk_announcements_author"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_announcements_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["announcements.id"],
            name=op.f("fk_announcements_parent"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("community", "number", name=op.f("uq_announcements_community_number")),
    )
    op.create_index(
        op.f("ix_announcements_community"), "announcements", ["community"], unique=False
    )
    op.create_table(
        "opt_outs",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_opt_outs_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_opt_outs_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", "programme", name=op.f("pk_opt_outs")),
    )
    op.create_index(op.f("ix_opt_outs_community"), "opt_outs", ["community"], unique=False)
    op.create_table(
        "prompt_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("packs", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("own", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("lanes", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("if_off", sa.Text(), server_default="as planned", nullable=False),
        sa.Column("has_ended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_prompt_series_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["members.id"], name=op.f("fk_prompt_series_made_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_series")),
        sa.UniqueConstraint("community", "number", name=op.f("uq_prompt_series_community_number")),
    )
    op.create_index(
        op.f("ix_prompt_series_community"), "prompt_series", ["community"], unique=False
    )
    op.create_table(
        "announcement_recipients",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("announcement", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("acknowledged_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement"],
            ["announcements.id"],
            name=op.f("fk_announcement_recipients_announcement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_announcement_recipients_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"],
            ["members.id"],
            name=op.f("fk_announcement_recipients_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_recipients")),
        sa.UniqueConstraint(
            "announcement", "member", name=op.f("uq_announcement_recipients_announcement_member")
        ),
    )
    op.create_index(
        op.f("ix_announcement_recipients_community"),
        "announcement_recipients",
        ["community"],
        unique=False,
    )
    op.create_index(
        "ix_announcement_recipients_member", "announcement_recipients", ["member"], unique=False
    )
    op.create_table(
        "prompts_asked",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("label", sa.DateTime(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_prompts_asked_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["series"],
            ["prompt_series.id"],
            name=op.f("fk_prompts_asked_series"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series", "label", name=op.f("pk_prompts_asked")),
    )
    op.create_index(
        op.f("ix_prompts_asked_community"), "prompts_asked", ["community"], unique=False
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_prompts_asked_community"), table_name="prompts_asked")
    op.drop_table("prompts_asked")
    op.drop_index("ix_announcement_recipients_member", table_name="announcement_recipients")
    op.drop_index(
        op.f("ix_announcement_recipients_community"), table_name="announcement_recipients"
    )
    op.drop_table("announcement_recipients")
    op.drop_index(op.f("ix_prompt_series_community"), table_name="prompt_series")
    op.drop_table("prompt_series")
    op.drop_index(op.f("ix_opt_outs_community"), table_name="opt_outs")
    op.drop_table("opt_outs")
    op.drop_index(op.f("ix_announcements_community"), table_name="announcements")
    op.drop_table("announcements")
