"""The engine's tables: made once, and brought from one version to the next."""

import threading

import psycopg
import pytest

from bot.lanes import schema

BEFORE = "99.01.00_01_pre_before.sql", "CREATE TABLE before_new_code (id int); SELECT 1"
AFTER = "99.01.00_50_post_after.sql", "ALTER TABLE before_new_code RENAME TO after_old_code"
NEXT = "99.02.00_01_pre_next.sql", "CREATE TABLE next_version (id int)"


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}


def test_tables_are_made_once_and_are_then_current(postgres_database):
    before = schema.is_current(postgres_database)
    schema.apply(postgres_database)
    made = tables(postgres_database)
    schema.apply(postgres_database)

    assert (before, schema.is_current(postgres_database)) == (False, True)
    assert {"procrastinate_jobs", "procrastinate_workers"} < made
    assert tables(postgres_database) == made


def test_a_newer_version_is_applied_and_what_ends_the_old_one_waits_for_the_next(
    postgres_database,
):
    old = schema.shipped()
    schema.apply(postgres_database, old)
    newer = old | dict([BEFORE, AFTER])
    newest = newer | dict([NEXT])
    made = tables(postgres_database)
    found = []

    for known in (newer, newer, newest):
        is_current = schema.is_current(postgres_database, known)
        schema.apply(postgres_database, known)
        found.append((is_current, tables(postgres_database) - made))

    assert found == [
        (False, {"before_new_code"}),
        (True, {"before_new_code"}),
        (False, {"after_old_code", "next_version"}),
    ]
    # A replica of the version before finds all that it knows.
    assert schema.is_current(postgres_database, old)


def test_a_migration_that_breaks_is_not_taken_for_applied(postgres_database):
    schema.apply(postgres_database)
    broken = schema.shipped() | {BEFORE[0]: "CREATE TABLE before_new_code (id int); SELECT 1/0"}

    with pytest.raises(psycopg.errors.DivisionByZero):
        schema.apply(postgres_database, broken)

    assert "before_new_code" not in tables(postgres_database)
    assert not schema.is_current(postgres_database, broken)


def test_two_that_migrate_at_once_wait_for_each_other(postgres_database):
    errors = []

    def migrate() -> None:
        try:
            schema.apply(postgres_database)
        except psycopg.Error as error:
            errors.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert schema.is_current(postgres_database)
