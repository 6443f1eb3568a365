"""Bringing the tables up to date. Imported only to migrate: Alembic is slow to load."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database
from storage.tables import metadata

# What the names of search indexes begin with.
SEARCH = "search_"
FOLDER = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Apply every migration that is missing; without one this changes nothing."""
    with database.engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def is_current(database: Database) -> bool:
    """Whether every migration has been applied."""
    with database.engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_heads()
        connection.rollback()
    return set(applied) == set(ScriptDirectory.from_config(_config()).get_heads())


def is_known(version: str) -> bool:
    """Whether a database at this migration is no newer than this version of the bot."""
    known = {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}
    return version in known


def differences(database: Database) -> list[object]:
    """What the migrations made otherwise than ``tables`` says; empty when they agree."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_told}
        )
        return list(compare_metadata(context, metadata))


def _is_told(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether ``tables`` says it: search indexes are each database's own, made by migrations."""
    return not (name or "").startswith(SEARCH)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("version_locations", str(FOLDER / "versions"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config
