"""Migrations make exactly what ``storage.tables`` says, and can be taken back."""

import pytest
import sqlalchemy as sa
from alembic import command

from storage import migrate
from storage.database import Database
from storage.secrets import Vault
from storage.tables import metadata
from tests.conftest import SECRET
from tests.leaders import START


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """A database without any table."""
    url = (
        f"sqlite:///{tmp_path}/empty.db"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_database")
    )
    opened = Database(url, Vault(SECRET))
    yield opened
    opened.close()


def tables(database: Database) -> set[str]:
    found = set(sa.inspect(database.engine).get_table_names())
    return {name for name in found if not name.startswith(migrate.SEARCH)}


def downgrade(database: Database) -> None:
    with database.engine.connect() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        connection.commit()


def test_migrating_makes_what_the_tables_say(empty):
    migrate.migrate(empty)

    assert tables(empty) == {*metadata.tables, "alembic_version"}
    assert migrate.differences(empty) == []


def test_differences_name_what_is_missing(empty):
    migrate.migrate(empty)
    with empty.transaction() as db:
        db.connection.exec_driver_sql("DROP TABLE web_reads")

    found = migrate.differences(empty)

    assert [(each[0], each[1].name) for each in found] == [
        ("add_table", "web_reads"),
        ("add_index", "ix_web_reads_community"),
    ]


def test_a_database_is_current_once_it_is_migrated(empty):
    before = migrate.is_current(empty)
    migrate.migrate(empty)

    assert (before, migrate.is_current(empty)) == (False, True)


def test_migrating_again_changes_nothing(empty):
    migrate.migrate(empty)
    with empty.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)

    migrate.migrate(empty)

    with empty.transaction() as db:
        assert [each.name for each in db.communities.all()] == ["Leaders"]
    assert migrate.differences(empty) == []


def test_migrations_can_be_taken_back_and_done_again(empty):
    migrate.migrate(empty)
    downgrade(empty)
    left = tables(empty)
    migrate.migrate(empty)

    assert left == {"alembic_version"}
    assert migrate.differences(empty) == []
