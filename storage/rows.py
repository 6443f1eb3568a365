"""The few statements that SQLite and PostgreSQL spell the same but SQLAlchemy does not."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

# Both databases stay well below their limits of bound parameters with this many, and a progress
# bar moves.
BATCH = 500
T = TypeVar("T")


def batches(many: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many at a time as one statement takes."""
    return (many[start : start + BATCH] for start in range(0, len(many), BATCH))


def insert_new(
    connection: sa.Connection, table: sa.Table, values: dict[str, Any] | list[dict[str, Any]]
) -> int:
    """Insert what is not there yet; how many rows were new. A conflict of any key is no error."""
    if not values:
        return 0
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(values).on_conflict_do_nothing()
    # The row count of an insert is not the same on every driver; what it returns is.
    return len(connection.execute(statement.returning(sa.literal(1))).all())


def insert_each_new(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert those of many rows that are not there yet; all rows name the same columns."""
    if not rows:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)


def upsert(
    connection: sa.Connection, table: sa.Table, values: dict[str, Any], *, keys: tuple[str, ...]
) -> None:
    """Insert a row, or overwrite the one with the same keys."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    changed = {name: value for name, value in values.items() if name not in keys}
    connection.execute(
        dialect.insert(table)
        .values(values)
        .on_conflict_do_update(index_elements=list(keys), set_=changed)
    )


def insert_or_renew(
    connection: sa.Connection,
    table: sa.Table,
    values: dict[str, Any],
    *,
    keys: tuple[str, ...],
    where: sa.ColumnElement[bool],
) -> bool:
    """Insert a row, or overwrite the one with the same keys ``where`` that says so; whether it did.

    On PostgreSQL it waits for whoever is inserting the same keys to commit or to give up.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    changed = {name: value for name, value in values.items() if name not in keys}
    statement = dialect.insert(table).values(values)
    statement = statement.on_conflict_do_update(
        index_elements=list(keys), set_=changed, where=where
    )
    return bool(connection.execute(statement.returning(sa.literal(1))).all())


def insert_row(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    """Insert a row; its number."""
    statement = table.insert().values(**values).returning(table.c.id)
    return int(connection.execute(statement).scalar_one())
