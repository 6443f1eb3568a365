"""The tables of the engine that spreads lanes over replicas, brought up to date.

Procrastinate ships its tables as one file and the way from each version to the next as numbered
ones, and leaves it to whoever installs it to remember which were applied: we do in a table.
"""

from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager

# Two that migrate at once wait for each other; any number that nobody else in the database uses.
LOCK = 5_324_711
# A file so marked is for when no older code runs any more.
_POST = "_post_"

Migrations = dict[str, str]


def shipped() -> Migrations:
    """The migrations that the installed version brings, by name and in order."""
    folder = Path(SchemaManager.get_migrations_path())
    return {file.name: file.read_text() for file in sorted(folder.glob("*.sql"))}


def apply(url: str, migrations: Migrations | None = None) -> None:
    """Make the engine's tables, or bring them to this version; else this changes nothing.

    What ends a change for good (a ``post`` migration) is left to the next version's migration,
    since replicas of the last version still run while this one is put in place.
    """
    known = shipped() if migrations is None else migrations
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        if not _has_record(connection):
            with connection.transaction():
                connection.execute(SchemaManager.get_schema().encode())
                connection.execute("CREATE TABLE procrastinate_migrations (name text PRIMARY KEY)")
                _record(connection, *known)
        for name in _missing(known, _applied(connection)):
            with connection.transaction():
                connection.execute(known[name].encode())
                _record(connection, name)


def is_current(url: str, migrations: Migrations | None = None) -> bool:
    """Whether the engine's tables are there and of this version."""
    known = shipped() if migrations is None else migrations
    with psycopg.connect(url, autocommit=True) as connection:
        return _has_record(connection) and not _missing(known, _applied(connection))


def _missing(known: Migrations, applied: frozenset[str]) -> tuple[str, ...]:
    names = [name for name in known if name not in applied]
    while names and _POST in names[-1]:
        names.pop()
    return tuple(names)


def _has_record(connection: psycopg.Connection) -> bool:
    found = connection.execute("SELECT to_regclass('procrastinate_migrations')").fetchone()
    return found is not None and found[0] is not None


def _applied(connection: psycopg.Connection) -> frozenset[str]:
    rows = connection.execute("SELECT name FROM procrastinate_migrations")
    return frozenset(str(name) for (name,) in rows)


def _record(connection: psycopg.Connection, *names: str) -> None:
    for name in names:
        connection.execute("INSERT INTO procrastinate_migrations VALUES (%s)", (name,))
