"""``import members``: add and update members from a CSV or a spreadsheet, all or nothing."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from bot.app import opened
from bot.chat.messages import Account
from bot.commands import spreadsheets
from bot.domain import importing
from bot.domain.importing import Checked, Entry, Known, Outcome, Row
from bot.domain.members import Vocabulary
from bot.domain.south_east_london import OTHER_NAMES
from bot.errors import CommandError, NotUnderstood
from bot.ids import CommunityId, Lane, MemberId
from bot.times import utc_now
from storage.communities import Community
from storage.database import Database
from storage.importing import Imports
from storage.unit_of_work import UnitOfWork
from storage.web import web_account
from storage.workspaces import web_lane

app = typer.Typer(help="Take in what is kept elsewhere.", no_args_is_help=True)

# Organisations written in one statement, far below SQLite's 32,766 bound parameters.
BATCH = 500
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
        table = importing.sheet(spreadsheets.read(path))
    except NotUnderstood as error:
        raise CommandError(f"{path}: {error}") from error
    if table.ignored:
        _say(console, f"Columns ignored: {', '.join(table.ignored)}.")

    # One transaction from the look to the last row, so that nobody joins in between.
    with database.transaction() as db:
        lane = _slack_lane(db, community.id)
        checked = importing.check(table, _known(db, community.id, lane))
        bad = [row for row in checked.rows if row.outcome is Outcome.PROBLEM and not skip_bad]
        if not dry_run and not bad:
            _write(db, community, checked, lane=lane, now=now, console=console)

    for row in bad or checked.rows:
        _say(console, _line(row, dry_run=dry_run))
    if bad:
        raise CommandError(_refusal(len(bad), len(checked.rows)))
    _say(console, f"{_counted(checked)}{_DRY if dry_run else ''}.")


def _slack_lane(db: UnitOfWork, community: CommunityId) -> Lane | None:
    """The one Slack workspace of the community."""
    lanes = [
        workspace.lane
        for workspace in db.workspaces.all()
        if workspace.community == community and workspace.platform == "slack"
    ]
    return lanes[0] if len(lanes) == 1 else None


def _known(db: UnitOfWork, community: CommunityId, lane: Lane | None) -> Known:
    imports = Imports(db.connection)
    return Known(
        words={name: db.communities.terms(community, name) for name in Vocabulary},
        organisations=db.communities.organisations(community),
        members=imports.everybody_ever(community),
        other_names=OTHER_NAMES,
        owners=imports.owners(lane) if lane else {},
        has_slack=lane is not None,
        on_web=frozenset(imports.owners(web_lane(community)).values()),
        in_coffee=frozenset(part.member for part in db.coffee.participants(community)),
    )


def _write(
    db: UnitOfWork,
    community: Community,
    checked: Checked,
    *,
    lane: Lane | None,
    now: datetime,
    console: Console,
) -> None:
    for start in range(0, len(checked.organisations), BATCH):
        batch = checked.organisations[start : start + BATCH]
        db.communities.add_organisations(community.id, batch)

    imports = Imports(db.connection)
    changed = [entry for entry in checked.entries if entry.member is not None]
    new = [entry for entry in checked.entries if entry.member is None]
    imports.update(changed)
    numbers = list(
        track(
            imports.add(community.id, new, zone=community.zone, now=now),
            "Adding members",
            total=len(new),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
    )

    if any(entry.on_web for entry in checked.entries):
        db.workspaces.add_web(community.id, now=now)
    everybody = [
        *((entry.member, entry) for entry in changed if entry.member is not None),
        *zip(numbers, new, strict=True),
    ]
    accounts = [place for each in everybody for place in _accounts(community.id, *each, lane=lane)]
    imports.add_accounts(community.id, accounts, now=now)
    joining = [number for number, entry in everybody if entry.in_coffee]
    imports.join_coffee(community.id, joining, now=now)
    # Whoever is known to a workspace by e-mail gets their account there.
    for workspace in db.workspaces.all():
        if workspace.community == community.id and workspace.lists_people:
            db.outbox.fetch_members(community.id, workspace.lane, now=now)
    db.audit.add(community.id, None, action="members imported", subject=_counted(checked), now=now)


def _accounts(
    community: CommunityId, member: MemberId, entry: Entry, *, lane: Lane | None
) -> Iterator[tuple[MemberId, str, Account]]:
    if entry.slack and lane is not None:
        yield member, entry.name, Account(lane, entry.slack)
    if entry.on_web:
        yield member, entry.name, web_account(community, member)


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


def _counted(checked: Checked) -> str:
    names = {Outcome.PROBLEM: "with problems"}
    return ", ".join(
        f"{checked.counts[outcome]:,} {names.get(outcome, outcome)}" for outcome in Outcome
    )


def _say(console: Console, line: str) -> None:
    # What stands in a cell is not markup.
    console.print(line, markup=False, emoji=False)
