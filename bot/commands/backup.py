"""``backup FILE``: a copy of the database, made while the bot runs and looked over."""

from pathlib import Path
from typing import Annotated

import typer

from bot import log, settings
from bot.commands import progress
from bot.errors import CommandError
from bot.settings import Settings
from storage import backup as copies
from storage import dumps


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; it must not be there yet.")],
) -> None:
    """Copy the database while the bot runs, check the copy, and only then give it its name.

    KEYS_DIR is not in it, on purpose: a copy without the keys gives nobody the platforms' tokens.
    """
    chosen = settings.load()
    log.configure(chosen.log_level)
    if chosen.is_sqlite:
        source = chosen.database_file
        if source is None:
            raise CommandError("A database in memory can't be backed up.")
        with progress.shown("Copying the database") as seen:
            made = copies.make(source, file, seen=seen)
        typer.echo(
            f"{file} is whole: {made.bytes / 1_000_000:,.1f} MB, {made.members:,} members, "
            f"tables at {made.version}."
        )
    else:
        with progress.shown("Dumping the database"):
            version = dumps.make(chosen.database_url, file)
        typer.echo(f"{file} is whole: {file.stat().st_size / 1e6:,.1f} MB, tables at {version}.")
    typer.echo(_not_in_it(chosen))


def _not_in_it(chosen: Settings) -> str:
    if chosen.secret_key:
        return "SECRET_KEY is not in it: keep it elsewhere, or the platforms' tokens can't be read."
    return (
        f"The keys in {chosen.keys_dir} are not in it: keep them elsewhere, or the platforms' "
        "tokens can't be read."
    )
