"""Which errors mean that the database takes nothing now, whoever asks, and may take it later."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from bot.errors import DatabaseUnready

FULL = "There is no room left to write anything down. Nothing was changed; please try again later."
BUSY = "The database is busy. Nothing was changed; please try again in a minute."
AWAY = "The database does not answer. Nothing was changed; please try again in a minute."

# https://www.sqlite.org/rescode.html: an extended code has the kind in its lowest byte.
_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_IOERR: AWAY,
    sqlite3.SQLITE_READONLY: AWAY,
    sqlite3.SQLITE_CANTOPEN: AWAY,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: the longest that fits counts.
_POSTGRES = {
    "53100": FULL,  # disk full
    "53": BUSY,  # out of memory, too many connections
    "40": BUSY,  # deadlock, serialisation
    "55P03": BUSY,  # lock not available within lock_timeout
    "08": AWAY,  # connection lost or refused
    "25006": AWAY,  # a standby, which only reads: its master has failed
    "25P03": AWAY,  # we said nothing for too long in the middle of a transaction
    "57P": AWAY,  # being shut down, or starting
    "58": AWAY,  # the file system below it fails
}


@contextmanager
def refusing() -> Iterator[None]:
    """Raises ``DatabaseUnready`` for what the database refuses in the block now and may take later.

    Every other error of the database goes on as it is: it is a fault of ours.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        raise DatabaseUnready(sentence) from error


def _sentence(error: sa.exc.DBAPIError) -> str | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state is None:
        # No answer of the server at all: it could not be reached, or went away.
        is_away = error.connection_invalidated or isinstance(error, sa.exc.OperationalError)
        return AWAY if is_away else None
    return next((_POSTGRES[state[:n]] for n in (5, 3, 2) if state[:n] in _POSTGRES), None)
