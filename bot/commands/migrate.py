"""``migrate``: bring the database's tables up to date."""

import typer

from bot import log, settings
from bot.app import open_database
from storage.migrate import migrate as apply


def migrate() -> None:
    """Bring the database's tables up to date; needed before a new version on PostgreSQL."""
    chosen = settings.load()
    log.configure(chosen.log_level)
    database = open_database(chosen)
    try:
        apply(database)
        if not chosen.is_sqlite:
            # The engine that spreads lanes over replicas has tables of its own.
            from bot.lanes import schema  # noqa: PLC0415 - with the extra postgres only.

            schema.apply(chosen.database_url)
    finally:
        database.close()
    typer.echo("The tables are up to date.")
