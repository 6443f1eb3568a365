"""``import members``: add and update members from a CSV or a spreadsheet, all or nothing."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from bot import spreadsheets
from bot.app import opened
from bot.domain import importing
from bot.domain.importing import Outcome, Row
from bot.errors import CommandError, NotUnderstood
from bot.ids import MemberId
from bot.times import utc_now
from storage import taking_in
from storage.communities import Community
from storage.database import Database

app = typer.Typer(help="Take in what is kept elsewhere.", no_args_is_help=True)

_DRY = " (a dry run: nothing was changed)"


@app.command()
def members(
    file: Annotated[Path, typer.Argument(help="A CSV file or an .xlsx spreadsheet.")],
    *,
    dry_run: Annotated[
        bool, typer.Option(help="Say what would happen and change nothing.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option(help="Import the good rows even when some have problems.")
    ] = False,
) -> None:
    """Add and update members from a table, told apart by their e-mail addresses.

    The first row names the columns: at least the name and the e-mail address, and whatever else a
    profile holds. Empty cells change nothing. Unless every row is good nothing is imported.
    """
    console = Console(highlight=False, soft_wrap=True)
    with opened() as house:
        import_members(
            house.database,
            house.community(),
            file,
            dry_run=dry_run,
            skip_bad=skip_bad,
            now=utc_now(),
            console=console,
        )


def import_members(
    database: Database,
    community: Community,
    path: Path,
    *,
    dry_run: bool,
    skip_bad: bool,
    now: datetime,
    console: Console,
) -> None:
    """Import a table and print a line for each row and a count.

    Raises ``CommandError`` where the file can't be read, and where rows have problems that are not
    to be skipped: then these alone are printed, and nothing is or would be imported.
    """
    try:
        table = importing.sheet(rows_of(path))
    except NotUnderstood as error:
        raise CommandError(f"{path}: {error}") from error
    if table.ignored:
        _say(console, f"Columns ignored: {', '.join(table.ignored)}.")

    # One transaction from the look to the last row, so that nobody joins in between.
    with database.transaction() as db:
        checked = importing.check(table, taking_in.known(db, community.id))
        bad = [row for row in checked.rows if row.outcome is Outcome.PROBLEM and not skip_bad]
        if not dry_run and not bad:
            taking_in.write(
                db, community, checked, actor=None, now=now, following=_followed(console)
            )

    for row in bad or checked.rows:
        _say(console, _line(row, dry_run=dry_run))
    if bad:
        raise CommandError(_refusal(len(bad), len(checked.rows)))
    _say(console, f"{taking_in.counted(checked)}{_DRY if dry_run else ''}.")


def rows_of(path: Path) -> list[tuple[str, ...]]:
    """The rows of a file; raises ``CommandError`` with a sentence that names it."""
    try:
        return spreadsheets.rows(path.read_bytes(), called=str(path))
    except OSError as error:
        raise CommandError(f"{path} can’t be read: {error.strerror}.") from error
    except NotUnderstood as error:
        raise CommandError(str(error)) from error


def _refusal(bad: int, rows: int) -> str:
    have = "has a problem" if bad == 1 else "have problems"
    return (
        f"Nothing was imported: {bad:,} of {rows:,} rows {have}. "
        "Mend them, or import the others with --skip-bad."
    )


def _line(row: Row, *, dry_run: bool) -> str:
    would = "would be " if dry_run and row.outcome is not Outcome.PROBLEM else ""
    who = f"Row {row.number}: {f'{row.name}, ' if row.name else ''}{would}{row.outcome}."
    return " ".join((who, *row.sentences))


def _followed(console: Console) -> taking_in.Following:
    """Shows on a terminal how far the members are that are added."""

    def follow(numbers: Iterator[MemberId], total: int) -> Iterator[MemberId]:
        yield from track(
            numbers,
            "Adding members",
            total=total,
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    return follow


def _say(console: Console, line: str) -> None:
    # What stands in a cell is not markup.
    console.print(line, markup=False, emoji=False)
