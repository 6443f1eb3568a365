"""``export``: the community's data as files that a spreadsheet opens."""

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.app import opened
from bot.errors import CommandError
from bot.export_files import Written
from bot.times import local, utc_now
from storage import exporting
from storage.communities import Community
from storage.database import Database
from storage.exporting import PARTS, Part
from storage.unit_of_work import UnitOfWork


def export(
    *,
    out: Annotated[
        Path | None, typer.Option(help="A new or empty folder; by default export-<date>.")
    ] = None,
) -> None:
    """Write the community’s data, each table as CSV and as JSON, without what is confidential."""
    with opened() as house:
        community = house.community()
        now = utc_now()
        folder = out or Path(f"export-{local(now, community.zone):%Y-%m-%d}")
        rows = write(house.database, community, folder, now=now)
    typer.echo(f"{rows:,} rows in {len(PARTS)} tables are in {folder}.")


def write(database: Database, community: Community, folder: Path, *, now: datetime) -> int:
    """Write all tables into a folder that only its owner can read; how many rows there are.

    Raises ``CommandError`` where something is in it already, or it can't be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty; name another folder with --out.")
        with database.transaction() as db:
            rows = sum(_write(db, community, part, folder) for part in PARTS)
            db.audit.add(community.id, None, action="export", now=now)
    except OSError as error:
        raise CommandError(f"{folder} can’t be written: {error.strerror}.") from error
    return rows


def _write(db: UnitOfWork, community: Community, part: Part, folder: Path) -> int:
    rows = 0
    with ExitStack() as files:
        # With the mark by which spreadsheets know that it is UTF-8.
        table = files.enter_context(
            (folder / f"{part.name}.csv").open("x", encoding="utf-8-sig", newline="")
        )
        records = files.enter_context(
            (folder / f"{part.name}.json").open("x", encoding="utf-8", newline="")
        )
        written = Written(part, table, records)
        after = None
        while True:
            found = exporting.page(db.connection, community.id, part, after)
            written.add(found.rows)
            rows += len(found.rows)
            after = found.after
            if after is None:
                break
        written.end()
    return rows
