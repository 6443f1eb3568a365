"""Keep success stories, who celebrates and tries them, and an index to search them.

The index holds published stories alone. On SQLite it is a table of FTS5, kept by triggers, so that
nothing stays in it of a story that is taken down or goes with its community. A later migration that
makes the table ``stories`` anew there (Alembic's batch mode) has to make the triggers anew too.
"""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply the change; code already running ignores the new tables."""
    op.create_table(
        "stories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("author", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("changed", sa.Text(), server_default="", nullable=False),
        sa.Column("whom", sa.Text(), server_default="", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("done", sa.Text(), server_default="", nullable=False),
        sa.Column("differently", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("title_words", sa.Text(), server_default="", nullable=False),
        sa.Column("tag_words", sa.Text(), server_default="", nullable=False),
        sa.Column("text_words", sa.Text(), server_default="", nullable=False),
        sa.Column("reuse", sa.Text(), nullable=False),
        sa.Column("has_consent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("author_marks", sa.Text(), server_default="", nullable=False),
        sa.Column("author_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("curator_marks", sa.Text(), server_default="", nullable=False),
        sa.Column("curator_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", Instant(timezone=True), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("published_at", Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author"], ["members.id"], name=op.f("fk_stories_author"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["community"], ["communities.id"], name=op.f("fk_stories_community"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
    )
    op.create_index(op.f("ix_stories_author"), "stories", ["author"], unique=False)
    op.create_index(op.f("ix_stories_community"), "stories", ["community"], unique=False)
    op.create_index(
        "ix_stories_community_state",
        "stories",
        ["community", "state", "published_at"],
        unique=False,
    )
    op.create_table(
        "story_setups",
        sa.Column("community", sa.Integer(), nullable=False),
        sa.Column("digest_weeks", sa.Integer(), nullable=False),
        sa.Column("asked_each_week", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_story_setups_community"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community", name=op.f("pk_story_setups")),
    )
    op.create_table(
        "story_turns",
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("asked_at", Instant(timezone=True), nullable=True),
        sa.Column("asked_times", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_off", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_story_turns_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_story_turns_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_story_turns")),
    )
    op.create_index(op.f("ix_story_turns_community"), "story_turns", ["community"], unique=False)
    op.create_table(
        "story_celebrations",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("story", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_story_celebrations_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"],
            ["members.id"],
            name=op.f("fk_story_celebrations_member"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["story"], ["stories.id"], name=op.f("fk_story_celebrations_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story", "member", name=op.f("pk_story_celebrations")),
    )
    op.create_index(
        op.f("ix_story_celebrations_community"), "story_celebrations", ["community"], unique=False
    )
    op.create_index("ix_story_celebrations_member", "story_celebrations", ["member"], unique=False)
    op.create_table(
        "story_coauthors",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("story", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_story_coauthors_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_story_coauthors_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story"], ["stories.id"], name=op.f("fk_story_coauthors_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story", "member", name=op.f("pk_story_coauthors")),
    )
    op.create_index(
        op.f("ix_story_coauthors_community"), "story_coauthors", ["community"], unique=False
    )
    op.create_index("ix_story_coauthors_member", "story_coauthors", ["member"], unique=False)
    op.create_table(
        "story_tries",
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("story", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities.id"],
            name=op.f("fk_story_tries_community"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member"], ["members.id"], name=op.f("fk_story_tries_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story"], ["stories.id"], name=op.f("fk_story_tries_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story", "member", name=op.f("pk_story_tries")),
    )
    op.create_index(op.f("ix_story_tries_community"), "story_tries", ["community"], unique=False)
    op.create_index("ix_story_tries_member", "story_tries", ["member"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _index_on_sqlite()
    else:
        _index_on_postgres()


def downgrade() -> None:
    """Take the change back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_stories")
    op.drop_index("ix_story_tries_member", table_name="story_tries")
    op.drop_index(op.f("ix_story_tries_community"), table_name="story_tries")
    op.drop_table("story_tries")
    op.drop_index("ix_story_coauthors_member", table_name="story_coauthors")
    op.drop_index(op.f("ix_story_coauthors_community"), table_name="story_coauthors")
    op.drop_table("story_coauthors")
    op.drop_index("ix_story_celebrations_member", table_name="story_celebrations")
    op.drop_index(op.f("ix_story_celebrations_community"), table_name="story_celebrations")
    op.drop_table("story_celebrations")
    op.drop_index(op.f("ix_story_turns_community"), table_name="story_turns")
    op.drop_table("story_turns")
    op.drop_index("ix_stories_community_state", table_name="stories")
    op.drop_index(op.f("ix_stories_community"), table_name="stories")
    op.drop_index(op.f("ix_stories_author"), table_name="stories")
    op.drop_table("stories")
    op.drop_table("story_setups")


def _index_on_sqlite() -> None:
    insert = (
        "INSERT INTO search_stories (rowid, title, tags, words) "
        "SELECT new.id, new.title_words, new.tag_words, new.text_words "
        "WHERE new.state = 'published';"
    )
    delete = "DELETE FROM search_stories WHERE rowid = old.id;"
    op.execute(
        "CREATE VIRTUAL TABLE search_stories USING fts5("
        "title, tags, words, tokenize = 'porter unicode61')"
    )
    for name, event, does in (
        ("added", "INSERT", insert),
        ("changed", "UPDATE", f"{delete} {insert}"),
        ("removed", "DELETE", delete),
    ):
        op.execute(
            f"CREATE TRIGGER search_stories_{name} AFTER {event} ON stories BEGIN {does} END"
        )


def _index_on_postgres() -> None:
    op.execute(
        "CREATE INDEX search_stories ON stories USING gin (("
        "setweight(to_tsvector('english', title_words), 'A')"
        " || setweight(to_tsvector('english', tag_words), 'B')"
        " || to_tsvector('english', text_words)"
        ")) WHERE state = 'published'"
    )
