"""Whether a SQLite database came through the end of the process that had it open."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from bot.errors import SettingsError
from storage.database import Database

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def was_left_open(path: Path) -> bool:
    """Whether nobody closed the database, to be asked before it is opened.

    The last to close it takes the write-ahead log away; whoever was killed, or lost power, could
    not. It is there too while another process has the database open.
    """
    return path.with_name(f"{path.name}-wal").exists()


def reach(database: Database, *, thoroughly: bool) -> None:
    """Nothing, where the database answers and is sound.

    ``thoroughly`` reads every page, which takes about as long as reading the file. Raises
    ``SettingsError``, with what to do, for a damaged database and for one that does not answer.
    """
    try:
        database.reach()
        if not thoroughly:
            return
        with database.engine.connect() as connection:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    except sa.exc.DatabaseError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
            raise
        raise SettingsError(_damaged(database, str(error.orig))) from error
    if found != "ok":
        raise SettingsError(_damaged(database, found.splitlines()[-1]))


def _damaged(database: Database, reason: str) -> str:
    return (
        f"The database {database.engine.url.database} is damaged ({reason}). Put the newest "
        "backup in its place: “python -m bot restore FILE”."
    )
