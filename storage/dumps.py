"""A PostgreSQL database in and out of a file, by the programs that come with PostgreSQL."""

import os
import shutil
import subprocess
from pathlib import Path

import sqlalchemy as sa

from bot.errors import CommandError
from storage.backup import OWNER_ONLY, VERSION_TABLE, unfinished
from storage.database import Database
from storage.tables import communities, members, metadata

# The first bytes of pg_dump's custom format.
MAGIC = b"PGDMP"
NEEDED = {VERSION_TABLE, communities.name, members.name}


def make(url: str, target: Path) -> str:
    """Dump a database, whoever uses it meanwhile; the migration it is at.

    pg_dump reads all of it at one moment. The file has its name only once ``pg_restore`` could read
    it; raises ``CommandError`` where that can't be.
    """
    with unfinished(target) as part:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
        part.chmod(OWNER_ONLY)
        return version(part)


def version(path: Path) -> str:
    """The migration a dump is at; raises ``CommandError`` for what is no dump of the bot's."""
    if not path.read_bytes()[: len(MAGIC)] == MAGIC:
        raise CommandError(f"{path} is no backup of a PostgreSQL database.")
    listed = _run("pg_restore", None, "--list", str(path))
    tables = {line.split()[-2] for line in listed.splitlines() if " TABLE DATA " in line}
    missing = NEEDED - tables
    if missing:
        raise CommandError(f"{path} is no backup of the bot: it has no “{min(missing)}”.")
    # Reading every row of it also finds a dump that was cut off.
    rows = _run("pg_restore", None, "--data-only", "--file=-", str(path)).splitlines()
    begins = next(
        n for n, row in enumerate(rows) if row.startswith(f"COPY public.{VERSION_TABLE} ")
    )
    return rows[begins + 1]


def restore(url: str, path: Path, database: Database) -> None:
    """Put a dump in a database's place; its tables that the dump does not have go."""
    listed = _run("pg_restore", None, "--list", str(path))
    there = {line.split()[-2] for line in listed.splitlines() if " TABLE DATA " in line}
    with database.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name not in there:
                connection.execute(sa.schema.DropTable(table, if_exists=True))
    database.engine.dispose()
    _run(
        "pg_restore",
        url,
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        str(path),
    )


def others(database: Database) -> int:
    """How many other connections the same user has to the database: a running bot has some."""
    with database.engine.begin() as connection:
        return int(
            connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND usename = current_user AND pid <> pg_backend_pid()"
            ).scalar_one()
        )


def _run(program: str, url: str | None, *words: str) -> str:
    """What a program printed; a password goes by the environment, which nobody else can list."""
    if shutil.which(program) is None:
        raise CommandError(
            f"{program} is not installed (Debian: apt-get install postgresql-client); it must be "
            "of the server's version or newer."
        )
    environment, named = dict(os.environ), []
    if url is not None:
        address = sa.make_url(url)
        if address.password:
            environment["PGPASSWORD"] = str(address.password)
        bare = sa.URL.create(
            "postgresql",
            username=address.username,
            host=address.host,
            port=address.port,
            database=address.database,
            query=address.query,
        )
        named = [f"--dbname={bare.render_as_string(hide_password=False)}"]
    done = subprocess.run(  # noqa: S603 - our own words, and a program of PostgreSQL's.
        [program, *named, *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["it gave no reason"])[0]
        raise CommandError(f"{program} could not do it: {said}")
    return done.stdout
