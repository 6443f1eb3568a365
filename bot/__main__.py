"""``python -m bot``: the bot and everything an operator does with it."""

import sys
from typing import NoReturn

import typer

from bot.commands import (
    backup,
    check,
    community,
    example,
    export,
    import_members,
    invite,
    manifest,
    migrate,
    organiser,
    pair,
    restore,
    routes,
    run,
)
from bot.errors import BotError

app = typer.Typer(
    help="The Leaders bot: one community of leaders across Slack, Teams and the web.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(run.run)
app.command()(migrate.migrate)
app.command()(check.check)
app.command()(routes.routes)
app.command()(pair.pair)
app.command()(export.export)
app.command()(backup.backup)
app.command()(restore.restore)
app.command()(invite.invite)
app.add_typer(import_members.app, name="import")
app.add_typer(community.app, name="community")
app.add_typer(organiser.app, name="organiser")
app.add_typer(manifest.app, name="manifest")
app.add_typer(example.app, name="example")


def main() -> NoReturn:
    """Run the command; what is wrong is one sentence on standard error and exit code 1."""
    try:
        app()
    except BotError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    sys.exit(0)


if __name__ == "__main__":
    main()
