"""Hold learning sessions, their series, sign-ups and what is said around them."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply the change; code already running ignores the new tables."""
    op.create_table(
        "session_links",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_session_links_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_session_links_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_session_links")),
    )
    op.create_index(
        op.f("ix_session_links_community"), "session_links", ["community"], unique=False
    )
    op.create_index("ix_session_links_member", "session_links", ["member"], unique=False)
    op.create_table(
        "session_reminders",
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("leads", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_session_reminders_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_session_reminders_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_session_reminders")),
    )
    op.create_index(
        op.f("ix_session_reminders_community"), "session_reminders", ["community"], unique=False
    )
    op.create_table(
        "session_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("speakers", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("link", sa.Text(), server_default="", nullable=False),
        sa.Column("dial_in", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.Text(), server_default="", nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("organiser", sa.Integer(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_session_series_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organiser"],
            ["members.id"],
            name=op.f("fk_session_series_organiser"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_series")),
    )
    op.create_index(
        op.f("ix_session_series_community"), "session_series", ["community"], unique=False
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("speakers", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("link", sa.Text(), server_default="", nullable=False),
        sa.Column("dial_in", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.Text(), server_default="", nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("organiser", sa.Integer(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=False),
        sa.Column("begins_at", Instant(timezone=True), nullable=False),
        sa.Column("ends_at", Instant(timezone=True), nullable=False),
        sa.Column("draws_at", Instant(timezone=True), nullable=True),
        sa.Column("is_drawn", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("moves", sa.Integer(), server_default="0", nullable=False),
        sa.Column("series", sa.Integer(), nullable=True),
        sa.Column("label", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_sessions_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organiser"], ["members.id"], name=op.f("fk_sessions_organiser"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["series"], ["session_series.id"], name=op.f("fk_sessions_series"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("series", "label", name=op.f("uq_sessions_series_label")),
    )
    op.create_index(op.f("ix_sessions_community"), "sessions", ["community"], unique=False)
    op.create_index(
        "ix_sessions_community_begins_at", "sessions", ["community", "begins_at"], unique=False
    )
    op.create_table(
        "session_feedback",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("worth", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_session_feedback_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_session_feedback_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session"],
            ["sessions.id"],
            name=op.f("fk_session_feedback_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session", "member", name=op.f("pk_session_feedback")),
    )
    op.create_index(
        op.f("ix_session_feedback_community"), "session_feedback", ["community"], unique=False
    )
    op.create_table(
        "session_materials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_session_materials_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session"],
            ["sessions.id"],
            name=op.f("fk_session_materials_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_materials")),
    )
    op.create_index(
        op.f("ix_session_materials_community"), "session_materials", ["community"], unique=False
    )
    op.create_index(
        op.f("ix_session_materials_session"), "session_materials", ["session"], unique=False
    )
    op.create_table(
        "session_needs",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_session_needs_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_session_needs_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name=op.f("fk_session_needs_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session", "member", name=op.f("pk_session_needs")),
    )
    op.create_index(
        op.f("ix_session_needs_community"), "session_needs", ["community"], unique=False
    )
    op.create_table(
        "session_signups",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("attended_by", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_session_signups_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_session_signups_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session"],
            ["sessions.id"],
            name=op.f("fk_session_signups_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session", "member", name=op.f("pk_session_signups")),
        sa.UniqueConstraint("calendar", name=op.f("uq_session_signups_calendar")),
    )
    op.create_index(
        op.f("ix_session_signups_community"), "session_signups", ["community"], unique=False
    )
    op.create_index("ix_session_signups_member", "session_signups", ["member"], unique=False)
    op.create_table(
        "session_topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("suggested_by", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("session", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_session_topics_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session"],
            ["sessions.id"],
            name=op.f("fk_session_topics_session"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["suggested_by"],
            ["members.id"],
            name=op.f("fk_session_topics_suggested_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_topics")),
    )
    op.create_index(
        op.f("ix_session_topics_community"), "session_topics", ["community"], unique=False
    )
    op.create_table(
        "session_votes",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("topic", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_session_votes_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_session_votes_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["topic"],
            ["session_topics.id"],
            name=op.f("fk_session_votes_topic"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("topic", "member", name=op.f("pk_session_votes")),
    )
    op.create_index(
        op.f("ix_session_votes_community"), "session_votes", ["community"], unique=False
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_session_votes_community"), table_name="session_votes")
    op.drop_table("session_votes")
    op.drop_index(op.f("ix_session_topics_community"), table_name="session_topics")
    op.drop_table("session_topics")
    op.drop_index("ix_session_signups_member", table_name="session_signups")
    op.drop_index(op.f("ix_session_signups_community"), table_name="session_signups")
    op.drop_table("session_signups")
    op.drop_index(op.f("ix_session_needs_community"), table_name="session_needs")
    op.drop_table("session_needs")
    op.drop_index(op.f("ix_session_materials_session"), table_name="session_materials")
    op.drop_index(op.f("ix_session_materials_community"), table_name="session_materials")
    op.drop_table("session_materials")
    op.drop_index(op.f("ix_session_feedback_community"), table_name="session_feedback")
    op.drop_table("session_feedback")
    op.drop_index("ix_sessions_community_begins_at", table_name="sessions")
    op.drop_index(op.f("ix_sessions_community"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_index(op.f("ix_session_series_community"), table_name="session_series")
    op.drop_table("session_series")
    op.drop_index(op.f("ix_session_reminders_community"), table_name="session_reminders")
    op.drop_table("session_reminders")
    op.drop_index("ix_session_links_member", table_name="session_links")
    op.drop_index(op.f("ix_session_links_community"), table_name="session_links")
    op.drop_table("session_links")
