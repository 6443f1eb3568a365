"""``manifest slack`` and ``manifest teams``: what a platform asks for to install the app."""

import json
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Annotated

import typer

from bot import settings
from bot.chat.programmes import Programme
from bot.chat.requests import Role
from bot.errors import CommandError
from bot.platforms.slack import manifest as slack_manifest
from bot.platforms.teams import manifest as teams_manifest
from handlers import PROGRAMMES, ROUTES
from handlers.help import HELP

PACKAGE = Path("leaders-teams.zip")

app = typer.Typer(help="The app manifests of the platforms.", no_args_is_help=True)


@app.callback()
def platforms() -> None:
    """The app manifests of the platforms."""


@app.command()
def slack(
    commands: Annotated[
        str, typer.Option(help="Which slash commands to register, parted by commas.")
    ] = "",
    socket_mode: Annotated[bool, typer.Option("--socket-mode")] = False,  # noqa: FBT002 - typer's way.
    token_rotation: Annotated[  # noqa: FBT002 - the same.
        bool,
        typer.Option(
            "--token-rotation",
            help="Tokens end after 12 hours and are renewed. Slack never switches this off again; "
            "needs SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.",
        ),
    ] = False,
) -> None:
    """Print Slack's manifest for this deployment's BASE_URL."""
    chosen = settings.load()
    # Over Socket Mode nothing but an installation in several workspaces needs an address.
    has_address = bool(chosen.base_url) or not socket_mode
    wanted = [each.strip() for each in commands.split(",") if each.strip()]
    try:
        made = slack_manifest.manifest(
            base_url=chosen.public_url if has_address else slack_manifest.PLACEHOLDER,
            commands=wanted,
            socket_mode=socket_mode,
            token_rotation=token_rotation,
        )
    except ValueError as error:
        raise CommandError(str(error)) from error
    typer.echo(json.dumps(made, indent=2))


@app.command()
def teams(
    path: Annotated[Path, typer.Argument(help="Where to write the zip.")] = PACKAGE,
) -> None:
    """Write Teams' app package for this deployment's BASE_URL and MICROSOFT_APP_ID."""
    chosen = settings.load()
    if not chosen.microsoft_app_id:
        raise CommandError("MICROSOFT_APP_ID is unset; the package names the bot by it.")
    try:
        made = teams_manifest.manifest(
            chosen.microsoft_app_id, chosen.public_url, teams_commands(PROGRAMMES)
        )
        path.write_bytes(teams_manifest.package(made))
    except ValueError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}.") from error
    typer.echo(str(path))


def teams_commands(programmes: Sequence[Programme]) -> list[teams_manifest.Command]:
    """What a member can say, the most useful first, since Teams shows ten.

    After the help comes the most useful of each programme, then the second of each, and so on;
    the rest follows in the order of the table.
    """
    useful = [programme.first(Role.MEMBER) for programme in programmes]
    firsts = [route for rank in zip_longest(*useful) for route in rank if route is not None]
    listed = [route for programme in programmes for route in programme.listed(Role.MEMBER)]
    asking = [route for route in ROUTES if route.name == HELP]
    return [
        teams_manifest.Command(route.name, route.help, is_private=route.sensitive)
        for route in dict.fromkeys((*asking, *firsts, *listed))
    ]
