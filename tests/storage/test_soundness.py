"""A database that nobody closed is looked over before the bot serves from it, and only then."""

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app import open_database
from bot.errors import SettingsError
from bot.settings import Settings
from storage.soundness import was_left_open
from tests.leaders import START

# Of SQLite's pages; the first holds the list of tables, which any command would miss.
PAGE = 4096
ADVICE = "Put the newest backup in its place: “python -m bot restore FILE”."


@pytest.fixture
def chosen(tmp_path) -> Settings:
    return Settings(
        _env_file=None, database_url=f"sqlite:///{tmp_path}/leaders.db", keys_dir=tmp_path / "keys"
    )


def crashed(chosen: Settings, folder: Path) -> Path:
    """The files as a process leaves them that is killed: nobody closed them."""
    database = open_database(chosen)
    with database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)
    here = folder / "leaders.db"
    for end in ("", "-wal"):
        shutil.copy(f"{here}{end}", f"{here}.crashed{end}")
    database.close()
    for end in ("", "-wal"):
        Path(f"{here}.crashed{end}").replace(f"{here}{end}")
    return here


def damage(path: Path) -> None:
    """Every page but the first is overwritten, as by a disk that lost them."""
    whole = path.read_bytes()
    path.write_bytes(whole[:PAGE] + b"\xff" * (len(whole) - PAGE))


def test_database_that_was_closed_is_not_left_open(chosen, tmp_path):
    open_database(chosen).close()

    assert was_left_open(tmp_path / "leaders.db") is False


def test_crash_is_noticed_and_nothing_that_was_committed_is_lost(chosen, tmp_path):
    crashed(chosen, tmp_path)

    with capture_logs() as logged:
        database = open_database(chosen, to_serve=True)
    with database.transaction() as db:
        found = [each.name for each in db.communities.all()]
    database.close()
    with capture_logs() as afterwards:
        open_database(chosen, to_serve=True).close()

    assert [line["event"] for line in logged] == ["database_left_open"]
    assert (found, afterwards) == (["Leaders"], [])


def test_damage_after_a_crash_stops_the_start_and_says_how_to_restore(chosen, tmp_path):
    path = crashed(chosen, tmp_path)
    # Without its log: what is in it would mend the pages it holds.
    Path(f"{path}-wal").write_bytes(b"")
    open_database(chosen).close()
    damage(path)
    Path(f"{path}-wal").write_bytes(b"")

    with capture_logs(), pytest.raises(SettingsError) as caught:
        open_database(chosen, to_serve=True)

    assert str(caught.value).startswith(f"The database {path} is damaged (")
    assert str(caught.value).endswith(f"). {ADVICE}")


def test_damage_that_only_a_look_at_every_page_finds_is_found(chosen, tmp_path):
    path = crashed(chosen, tmp_path)
    Path(f"{path}-wal").unlink()
    open_database(chosen).close()
    whole = path.read_bytes()
    # The last page of all is an index or a table that no command at the start reads.
    path.write_bytes(whole[:-PAGE] + b"\xff" * PAGE)
    Path(f"{path}-wal").write_bytes(b"")

    with capture_logs(), pytest.raises(SettingsError) as caught:
        open_database(chosen, to_serve=True)

    assert str(caught.value).endswith(f"). {ADVICE}")


def test_file_that_is_no_database_says_so_to_every_command(chosen, tmp_path):
    path = tmp_path / "leaders.db"
    path.write_text("no database at all" * 1000)

    with pytest.raises(SettingsError) as caught:
        open_database(chosen)

    assert str(caught.value) == (
        f"The database {path} is damaged (file is not a database). {ADVICE}"
    )
