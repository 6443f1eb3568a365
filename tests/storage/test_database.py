"""Transactions: whole or not at all, one after another, and told of after the commit."""

import asyncio
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.errors import DatabaseUnready
from bot.ids import Lane
from storage.database import Database
from storage.refusals import AWAY
from storage.rows import upsert
from storage.secrets import Vault
from storage.tables import communities, lanes
from storage.unit_of_work import Touched, UnitOfWork
from tests.conftest import SECRET
from tests.leaders import START
from tests.plugins.postgres import made_database

LABEL = START.replace(tzinfo=None)
DAILY_WORK = 100


def add_community(name: str):
    return lambda db: db.communities.add(name, zone="Europe/London", now=START)


def names(database: Database) -> list[str]:
    with database.transaction() as db:
        return [each.name for each in db.communities.all()]


def read_then_write(url: str, writer: str) -> int:
    """Work as a handler does it, and as no deferred transaction can beside another: in a row."""
    # On a machine under load one writer may be overtaken again and again.
    database = Database(url, Vault(SECRET), patience=timedelta(seconds=20))
    failures = 0
    for number in range(DAILY_WORK):
        try:
            with database.transaction() as db:
                seen = len(db.communities.all())
                db.communities.add(f"{writer} {number} {seen}", zone="Europe/London", now=START)
        except DatabaseUnready:
            failures += 1
    database.close()
    return failures


def test_two_processes_that_read_and_then_write_never_find_the_database_locked(database):
    url = str(database.engine.url)
    spawn = multiprocessing.get_context("spawn")

    with spawn.Pool(2) as pool:
        failures = pool.starmap(read_then_write, [(url, "first"), (url, "second")])

    assert failures == [0, 0]
    # Each saw what the ones before had written, so that no count came twice.
    counts = [int(name.split()[-1]) for name in names(database)]
    assert sorted(counts) == list(range(2 * DAILY_WORK))


def test_two_databases_on_one_file_wait_for_each_other(database):
    url = str(database.engine.url)

    with ThreadPoolExecutor(2) as threads:
        failures = list(threads.map(read_then_write, [url, url], ["first", "second"]))

    assert failures == [0, 0]
    assert len(names(database)) == 2 * DAILY_WORK


def test_who_falls_silent_in_the_middle_does_not_keep_what_others_wait_for(
    migrated_postgres, postgres_url
):
    drainer = {"lane": "slack:T1", "drainer": "one"}
    with made_database(postgres_url, template=migrated_postgres) as url:
        silent = Database(url, Vault(SECRET), silence=timedelta(milliseconds=500))
        heir = Database(url, Vault(SECRET), patience=timedelta(seconds=20))

        def fall_silent() -> None:
            with silent.transaction() as db:
                upsert(db.connection, lanes, drainer, keys=("lane",))
                with heir.transaction() as other:
                    upsert(other.connection, lanes, drainer | {"drainer": "two"}, keys=("lane",))
                db.communities.all()

        with pytest.raises(DatabaseUnready) as refusal:
            fall_silent()

        assert str(refusal.value) == AWAY
        with silent.transaction() as db:
            assert db.drain.drains(Lane("slack:T1"), "two")
        silent.close()
        heir.close()


def test_a_reader_takes_the_lock_at_once(database):
    # Were the lock taken only by the first write, the other could begin beside this one.
    other = sa.create_engine(database.engine.url, connect_args={"timeout": 0})

    with database.transaction() as db:
        db.communities.all()
        with other.connect() as connection, pytest.raises(sa.exc.OperationalError) as caught:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    other.dispose()
    assert "database is locked" in str(caught.value)


def test_sqlite_is_set_up_to_last(database):
    with database.transaction() as db:
        found = {
            name: db.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    # synchronous 2 is FULL.
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 2000,
    }


def test_sqlite_makes_the_folder_of_its_file(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/deep/down/leaders.db", Vault(SECRET))

    with database.transaction() as db:
        db.connection.exec_driver_sql("SELECT 1")

    database.close()
    assert (tmp_path / "deep" / "down" / "leaders.db").exists()


def test_sqlite_can_live_in_memory():
    database = Database("sqlite:///:memory:", Vault(SECRET))

    with database.transaction() as db:
        assert db.connection.exec_driver_sql("SELECT 1").scalar() == 1

    database.close()


async def test_what_is_done_in_a_transaction_is_kept_and_returned(any_database):
    number = await any_database.run(add_community("Leaders"))

    with any_database.transaction() as db:
        assert db.communities.get(number).name == "Leaders"


async def test_an_error_takes_back_all_that_was_done(any_database):
    def broken(db: UnitOfWork) -> None:
        db.communities.add("Leaders", zone="Europe/London", now=START)
        raise ValueError("broke")

    with pytest.raises(ValueError, match="broke"):
        await any_database.run(broken)

    assert names(any_database) == []


async def test_transactions_run_off_the_event_loop(any_database):
    here = threading.current_thread()

    there = await any_database.run(lambda _: threading.current_thread())

    assert there is not here
    assert there.name.startswith("database")


async def test_many_at_once_all_take_place(any_database):
    await asyncio.gather(*(any_database.run(add_community(f"C{n}")) for n in range(30)))

    assert sorted(names(any_database)) == sorted(f"C{n}" for n in range(30))


def test_listeners_hear_of_it_after_the_commit_and_of_nothing_else(any_database):
    heard: list[tuple[Touched, list[str]]] = []
    any_database.listen(lambda touched: heard.append((touched, names(any_database))))

    with any_database.transaction() as db:
        community = db.communities.add("Leaders", zone="Europe/London", now=START)
    with any_database.transaction() as db:
        db.communities.add("Others", zone="Europe/London", now=START)
        db.schedule.add(community, "upkeep", subject="", label=LABEL, zone="UTC")

    # What the listener reads in a transaction of its own is there, so the commit came before.
    assert heard == [(Touched(schedule=True), ["Leaders", "Others"])]


async def test_listeners_hear_nothing_of_what_was_taken_back(any_database):
    heard: list[Touched] = []
    any_database.listen(heard.append)

    def broken(db: UnitOfWork) -> None:
        community = db.communities.add("Leaders", zone="Europe/London", now=START)
        db.schedule.add(community, "upkeep", subject="", label=LABEL, zone="UTC")
        raise ValueError("broke")

    with pytest.raises(ValueError, match="broke"):
        await any_database.run(broken)

    assert heard == []


def test_a_repository_is_made_once_a_transaction(any_database):
    with any_database.transaction() as db:
        every = ("audit", "coffee", "communities", "members", "outbox", "schedule", "taps", "web")
        for name in (*every, "workspaces"):
            assert getattr(db, name) is getattr(db, name)


def test_instants_come_back_aware_and_in_utc(any_database):
    with any_database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START.astimezone())
        found = db.connection.execute(sa.select(communities.c.created_at)).scalar_one()

    assert found == START
    assert found.tzinfo == START.tzinfo


def test_foreign_keys_hold(any_database):
    with pytest.raises(sa.exc.IntegrityError), any_database.transaction() as db:
        db.members.add(999, "Ada", zone="Europe/London", now=START)


def test_error_of_the_database_tells_no_values(any_database: Database) -> None:
    def add() -> None:
        with any_database.transaction() as db:
            db.communities.add("a marker that nobody may read", zone="Europe/London", now=START)

    add()

    with pytest.raises(sa.exc.IntegrityError) as caught:
        add()

    assert "a marker" not in str(caught.value).split("DETAIL")[0]
