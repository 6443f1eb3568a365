"""``check``: settings, database and each platform's token: what is wrong and how to mend it."""

import asyncio
from urllib.parse import urlsplit

import typer

from bot import settings
from bot.app import open_database
from bot.errors import CommandError, SettingsError
from bot.settings import Settings
from storage.database import Database

# A web chat alone is a choice, not a fault.
NO_PLATFORM = (
    "No chat platform is set. Members enter by the links that “python -m bot invite EMAIL” prints."
)
ONLY_MAIL = (
    "No chat platform is set. Members enter the web chat by links that are sent to them by e-mail."
)

ANY_TENANT = (
    "Note: with MICROSOFT_APP_TYPE=MultiTenant and TEAMS_ALLOWED_TENANTS unset, everybody in any "
    "organisation who installs the Teams app can join. List the tenants to serve only those."
)


def check() -> None:
    """Say what is wrong with the settings, the database and the platforms' tokens."""
    chosen = settings.load()
    typer.echo("The settings can be read.")
    if not (chosen.has_slack or chosen.has_teams or chosen.is_example):
        typer.echo(ONLY_MAIL if chosen.has_mail else NO_PLATFORM)
    if chosen.has_teams and not chosen.teams_tenants:
        typer.echo(ANY_TENANT)
    problems = [*_warnings(chosen), *_database(chosen)]
    if chosen.has_slack:
        from bot.platforms.slack.check import check as check_slack  # noqa: PLC0415 - Bolt is slow.

        problems += asyncio.run(check_slack(chosen))
    if chosen.has_teams:
        from bot.platforms.teams.check import check as check_teams  # noqa: PLC0415 - As Bolt is.

        problems += asyncio.run(check_teams(chosen))
    if chosen.has_mail:
        from bot.platforms.mail.check import check as check_mail  # noqa: PLC0415 - Not always set.

        problems += asyncio.run(check_mail(chosen))
    for problem in problems:
        typer.echo(f"- {problem}")
    if problems:
        raise CommandError(f"{len(problems)} to mend.")
    typer.echo("Everything is well.")


def _warnings(chosen: Settings) -> list[str]:
    found = []
    if (chosen.has_slack or chosen.has_teams or chosen.has_mail) and not chosen.base_url:
        found.append(
            "BASE_URL is unset: links in messages, such as “Add to my calendar”, would open on "
            "the reader's own machine. Set it to the address people reach the bot at."
        )
    if chosen.has_slack_install and urlsplit(chosen.public_url).scheme != "https":
        found.append(
            "BASE_URL is not https, but Slack sends nobody who installs the bot back to another "
            "address. Set it to the https address people reach the bot at."
        )
    return found


def _database(chosen: Settings) -> list[str]:
    try:
        database = open_database(chosen)
    except SettingsError as error:
        return [str(error)]
    try:
        return _tables(chosen, database)
    finally:
        database.close()


def _tables(chosen: Settings, database: Database) -> list[str]:
    from storage.migrate import is_current  # noqa: PLC0415 - Alembic is slow to load.

    if is_current(database) and (chosen.is_sqlite or _has_engine(chosen)):
        return []
    return ["The tables are not up to date: run “python -m bot migrate”."]


def _has_engine(chosen: Settings) -> bool:
    """Whether what spreads lanes over replicas has its tables too."""
    from bot.lanes import schema  # noqa: PLC0415 - with the extra postgres only.

    return schema.is_current(chosen.database_url)
