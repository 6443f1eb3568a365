"""Keep calm: what members and communities wish, what goes out unasked, and what waits."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0010"
down_revision = "0009"


def _community(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["community"], ["communities.id"], name=op.f(f"fk_{table}_community"), ondelete="CASCADE"
    )


def _member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["member"], ["members.id"], name=op.f(f"fk_{table}_member"), ondelete="CASCADE"
    )


def upgrade() -> None:
    """Apply the change; code already running ignores the new tables."""
    op.create_table(
        "unasked",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("outbox", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("weight", sa.Text(), nullable=False),
        sa.Column("about", Instant(timezone=True), nullable=True),
        _community("unasked"),
        _member("unasked"),
        sa.ForeignKeyConstraint(
            ["outbox"], ["outbox.id"], name=op.f("fk_unasked_outbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outbox", "member", name=op.f("pk_unasked")),
    )
    op.create_index(op.f("ix_unasked_community"), "unasked", ["community"])
    op.create_index("ix_unasked_member", "unasked", ["member"])
    op.create_table(
        "held",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("held_at", Instant(timezone=True), nullable=False),
        sa.Column("told_at", Instant(timezone=True), nullable=True),
        _community("held"),
        _member("held"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
        sa.UniqueConstraint("key", name=op.f("uq_held_key")),
    )
    op.create_index(op.f("ix_held_community"), "held", ["community"])
    op.create_index("ix_held_member_told_at", "held", ["member", "told_at"])
    op.create_index("ix_held_subject", "held", ["community", "subject"])
    op.create_table(
        "calm_setups",
        sa.Column("community", sa.Integer(), nullable=False),
        sa.Column("weekly_limit", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("time", sa.Time(), nullable=False),
        sa.Column("quiet_starts", sa.Time(), nullable=False),
        sa.Column("quiet_ends", sa.Time(), nullable=False),
        sa.Column("quiet_weekends", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("quiet_since", Instant(timezone=True), nullable=True),
        sa.Column("quiet_until", Instant(timezone=True), nullable=True),
        sa.Column("quiet_why", sa.Text(), server_default="", nullable=False),
        _community("calm_setups"),
        sa.PrimaryKeyConstraint("community", name=op.f("pk_calm_setups")),
    )
    op.create_table(
        "calm_wishes",
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("quiet_starts", sa.Time(), nullable=True),
        sa.Column("quiet_ends", sa.Time(), nullable=True),
        sa.Column("quiet_weekends", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("best_time", sa.Time(), nullable=True),
        sa.Column("silence", sa.Text(), server_default="", nullable=False),
        sa.Column("silent_until", Instant(timezone=True), nullable=True),
        _member("calm_wishes"),
        _community("calm_wishes"),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_calm_wishes")),
    )
    op.create_index(op.f("ix_calm_wishes_community"), "calm_wishes", ["community"])
    op.create_table(
        "data_links",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        _community("data_links"),
        _member("data_links"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_data_links")),
    )
    op.create_index(op.f("ix_data_links_community"), "data_links", ["community"])
    op.create_index("ix_data_links_member", "data_links", ["member"])


def downgrade() -> None:
    """Take the change back."""
    for table in ("data_links", "calm_wishes", "calm_setups", "held", "unasked"):
        op.drop_table(table)
