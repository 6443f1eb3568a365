"""One bot on a SQLite file, and the next one as soon as it is gone, however it went."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import SettingsError
from storage.only_process import only_process

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from storage.only_process import only_process
with only_process(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "leaders.db"


def refused(path: Path) -> str:
    with pytest.raises(SettingsError) as caught, only_process(f"sqlite:///{path}"):
        pass
    return str(caught.value)


def test_a_second_bot_on_one_file_is_refused_with_the_process_of_the_first(path):
    with only_process(f"sqlite:///{path}"):
        sentence = refused(path)
    with only_process(f"sqlite:///{path}"):
        pass

    assert sentence == (
        f"Another bot (process {os.getpid()}) is running on {path}; stop it first, or set "
        "another DATABASE_URL."
    )


def test_a_place_where_no_file_can_be_made_is_named(tmp_path):
    (tmp_path / "data").write_text("no folder")

    sentence = refused(tmp_path / "data" / "leaders.db")

    assert sentence == (
        f"DATABASE_URL: {tmp_path}/data/leaders.db.lock can't be written (File exists)."
    )


def test_a_holder_that_is_not_known_is_left_out(path):
    with only_process(f"sqlite:///{path}"):
        path.with_name("leaders.db.lock").write_text("")
        sentence = refused(path)

    assert sentence.startswith(f"Another bot is running on {path}; ")


def test_a_bot_that_was_killed_leaves_the_file_to_the_next(path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, f"sqlite:///{path}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        sentence = refused(path)
        holder.kill()

    with only_process(f"sqlite:///{path}"):
        taken = path.with_name("leaders.db.lock").read_text()

    assert sentence.startswith(f"Another bot (process {holder.pid}) is running on ")
    assert taken == f"{os.getpid()}\n"


@pytest.mark.parametrize("url", ["postgresql://somewhere/leaders", "sqlite:///:memory:"])
def test_other_databases_serve_several(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with only_process(url), only_process(url):
        pass

    assert list(tmp_path.iterdir()) == []
