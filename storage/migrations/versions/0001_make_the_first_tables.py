"""Make the first tables."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "communities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("is_example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communities")),
        sa.UniqueConstraint("name", name=op.f("uq_communities_name")),
    )
    op.create_table(
        "coffee_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("theme", sa.Text(), server_default="", nullable=False),
        sa.Column("sends_at", Instant(timezone=True), nullable=False),
        sa.Column("closes_at", Instant(timezone=True), nullable=False),
        sa.Column("score", sa.Float(), server_default="0", nullable=False),
        sa.Column("bound", sa.Float(), server_default="0", nullable=False),
        sa.Column("repeats", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unmatched", sa.JSON(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_coffee_rounds_community"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coffee_rounds")),
        sa.UniqueConstraint("community", "label", name=op.f("uq_coffee_rounds_community_label")),
        sa.UniqueConstraint("community", "number", name=op.f("uq_coffee_rounds_community_number")),
    )
    with op.batch_alter_table("coffee_rounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coffee_rounds_community"), ["community"], unique=False)

    op.create_table(
        "coffee_setups",
        sa.Column("community", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("time", sa.Time(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("group_size", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("review", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("if_unapproved", sa.Text(), nullable=False),
        sa.Column("apart", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("theme", sa.Text(), server_default="", nullable=False),
        sa.Column("is_running", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_coffee_setups_community"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community", name=op.f("pk_coffee_setups")),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("show_email", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("role", sa.Text(), server_default="member", nullable=False),
        sa.Column("state", sa.Text(), server_default="active", nullable=False),
        sa.Column("pronouns", sa.Text(), server_default="", nullable=False),
        sa.Column("job", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("organisation", sa.Text(), server_default="", nullable=False),
        sa.Column("sector", sa.Text(), server_default="", nullable=False),
        sa.Column("profession", sa.Text(), server_default="", nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("team", sa.Text(), server_default="", nullable=False),
        sa.Column("line_manager", sa.Text(), server_default="", nullable=False),
        sa.Column("ask_me_about", sa.Text(), server_default="", nullable=False),
        sa.Column("interests", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("system_roles", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("languages", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("slots", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("is_example", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("introduced_at", Instant(timezone=True), nullable=True),
        sa.Column("greeted_at", Instant(timezone=True), nullable=True),
        sa.Column("joined_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"], ["communities.id"], name=op.f("fk_members_community"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("community", "email", name=op.f("uq_members_community_email")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_community"), ["community"], unique=False)
        batch_op.create_index("ix_members_community_name", ["community", "name"], unique=False)

    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), server_default="", nullable=False),
        sa.Column("what_we_do", sa.Text(), server_default="", nullable=False),
        sa.Column("for_whom", sa.Text(), server_default="", nullable=False),
        sa.Column("who_to_ask", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_organisations_community"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("community", "name", name=op.f("uq_organisations_community_name")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisations_community"), ["community"], unique=False)

    op.create_table(
        "schedules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_schedules_community"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedules")),
        sa.UniqueConstraint(
            "community", "job", "subject", name=op.f("uq_schedules_community_job_subject")
        ),
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedules_community"), ["community"], unique=False)

    op.create_table(
        "taps",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"], ["communities.id"], name=op.f("fk_taps_community"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_taps")),
    )
    with op.batch_alter_table("taps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taps_community"), ["community"], unique=False)

    op.create_table(
        "terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("vocabulary", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["community"], ["communities.id"], name=op.f("fk_terms_community"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint(
            "community", "vocabulary", "label", name=op.f("uq_terms_community_vocabulary_label")
        ),
    )
    with op.batch_alter_table("terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_terms_community"), ["community"], unique=False)

    op.create_table(
        "workspaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("bot_user", sa.Text(), server_default="", nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("installed_at", Instant(timezone=True), nullable=False),
        sa.Column("uninstalled_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_workspaces_community"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
        sa.UniqueConstraint("lane", name=op.f("uq_workspaces_lane")),
    )
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_workspaces_community"), ["community"], unique=False)

    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("is_guest", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("met_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_accounts_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_accounts_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("lane", "user", name=op.f("uq_accounts_lane_user")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accounts_community"), ["community"], unique=False)
        batch_op.create_index("ix_accounts_member", ["member"], unique=False)

    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.Integer(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["actor"], ["members.id"], name=op.f("fk_audit_actor"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["community"], ["communities.id"], name=op.f("fk_audit_community"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_community"), ["community"], unique=False)
        batch_op.create_index("ix_audit_community_at", ["community", "at"], unique=False)

    op.create_table(
        "coffee_avoids",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("avoided", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["avoided"], ["members.id"], name=op.f("fk_coffee_avoids_avoided"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_coffee_avoids_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_coffee_avoids_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", "avoided", name=op.f("pk_coffee_avoids")),
    )
    with op.batch_alter_table("coffee_avoids", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coffee_avoids_community"), ["community"], unique=False)

    op.create_table(
        "coffee_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("starter", sa.Integer(), nullable=False),
        sa.Column("slots", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("meets_at", sa.DateTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_coffee_groups_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round"], ["coffee_rounds.id"], name=op.f("fk_coffee_groups_round"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coffee_groups")),
        sa.UniqueConstraint("calendar", name=op.f("uq_coffee_groups_calendar")),
    )
    with op.batch_alter_table("coffee_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coffee_groups_community"), ["community"], unique=False)
        batch_op.create_index(batch_op.f("ix_coffee_groups_round"), ["round"], unique=False)

    op.create_table(
        "coffee_opt_ins",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("label", sa.DateTime(), nullable=False),
        sa.Column("wants", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_coffee_opt_ins_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_coffee_opt_ins_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", "label", name=op.f("pk_coffee_opt_ins")),
    )
    with op.batch_alter_table("coffee_opt_ins", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coffee_opt_ins_community"), ["community"], unique=False
        )

    op.create_table(
        "coffee_participations",
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), server_default="", nullable=False),
        sa.Column("group_size", sa.Integer(), nullable=True),
        sa.Column("silent_rounds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("joined_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_coffee_participations_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"],
            ["members.id"],
            name=op.f("fk_coffee_participations_member"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_coffee_participations")),
    )
    with op.batch_alter_table("coffee_participations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coffee_participations_community"), ["community"], unique=False
        )

    op.create_table(
        "occurrences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("schedule", sa.Integer(), nullable=True),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("label", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("run_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_occurrences_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["schedule"],
            ["schedules.id"],
            name=op.f("fk_occurrences_schedule"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint(
            "community",
            "job",
            "subject",
            "label",
            name=op.f("uq_occurrences_community_job_subject_label"),
        ),
    )
    with op.batch_alter_table("occurrences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occurrences_community"), ["community"], unique=False)
        batch_op.create_index("ix_occurrences_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=True),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("token", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", Instant(timezone=True), nullable=False),
        sa.Column("claim", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed_at", Instant(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("added_at", Instant(timezone=True), nullable=False),
        sa.Column("settled_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"], ["communities.id"], name=op.f("fk_outbox_community"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_outbox_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_community"), ["community"], unique=False)
        batch_op.create_index(
            "ix_outbox_lane_state_not_before", ["lane", "state", "not_before"], unique=False
        )
        batch_op.create_index("ix_outbox_subject", ["community", "subject"], unique=False)
        batch_op.create_index("ix_outbox_token", ["token"], unique=False)

    op.create_table(
        "web_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_web_entries_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_web_entries_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_entries")),
        sa.UniqueConstraint("member", "key", name=op.f("uq_web_entries_member_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("web_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_entries_community"), ["community"], unique=False)
        batch_op.create_index("ix_web_entries_member_id", ["member", "id"], unique=False)

    op.create_table(
        "web_links",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("used_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_web_links_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_web_links_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_web_links")),
    )
    with op.batch_alter_table("web_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_links_community"), ["community"], unique=False)

    op.create_table(
        "web_reads",
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_web_reads_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_web_reads_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_web_reads")),
    )
    with op.batch_alter_table("web_reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_reads_community"), ["community"], unique=False)

    op.create_table(
        "web_sessions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_web_sessions_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_web_sessions_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_web_sessions")),
    )
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_sessions_community"), ["community"], unique=False)

    op.create_table(
        "coffee_places",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("group", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("met", sa.Text(), nullable=True),
        sa.Column("worth", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("slots", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("pressed_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_coffee_places_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group"], ["coffee_groups.id"], name=op.f("fk_coffee_places_group"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_coffee_places_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group", "member", name=op.f("pk_coffee_places")),
    )
    with op.batch_alter_table("coffee_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coffee_places_community"), ["community"], unique=False)
        batch_op.create_index("ix_coffee_places_member", ["member"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("coffee_places", schema=None) as batch_op:
        batch_op.drop_index("ix_coffee_places_member")
        batch_op.drop_index(batch_op.f("ix_coffee_places_community"))

    op.drop_table("coffee_places")
    with op.batch_alter_table("web_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_sessions_community"))

    op.drop_table("web_sessions")
    with op.batch_alter_table("web_reads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_reads_community"))

    op.drop_table("web_reads")
    with op.batch_alter_table("web_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_links_community"))

    op.drop_table("web_links")
    with op.batch_alter_table("web_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_web_entries_member_id")
        batch_op.drop_index(batch_op.f("ix_web_entries_community"))

    op.drop_table("web_entries")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_token")
        batch_op.drop_index("ix_outbox_subject")
        batch_op.drop_index("ix_outbox_lane_state_not_before")
        batch_op.drop_index(batch_op.f("ix_outbox_community"))

    op.drop_table("outbox")
    with op.batch_alter_table("occurrences", schema=None) as batch_op:
        batch_op.drop_index("ix_occurrences_state_due_at")
        batch_op.drop_index(batch_op.f("ix_occurrences_community"))

    op.drop_table("occurrences")
    with op.batch_alter_table("coffee_participations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coffee_participations_community"))

    op.drop_table("coffee_participations")
    with op.batch_alter_table("coffee_opt_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coffee_opt_ins_community"))

    op.drop_table("coffee_opt_ins")
    with op.batch_alter_table("coffee_groups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coffee_groups_round"))
        batch_op.drop_index(batch_op.f("ix_coffee_groups_community"))

    op.drop_table("coffee_groups")
    with op.batch_alter_table("coffee_avoids", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coffee_avoids_community"))

    op.drop_table("coffee_avoids")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_community_at")
        batch_op.drop_index(batch_op.f("ix_audit_community"))

    op.drop_table("audit")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index("ix_accounts_member")
        batch_op.drop_index(batch_op.f("ix_accounts_community"))

    op.drop_table("accounts")
    with op.batch_alter_table("workspaces", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_workspaces_community"))

    op.drop_table("workspaces")
    with op.batch_alter_table("terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_terms_community"))

    op.drop_table("terms")
    with op.batch_alter_table("taps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_taps_community"))

    op.drop_table("taps")
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedules_community"))

    op.drop_table("schedules")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisations_community"))

    op.drop_table("organisations")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index("ix_members_community_name")
        batch_op.drop_index(batch_op.f("ix_members_community"))

    op.drop_table("members")
    op.drop_table("coffee_setups")
    with op.batch_alter_table("coffee_rounds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coffee_rounds_community"))

    op.drop_table("coffee_rounds")
    op.drop_table("communities")
