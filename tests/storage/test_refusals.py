"""A database that takes nothing now is told from a fault of ours, on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.errors import DatabaseUnready
from storage.database import Database
from storage.refusals import AWAY, BUSY, FULL, refusing
from storage.secrets import Vault
from tests.conftest import SECRET
from tests.leaders import START

SOON = timedelta(milliseconds=50)


def write(database: Database, *, length: int = 0) -> None:
    with database.transaction() as db:
        db.communities.add("Leaders " * length, zone="Europe/London", now=START)


def fill(database: Database) -> None:
    """No page may be added to the file; SQLite answers as it does on a full disk."""
    with database.transaction() as db:
        pages = db.connection.exec_driver_sql("PRAGMA page_count").scalar()
        db.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def test_full_sqlite_says_so_and_takes_words_again_when_there_is_room(database):
    fill(database)

    with pytest.raises(DatabaseUnready) as caught:
        write(database, length=2000)
    with database.transaction() as db:
        assert db.communities.all() == ()
        db.connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    write(database, length=2000)

    assert str(caught.value) == FULL


def test_sqlite_locked_by_another_says_so_and_goes_on_afterwards(database):
    hasty = Database(str(database.engine.url), Vault(SECRET), patience=SOON)

    with database.transaction(), pytest.raises(DatabaseUnready) as caught:
        write(hasty)
    write(hasty)

    hasty.close()
    assert str(caught.value) == BUSY


def test_sqlite_that_can_only_be_read_is_away(database):
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")

        with pytest.raises(DatabaseUnready) as caught, refusing():
            connection.exec_driver_sql("DELETE FROM communities")

    assert str(caught.value) == AWAY


def test_row_that_another_holds_on_postgresql_is_busy(migrated_postgres, postgres_url):
    address = f"{postgres_url.removesuffix('/postgres')}/{migrated_postgres}"
    first, second = (Database(address, Vault(SECRET), patience=SOON) for _ in range(2))

    with first.transaction() as db:
        db.connection.exec_driver_sql("LOCK TABLE communities")
        with pytest.raises(DatabaseUnready) as caught:
            write(second)

    first.close()
    second.close()
    assert str(caught.value) == BUSY


def test_postgresql_that_ends_the_connection_or_is_not_there_is_away(
    migrated_postgres, postgres_url
):
    address = f"{postgres_url.removesuffix('/postgres')}/{migrated_postgres}"
    database = Database(address, Vault(SECRET))
    nowhere = Database("postgresql://127.0.0.1:1/leaders", Vault(SECRET))

    with pytest.raises(DatabaseUnready) as ended, database.transaction() as db:
        db.connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(DatabaseUnready) as refused:
        write(nowhere)
    with database.transaction() as db:
        assert db.connection.exec_driver_sql("SELECT 1").scalar() == 1

    database.close()
    assert (str(ended.value), str(refused.value)) == (AWAY, AWAY)


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("53100", FULL),
        ("53300", BUSY),
        ("40P01", BUSY),
        ("55P03", BUSY),
        ("08006", AWAY),
        ("25006", AWAY),
        ("57P03", AWAY),
        ("58030", AWAY),
        ("23505", None),
        ("42P01", None),
    ],
)
def test_states_of_postgresql_that_pass_are_told_from_faults(database, state, sentence):
    psycopg = pytest.importorskip("psycopg")
    cause = psycopg.errors.lookup(state)("something")

    expected = sa.exc.DBAPIError if sentence is None else DatabaseUnready
    with pytest.raises(expected) as caught, refusing():
        raise sa.exc.DBAPIError("SELECT 1", {}, cause)

    if sentence is not None:
        assert str(caught.value) == sentence


def test_fault_of_ours_stays_what_it_is(any_database):
    with pytest.raises(sa.exc.DBAPIError), any_database.transaction() as db:
        db.connection.exec_driver_sql("SELECT * FROM nowhere")
