"""``restore FILE``: a backup in the database's place, with nothing sent twice by surprise."""

import shutil
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import log, settings
from bot.app import open_database
from bot.errors import CommandError
from bot.settings import Settings
from bot.times import utc_now
from storage import backup as copies
from storage import dumps, restoring
from storage.database import Database
from storage.only_process import only_process
from storage.restoring import Restored
from storage.secrets import Vault


def restore(file: Annotated[Path, typer.Argument(help="A file that “backup” made.")]) -> None:
    """Put a backup in the database's place; the bot must be stopped.

    The former database is kept beside it. Whatever the backup had queued or under way may have been
    sent since, so it is held as uncertain for the organisers; everybody signs in again.
    """
    chosen = settings.load()
    log.configure(chosen.log_level)
    if not file.is_file():
        raise CommandError(f"There is no file {file}.")
    now = utc_now()
    put = _sqlite if chosen.is_sqlite else _postgres
    former, restored = put(chosen, file, now=now)
    typer.echo(f"{file} is in place, its tables up to date.")
    if former:
        typer.echo(f"The former database is kept as {former}.")
    typer.echo(
        f"{restored.in_doubt:,} deliveries are held: they may have been sent since the backup. "
        f"{restored.waiting:,} wait for a time that has not come. Everybody signs in again."
    )


def _sqlite(chosen: Settings, file: Path, *, now: datetime) -> tuple[Path | None, Restored]:
    path = chosen.database_file
    if path is None:
        raise CommandError("A database in memory can't be restored.")
    _refuse_newer(file, copies.examined(file).version)
    path.parent.mkdir(parents=True, exist_ok=True)
    former = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}") if path.exists() else None
    unused = copies.alone(path) if former else nullcontext()
    try:
        # The lock keeps a bot from starting meanwhile, and names one that runs.
        with only_process(chosen.database_url), unused:
            return former, _put(file, path, former or path, now=now)
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}.") from error


def _put(file: Path, path: Path, former: Path, *, now: datetime) -> Restored:
    part = path.with_name(f".{path.name}.restoring")
    try:
        copies.remove(part)
        part.touch(mode=copies.OWNER_ONLY)
        shutil.copyfile(file, part)
        restored = _settled(Database(f"sqlite:///{part}", Vault("unused")), now=now)
        copies.examined(part)
        copies.safe(part)
        copies.put(part, path, former)
    finally:
        copies.remove(part)
    return restored


def _postgres(chosen: Settings, file: Path, *, now: datetime) -> tuple[Path | None, Restored]:
    _refuse_newer(file, dumps.version(file))
    database = open_database(chosen)
    try:
        if dumps.others(database):
            raise CommandError("The bot, or another program, is using the database. Stop it first.")
        former = None
        if database.has_tables():
            former = file.with_name(f"{file.name}.before-{now:%Y%m%dT%H%M%SZ}")
            dumps.make(chosen.database_url, former)
        dumps.restore(chosen.database_url, file, database)
    finally:
        database.close()
    return former, _settled(open_database(chosen), now=now)


def _refuse_newer(file: Path, version: str) -> None:
    from storage.migrate import is_known  # noqa: PLC0415 - Alembic is slow to load.

    if not is_known(version):
        raise CommandError(
            f"{file} was made by a newer version of the bot (tables at {version or 'nothing'}); "
            "restore it with that one."
        )


def _settled(database: Database, *, now: datetime) -> Restored:
    from storage.migrate import migrate  # noqa: PLC0415 - the same.

    try:
        migrate(database)
        with database.transaction() as db:
            return restoring.settle(db.connection, now=now)
    finally:
        database.close()
