"""``manifest slack``: what to paste where a platform asks for the app's manifest."""

import json
from typing import Annotated

import typer

from bot import settings
from bot.errors import CommandError
from bot.platforms.slack import manifest as slack_manifest

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
) -> None:
    """Print Slack's manifest for this deployment's BASE_URL."""
    chosen = settings.load()
    wanted = [each.strip() for each in commands.split(",") if each.strip()]
    try:
        made = slack_manifest.manifest(
            base_url=chosen.public_url, commands=wanted, socket_mode=socket_mode
        )
    except ValueError as error:
        raise CommandError(str(error)) from error
    typer.echo(json.dumps(made, indent=2))
