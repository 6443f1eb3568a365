"""``run``: serve the bot until it is told to stop."""


import typer
from aiohttp import web

from bot.app import App, opened
from bot.commands import example
from bot.dispatch import utc_now
from bot.errors import SettingsError
from bot.settings import Settings

# A stop finishes the message under way; a container is killed after ten seconds by default.
STOP_SECONDS = 8.0


def run() -> None:
    """Start the bot. Without any setting: an example community on this machine only."""
    with opened() as house:
        chosen = house.settings
        if chosen.is_example:
            example.add_if_missing(house.database, now=utc_now())
        _refuse_public_example(house.settings, has_example=example.is_there(house.database))
        _announce(chosen)
        server = App(chosen, house.database).server()
        try:
            web.run_app(
                server,
                host=chosen.host,
                port=chosen.port,
                print=None,
                access_log=None,
                shutdown_timeout=STOP_SECONDS,
                handle_signals=True,
            )
        except OSError as error:
            raise SettingsError(
                f"PORT {chosen.port} on {chosen.host} is taken or not allowed; set another PORT."
            ) from error


def _refuse_public_example(chosen: Settings, *, has_example: bool) -> None:
    if has_example and not chosen.is_loopback:
        raise SettingsError(
            f"HOST is {chosen.host}, but anybody can act as anybody in the example community; "
            "take it away with “python -m bot example remove”, or set HOST=127.0.0.1."
        )


def _announce(chosen: Settings) -> None:
    typer.echo(
        f"The web chat is on {chosen.public_url}, the organisers’ console on "
        f"{chosen.public_url}/console. Stop with Ctrl-C."
    )
