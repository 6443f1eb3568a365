"""``migrate``: bring the tables up to date."""

import typer

from bot import log, settings
from storage.database import Database
from storage.migrate import migrate as apply
from storage.secrets import Vault


def migrate() -> None:
    """Bring the database's tables up to date; needed before a new version on PostgreSQL."""
    chosen = settings.load()
    log.configure(chosen.log_level)
    database = Database(chosen.database_url, Vault())
    try:
        apply(database)
    finally:
        database.close()
    typer.echo("The tables are up to date.")
