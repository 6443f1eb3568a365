"""Hold concerns, why somebody takes no part, whom to turn to, and what was done for members."""

import sqlalchemy as sa
from alembic import op

from storage.tables import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply the change; code already running ignores the new tables."""
    op.create_table(
        "standings",
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        *_belongs("standings", "member", none=("set_by",)),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_standings")),
    )
    op.create_table(
        "concerns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("about", sa.Integer(), nullable=False),
        sa.Column("contact", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("read_at", Instant(timezone=True), nullable=True),
        *_belongs("concerns", "member", "about", "contact"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
        sa.UniqueConstraint("key", name=op.f("uq_concerns_key")),
    )
    op.create_table(
        "done_for",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community", sa.Integer(), nullable=True),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=True),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        *_belongs("done_for", "member", none=("by",)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_done_for")),
    )
    for table, column in (
        ("standings", "community"),
        ("concerns", "community"),
        ("concerns", "member"),
        ("done_for", "community"),
        ("done_for", "member"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    """Take the change back."""
    for table in ("done_for", "concerns", "standings"):
        op.drop_table(table)


def _belongs(
    table: str, *members: str, none: tuple[str, ...] = ()
) -> list[sa.ForeignKeyConstraint]:
    """The community a row belongs to, the members it goes with, and those it outlives."""
    ends = [("community", "communities.id", "CASCADE")]
    ends += [(each, "members.id", "CASCADE") for each in members]
    ends += [(each, "members.id", "SET NULL") for each in none]
    return [
        sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"), ondelete=then)
        for column, to, then in ends
    ]
