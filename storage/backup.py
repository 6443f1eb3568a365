"""A SQLite file copied while the bot runs, looked over before it counts, and put in place again.

``VACUUM INTO`` reads one moment of the database and holds up nobody who writes. Unlike a copy of
the pages it takes along nothing that was deleted, nor the order in which rows came: the survey
answers' own file, once there is one, goes through the same function. Keys never do.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CommandError
from storage.tables import communities, members

OWNER_ONLY = 0o600
# How many steps of SQLite's machine pass between two looks at how far it has come.
STEPS = 100_000
VERSION_TABLE = "alembic_version"
# What lies beside a database that was not closed.
LEFTOVERS = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a sound file holds: the migration it is at, and how many there are of what counts."""

    version: str
    communities: int
    members: int
    bytes: int


def make(source: Path, target: Path, *, seen: Callable[[float], None]) -> Contents:
    """Copy a database, whoever uses it meanwhile; ``seen`` hears the share that is done.

    The copy is readable by its owner alone, and has its name only once it was found sound. Raises
    ``CommandError`` where that can't be, and never touches a file that is there.
    """
    if not source.is_file():
        raise CommandError(f"There is no database at {source}; set DATABASE_URL.")
    with unfinished(target) as part:
        try:
            # “rw”: it must be there already.
            with closing(sqlite3.connect(f"{_uri(source)}?mode=rw", uri=True)) as connection:
                connection.set_progress_handler(_looks(connection, part, seen), STEPS)
                connection.execute("VACUUM INTO ?", (str(part),))
        except sqlite3.Error as error:
            raise CommandError(f"{source} could not be copied: {error}.") from error
        return examined(part)


def examined(path: Path) -> Contents:
    """What a file holds; raises ``CommandError`` for a damaged one, and what is no backup of us."""
    if any(_beside(path, end).exists() for end in LEFTOVERS):
        raise CommandError(f"{path} is in use or was copied in use; take one made by “backup”.")
    try:
        # “immutable”: nothing is made beside it, and it may lie where we can't write.
        with closing(sqlite3.connect(f"{_uri(path)}?mode=ro&immutable=1", uri=True)) as connection:
            return _examined(path, connection)
    except sqlite3.Error as error:
        raise CommandError(f"{path} is damaged, or no backup of the bot: {error}.") from error


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """A file beside the target, its owner's alone, that takes its name if the block ends well.

    Raises ``CommandError`` where the target exists, or no file can be made there.
    """
    part = target.with_name(f".{target.name}.part")
    if target.exists():
        raise CommandError(f"{target} is there already; nothing is overwritten.")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
        try:
            yield part
            safe(part)
            # Claimed first: whoever else made it meanwhile keeps what is theirs.
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
            part.replace(target)
            safe(target.parent)
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError as error:
        raise CommandError(f"{target} is there already; nothing is overwritten.") from error
    except OSError as error:
        raise CommandError(f"{target} can't be written: {error.strerror}.") from error


def remove(path: Path) -> None:
    """Take a file of an unfinished restore away, with what lies beside it."""
    for each in (path, *(_beside(path, end) for end in LEFTOVERS)):
        each.unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else has the database open in the block; raises ``CommandError`` where they have.

    SQLite leaves its write-ahead log only for the last connection, so that a bot that is idle is
    found too. A damaged file can't be asked, and is let pass.
    """
    with closing(sqlite3.connect(f"{_uri(path)}?mode=rw", uri=True, timeout=0)) as connection:
        connection.isolation_level = None
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise CommandError(
                    "The bot, or another command, is using the database. Stop it first."
                ) from error
        yield


def put(part: Path, path: Path, former: Path) -> None:
    """Put a file in a database's place at one instant; what was there keeps the former name."""
    if path.exists():
        try:
            os.link(path, former)
        except FileExistsError as error:
            raise CommandError(f"{former} is there already; nothing was changed.") from error
        except OSError:
            # Not every file system lets a file have two names.
            shutil.copyfile(path, former)
        former.chmod(OWNER_ONLY)
        for end in LEFTOVERS:
            with suppress(FileNotFoundError):
                _beside(path, end).replace(_beside(former, end))
    part.replace(path)
    safe(path.parent)


def safe(path: Path) -> None:
    """Have a file's words, or a folder's names, on the disk itself."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _examined(path: Path, connection: sqlite3.Connection) -> Contents:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise CommandError(f"{path} is damaged: {found}.")
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    missing = {communities.name, members.name, VERSION_TABLE} - tables
    if missing:
        raise CommandError(f"{path} is no backup of the bot: it has no “{min(missing)}”.")
    loose = connection.execute("PRAGMA foreign_key_check").fetchone()
    if loose is not None:
        raise CommandError(f"{path} is damaged: a row of “{loose[0]}” belongs to nothing.")

    def count(table: str) -> int:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - our own names.

    version = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - the same.
    return Contents(
        version=version[0] if version else "",
        communities=count(communities.name),
        members=count(members.name),
        bytes=path.stat().st_size,
    )


def _looks(
    connection: sqlite3.Connection, part: Path, seen: Callable[[float], None]
) -> Callable[[], int]:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    whole = max(1, pages * connection.execute("PRAGMA page_size").fetchone()[0])

    def look() -> int:
        seen(min(1.0, part.stat().st_size / whole))
        return 0

    return look


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def _uri(path: Path) -> str:
    return path.absolute().as_uri()
