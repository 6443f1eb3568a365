"""Full text search among published stories: FTS5 on SQLite, text search on PostgreSQL.

What is asked for are words without signs, as ``bot.domain.stories_search.terms`` makes them. A
word finds what begins with its stem. A title counts most, then tags, then the rest.

Sources: https://www.sqlite.org/fts5.html,
https://www.postgresql.org/docs/current/textsearch-controls.html
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.ids import CommunityId
from storage.tables import stories

# How much more a word in the title, in the tags and in the rest counts in FTS5's ranking.
_WEIGHTS = (8.0, 4.0, 1.0)
# Written out, so that PostgreSQL knows that its index holds what is asked for.
_PUBLISHED: sa.ColumnClause[Any] = sa.literal_column("'published'")


def search(
    connection: sa.Connection,
    community: CommunityId,
    terms: Sequence[str],
    *,
    every: bool,
    limit: int,
) -> tuple[Sequence[sa.Row[Any]], int]:
    """The best rows in which ``every`` term is, or any of them; and how many rows match.

    Only published stories are looked at, whatever the index holds.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    matching, best = (_on_sqlite if is_sqlite else _on_postgres)(terms, every=every)
    seen = (stories.c.community == community, stories.c.state == _PUBLISHED, matching)
    source: sa.FromClause = stories
    counted = sa.select(sa.func.count()).select_from(stories).where(*seen)
    if is_sqlite:
        index = sa.table("search_stories", sa.column("rowid"))
        source = stories.join(index, index.c.rowid == stories.c.id)
        # Joined, SQLite would ask the index once for each story there is.
        matched = sa.select(index.c.rowid).where(matching)
        counted = (
            sa.select(sa.func.count())
            .select_from(stories)
            .where(*seen[:2], stories.c.id.in_(matched))
        )
    rows = connection.execute(
        sa.select(stories)
        .select_from(source)
        .where(*seen)
        .order_by(best, stories.c.published_at.desc(), stories.c.id.desc())
        .limit(limit)
    ).all()
    return rows, int(connection.execute(counted).scalar_one())


def forget_removed(connection: sa.Connection) -> None:
    """Keep nothing of what left the index: FTS5 itself removes old words only in time."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO search_stories (search_stories) VALUES ('optimize')"
        )


def _on_sqlite(
    terms: Sequence[str], *, every: bool
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[Any]]:
    asked = (" AND " if every else " OR ").join(f'"{term}" *' for term in terms)
    name: sa.ColumnClause[Any] = sa.literal_column("search_stories")
    matching: sa.ColumnElement[bool] = name.op("MATCH", is_comparison=True)(asked)
    return matching, sa.func.bm25(name, *_WEIGHTS)


def _on_postgres(
    terms: Sequence[str], *, every: bool
) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[Any]]:
    # Word for word what the index was made of, else it would not be used.
    document: sa.ColumnClause[Any] = sa.literal_column(
        "(setweight(to_tsvector('english', stories.title_words), 'A')"
        " || setweight(to_tsvector('english', stories.tag_words), 'B')"
        " || to_tsvector('english', stories.text_words))"
    )
    asked = sa.func.to_tsquery(
        sa.literal_column("'english'"),
        (" & " if every else " | ").join(f"{term}:*" for term in terms),
    )
    return document.op("@@", is_comparison=True)(asked), sa.func.ts_rank(document, asked).desc()
