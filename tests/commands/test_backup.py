"""``backup`` and ``restore`` as an operator runs them, on both databases."""

import os
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from bot.chat.messages import Account, message, text
from bot.ids import Lane
from bot.times import utc_now
from storage.database import Database
from storage.migrate import _config, differences, migrate
from storage.only_process import only_process
from storage.outbox import State
from storage.restoring import REASON
from storage.secrets import Vault
from storage.web import web_account
from tests.commands.test_small_commands import Result, run
from tests.conftest import SECRET

__all__ = ["run"]

ADA = Account(Lane("slack:T1"), "U1")
NEWEST = ScriptDirectory.from_config(_config()).get_current_head()
POSTGRES = {"SECRET_KEY": "a secret key of forty characters, or so"}
KEYS_APART = (
    "The keys in data/keys are not in it: keep them elsewhere, or the platforms' tokens can't be "
    "read."
)
HELD = (
    "2 deliveries are held: they may have been sent since the backup. 1 wait for a time that has "
    "not come. Everybody signs in again."
)
PLACE = "is in place, its tables up to date."


def filled(url: str) -> Database:
    """A database with Ada in it, signed in, and deliveries sent, under way, due and to come."""
    database = Database(url, Vault(SECRET))
    migrate(database)
    now = utc_now()
    with database.transaction() as db:
        community = db.communities.add("Leaders", zone="Europe/London", now=now)
        ada = db.members.add(community, "Ada", zone="Europe/London", now=now)
        db.members.add_account(community, ada, web_account(community, ada), now=now)
        for _ in range(2):
            db.web.make_link(community, ada, now=now)
        for key, wait in (("sent", 0), ("sending", 0), ("due", 0), ("to come", 7)):
            db.outbox.post(
                community,
                ADA,
                message(text("Hello.")),
                key=key,
                subject="s",
                now=now,
                not_before=now + timedelta(days=wait),
            )
        run_sql(db, "UPDATE outbox SET state = 'sent' WHERE key = 'sent'")
        run_sql(db, "UPDATE outbox SET state = 'sending', claim = 'c' WHERE key = 'sending'")
        run_sql(db, USE_ONE_LINK)
    return database


USE_ONE_LINK = (
    "UPDATE web_links SET used_at = expires_at WHERE hash = (SELECT min(hash) FROM web_links)"
)


def run_sql(db, statement: str):
    return db.connection.exec_driver_sql(statement)


def states(database: Database) -> dict[str, tuple[str, str]]:
    with database.transaction() as db:
        rows = run_sql(db, "SELECT key, state, reason FROM outbox ORDER BY id").all()
    return {row.key: (row.state, row.reason) for row in rows}


def names(database: Database) -> list[str]:
    with database.transaction() as db:
        return [each.name for each in db.communities.all()]


def add(database: Database, name: str) -> None:
    with database.transaction() as db:
        db.communities.add(name, zone="Europe/London", now=utc_now())


@pytest.fixture
def sqlite(run, tmp_path):
    (tmp_path / "data").mkdir()
    return filled(f"sqlite:///{tmp_path}/data/leaders.db")


def test_backup_of_a_database_in_use_is_whole_and_its_owners_alone(run, sqlite, tmp_path):
    with sqlite.transaction() as db:
        db.communities.add("Not committed", zone="Europe/London", now=utc_now())
        result = run("backup", "leaders.backup")
    sqlite.close()

    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        f"leaders.backup is whole: {size(tmp_path)} MB, 1 members, tables at {NEWEST}.",
        KEYS_APART,
    ]
    assert stat.S_IMODE((tmp_path / "leaders.backup").stat().st_mode) == 0o600
    assert listed(tmp_path) == ["data", "leaders.backup"]
    with closing(sqlite3.connect(tmp_path / "leaders.backup")) as copy:
        assert copy.execute("SELECT name FROM communities").fetchall() == [("Leaders",)]


