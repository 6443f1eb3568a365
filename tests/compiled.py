"""SQL compiled once for all databases of a test run.

SQLAlchemy compiles a statement once per engine. The bot has one engine for its whole life; a test
run has thousands, each for a few dozen statements, so that compiling them was most of its work.
"""

from collections.abc import Hashable
from typing import Any

from storage.database import Database

# What SQLAlchemy's cache is asked by: a dialect, one object an engine, and then the statement.
Key = tuple[Any, *tuple[Hashable, ...]]


class Compiled(dict[tuple[Hashable, ...], Any]):
    """What every engine of one kind of database has compiled so far."""

    def get(self, key: Key, default: Any = None) -> Any:
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: Key, compiled: Any) -> None:
        super().__setitem__(_of_kind(key), compiled)


_SHARED = Compiled()


def share_compiled(database: Database) -> Database:
    """The same database; it takes statements that another one has compiled."""
    database.engine.update_execution_options(compiled_cache=_SHARED)
    return database


def _of_kind(key: Key) -> tuple[Hashable, ...]:
    dialect, *statement = key
    return (dialect.name, *statement)
