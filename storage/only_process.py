"""SQLite serves one bot: a lock beside the file, which the system lets go when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.errors import SettingsError


@contextmanager
def only_process(database_url: str) -> Iterator[None]:
    """Be the only bot on a SQLite file until the end of the block; PostgreSQL serves several.

    But for ``restore``, commands need no such leave and work beside a bot that runs. Raises
    ``SettingsError`` where there is a bot already, or no file can be made.
    """
    path = database_url.removeprefix("sqlite:///")
    if path in {database_url, "", ":memory:"}:
        yield
        return
    # Left in place at the end: whoever waits for a file that is gone would hold a lock of nothing.
    with _opened(Path(f"{path}.lock")) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip()
            named = f" (process {holder})" if holder else ""
            raise SettingsError(
                f"Another bot{named} is running on {path}; stop it first, or set another "
                "DATABASE_URL."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
        # Not known any more, should somebody ask between two bots.
        file.truncate(0)


def _opened(path: Path) -> TextIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+")
    except OSError as error:
        raise SettingsError(f"DATABASE_URL: {path} can't be written ({error.strerror}).") from error