def listed(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def size(folder: Path) -> str:
    return f"{(folder / 'leaders.backup').stat().st_size / 1e6:.1f}"


def test_backup_overwrites_nothing_and_leaves_nothing_half_made(run, sqlite, tmp_path):
    (tmp_path / "mine").write_text("mine")
    there = run("backup", "mine")
    nowhere = run("backup", "no/such/folder")
    with closing(sqlite3.connect(tmp_path / "data" / "leaders.db")) as database:
        database.execute("INSERT INTO taps VALUES (x'00', 999, '2026-11-24')")
        database.commit()
    loose = run("backup", "loose")
    sqlite.close()

    assert there == Result(1, "", "mine is there already; nothing is overwritten.\n")
    assert (tmp_path / "mine").read_text() == "mine"
    assert nowhere == Result(1, "", "no/such/folder can't be written: No such file or directory.\n")
    assert loose == Result(1, "", ".loose.part is damaged: a row of “taps” belongs to nothing.\n")
    assert listed(tmp_path) == ["data", "mine"]


def test_backup_without_a_database_says_so(run):
    assert run("backup", "b") == Result(
        1, "", "There is no database at data/leaders.db; set DATABASE_URL.\n"
    )
    assert run("backup", "b", DATABASE_URL="sqlite:///:memory:").code == 1
    assert run("restore", "b") == Result(1, "", "There is no file b.\n")


def test_restore_holds_what_may_have_been_sent_and_signs_everybody_out(run, sqlite, tmp_path):
    run("backup", "b")
    add(sqlite, "Made since")
    sqlite.close()

    result = run("restore", "b")

    [former] = (tmp_path / "data").glob("leaders.db.before-*")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        f"b {PLACE}",
        f"The former database is kept as data/{former.name}.",
        HELD,
    ]
    now, before = (
        Database(f"sqlite:///{path}", Vault(SECRET))
        for path in (tmp_path / "data" / "leaders.db", former)
    )
    assert (names(now), names(before)) == (["Leaders"], ["Leaders", "Made since"])
    assert states(now) == {
        "sent": (State.SENT, ""),
        "sending": (State.UNCERTAIN, REASON),
        "due": (State.UNCERTAIN, REASON),
        "to come": (State.QUEUED, ""),
    }
    with now.transaction() as db:
        assert run_sql(db, "SELECT count(*) FROM web_links").scalar() == 1
        assert run_sql(db, "SELECT count(*) FROM web_sessions").scalar() == 0
    now.close()
    before.close()
    assert stat.S_IMODE((tmp_path / "data" / "leaders.db").stat().st_mode) == 0o600


def test_restore_refuses_while_an_idle_bot_has_the_database_open(run, sqlite, tmp_path):
    run("backup", "b")
    add(sqlite, "Made since")

    result = run("restore", "b")

    assert result == Result(
        1, "", "The bot, or another command, is using the database. Stop it first.\n"
    )
    assert names(sqlite) == ["Leaders", "Made since"]
    sqlite.close()
    assert listed(tmp_path / "data") == ["leaders.db", "leaders.db.lock"]


def test_restore_refuses_while_a_bot_holds_the_lock_of_a_damaged_file(run, sqlite, tmp_path):
    run("backup", "b")
    sqlite.close()
    path = tmp_path / "data" / "leaders.db"
    path.write_bytes(b"no database at all, any more")

    with only_process(f"sqlite:///{path}"):
        result = run("restore", "b")

    assert result == Result(
        1,
        "",
        f"Another bot (process {os.getpid()}) is running on data/leaders.db; stop it first, or "
        "set another DATABASE_URL.\n",
    )
    assert path.read_bytes() == b"no database at all, any more"


def test_restore_brings_back_what_was_damaged_and_what_is_gone(run, sqlite, tmp_path):
    run("backup", "b")
    sqlite.close()
    path = tmp_path / "data" / "leaders.db"
    path.write_bytes(b"no database at all, any more")

    damaged = run("restore", "b")
    path.unlink()
    gone = run("restore", "b")

    assert (damaged.code, damaged.err) == (0, "")
    [former] = (tmp_path / "data").glob("leaders.db.before-*")
    assert former.read_bytes() == b"no database at all, any more"
    assert gone.out.splitlines()[:1] == [f"b {PLACE}"]
    assert "former" not in gone.out


