"""Keep Teams conversations, channels, codes that join accounts, and renewed Slack tokens."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply the change; columns are added in place, so the code already running goes on."""
    op.create_table(
        "teams_conversations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), server_default="", nullable=False),
        sa.Column("teams_user", sa.Text(), server_default="", nullable=False),
        sa.Column("service_url", sa.Text(), nullable=False),
        sa.Column("heard_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_teams_conversations_community"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams_conversations")),
        sa.UniqueConstraint(
            "lane", "conversation", name=op.f("uq_teams_conversations_lane_conversation")
        ),
    )
    op.create_index(
        op.f("ix_teams_conversations_community"), "teams_conversations", ["community"], unique=False
    )
    op.create_index(
        "ix_teams_conversations_lane_user", "teams_conversations", ["lane", "user"], unique=False
    )
    op.create_table(
        "web_posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_web_posts_community"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_posts")),
        sa.UniqueConstraint("community", "key", name=op.f("uq_web_posts_community_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_web_posts_community"), "web_posts", ["community"], unique=False)
    op.create_index(
        "ix_web_posts_community_channel_id",
        "web_posts",
        ["community", "channel", "id"],
        unique=False,
    )
    op.create_table(
        "account_codes",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("moves", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("used_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_account_codes_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_account_codes_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_account_codes")),
    )
    op.create_index(
        op.f("ix_account_codes_community"), "account_codes", ["community"], unique=False
    )
    op.create_index("ix_account_codes_member", "account_codes", ["member"], unique=False)
    op.create_table(
        "channels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_channels_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["members.id"], name=op.f("fk_channels_set_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint(
            "community", "purpose", "lane", name=op.f("uq_channels_community_purpose_lane")
        ),
    )
    op.create_index(op.f("ix_channels_community"), "channels", ["community"], unique=False)
    op.create_table(
        "perhaps_known",
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_perhaps_known_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["known"], ["members.id"], name=op.f("fk_perhaps_known_known"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_perhaps_known_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_perhaps_known")),
    )
    op.create_index(
        op.f("ix_perhaps_known_community"), "perhaps_known", ["community"], unique=False
    )
    op.add_column("accounts", sa.Column("address", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "accounts",
        sa.Column("is_preferred", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "coffee_places", sa.Column("shares", sa.JSON(), server_default="[]", nullable=False)
    )
    op.add_column(
        "accounts",
        sa.Column("is_retired", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column(
        "members", sa.Column("refused_email", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("workspaces", sa.Column("refresh_token", sa.LargeBinary(), nullable=True))
    op.add_column("workspaces", sa.Column("expires_at", Instant(timezone=True), nullable=True))
    op.add_column("workspaces", sa.Column("renewing_until", Instant(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("workspaces", "renewing_until")
    op.drop_column("workspaces", "expires_at")
    op.drop_column("workspaces", "refresh_token")
    op.drop_column("members", "refused_email")
    op.drop_column("coffee_places", "shares")
    op.drop_column("accounts", "is_retired")
    op.drop_column("accounts", "is_preferred")
    op.drop_column("accounts", "address")
    op.drop_index(op.f("ix_perhaps_known_community"), table_name="perhaps_known")
    op.drop_table("perhaps_known")
    op.drop_index(op.f("ix_channels_community"), table_name="channels")
    op.drop_table("channels")
    op.drop_index("ix_account_codes_member", table_name="account_codes")
    op.drop_index(op.f("ix_account_codes_community"), table_name="account_codes")
    op.drop_table("account_codes")
    op.drop_index("ix_web_posts_community_channel_id", table_name="web_posts")
    op.drop_index(op.f("ix_web_posts_community"), table_name="web_posts")
    op.drop_table("web_posts")
    op.drop_index("ix_teams_conversations_lane_user", table_name="teams_conversations")
    op.drop_index(op.f("ix_teams_conversations_community"), table_name="teams_conversations")
    op.drop_table("teams_conversations")