def test_restore_refuses_what_is_damaged_newer_in_use_or_none_of_ours(run, sqlite, tmp_path):
    run("backup", "b")
    sqlite.close()
    whole = (tmp_path / "b").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "words").write_text("These are words.")
    with closing(sqlite3.connect(tmp_path / "other")) as other:
        other.execute("CREATE TABLE communities (id)")
    (tmp_path / "newer").write_bytes(whole)
    with closing(sqlite3.connect(tmp_path / "newer")) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    (tmp_path / "open").write_bytes(whole)
    (tmp_path / "open-wal").write_bytes(b"")

    refused = {name: run("restore", name) for name in ("cut", "words", "other", "newer", "open")}

    assert {each.code for each in refused.values()} == {1}
    assert {name: each.err for name, each in refused.items()} == {
        "cut": "cut is damaged, or no backup of the bot: database disk image is malformed.\n",
        "words": "words is damaged, or no backup of the bot: file is not a database.\n",
        "other": "other is no backup of the bot: it has no “alembic_version”.\n",
        "newer": "newer was made by a newer version of the bot (tables at 9999); restore it with "
        "that one.\n",
        "open": "open is in use or was copied in use; take one made by “backup”.\n",
    }
    assert listed(tmp_path / "data") == ["leaders.db"]


def test_restore_of_an_older_backup_brings_its_tables_up_to_date(run, tmp_path):
    path = tmp_path / "older"
    database = Database(f"sqlite:///{path}", Vault(SECRET))
    with database.engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    database.close()

    assert run("restore", "older").code == 0

    restored = Database(f"sqlite:///{tmp_path}/data/leaders.db", Vault(SECRET))
    assert differences(restored) == []
    restored.close()


def test_postgresql_goes_out_and_comes_back(run, postgres_database, tmp_path):
    database = filled(postgres_database)
    saved = run("backup", "b", DATABASE_URL=postgres_database, **POSTGRES)
    add(database, "Made since")
    refused = run("restore", "b")
    database.close()

    restored = run("restore", "b")
    database = Database(postgres_database, Vault(SECRET))
    found = names(database), states(database)["due"]
    database.close()
    [former] = tmp_path.glob("b.before-*")
    again = run("restore", former.name)
    database = Database(postgres_database, Vault(SECRET))
    names_again = names(database)
    database.close()

    assert (saved.code, saved.err) == (0, "")
    assert saved.out.splitlines()[0].endswith(f" MB, tables at {NEWEST}.")
    assert saved.out.splitlines()[1].startswith("SECRET_KEY is not in it: ")
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
    assert refused == Result(
        1, "", "The bot, or another program, is using the database. Stop it first.\n"
    )
    assert (restored.code, restored.err) == (0, "")
    assert found == (["Leaders"], (State.UNCERTAIN, REASON))
    assert (again.code, names_again) == (0, ["Leaders", "Made since"])


def test_postgresql_refuses_a_file_that_is_none_of_its_own(run, postgres_database, tmp_path):
    (tmp_path / "words").write_text("These are words.")
    (tmp_path / "cut").write_bytes(b"PGDMP and no more")

    words = run("restore", "words", DATABASE_URL=postgres_database, **POSTGRES)
    cut = run("restore", "cut")
    missing = run("backup", "b", PATH="/nowhere")

    assert words == Result(1, "", "words is no backup of a PostgreSQL database.\n")
    assert (cut.code, cut.err[:31]) == (1, "pg_restore could not do it: pg_")
    assert missing == Result(
        1,
        "",
        "pg_dump is not installed (Debian: apt-get install postgresql-client); it must be of the "
        "server's version or newer.\n",
    )
    assert not (tmp_path / "b").exists()
