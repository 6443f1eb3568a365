"""``run``: serve the bot until it is told to stop."""

import socket

import typer
from aiohttp import web

from bot.app import App, opened
from bot.commands import example
from bot.errors import SettingsError
from bot.settings import Settings
from bot.times import utc_now

# Longer than Slack is ever kept waiting. Of the ten seconds after which a container is killed the
# rest is for the messages under way, so that a client that hangs can't take them all.
STOP_SECONDS = 3.0
# Connections that wait while the bot starts or the loop is busy; aiohttp's own default.
BACKLOG = 128


def run() -> None:
    """Start the bot. Without any setting: an example community on this machine only."""
    with opened(to_serve=True) as house:
        chosen = house.settings
        if chosen.is_example:
            example.add_if_missing(house.database, now=utc_now())
        _refuse_old_tables(chosen)
        _refuse_public_example(house.settings, has_example=example.is_there(house.database))
        # Before anything starts: a second bot by mistake must not begin to send.
        with _listening(chosen) as listener:
            _announce(chosen)
            web.run_app(
                App(chosen, house.database).server(),
                sock=listener,
                print=None,
                access_log=None,
                shutdown_timeout=STOP_SECONDS,
                handle_signals=True,
            )


def _listening(chosen: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    try:
        return socket.create_server((chosen.host, chosen.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise SettingsError(
            f"PORT {chosen.port} on {chosen.host} is taken or not allowed; set another PORT."
        ) from error


def _refuse_old_tables(chosen: Settings) -> None:
    if chosen.is_sqlite:
        return
    from bot.lanes import schema  # noqa: PLC0415 - with the extra postgres only.

    if not schema.is_current(chosen.database_url):
        raise SettingsError(
            "The database’s tables are older than this version; run “python -m bot migrate”."
        )


def _refuse_public_example(chosen: Settings, *, has_example: bool) -> None:
    """Anybody can act as anybody in the example community, so only this machine may see it."""
    if not has_example:
        return
    for name, is_public in (
        (f"HOST is {chosen.host}", not chosen.is_loopback),
        ("BASE_URL is set", not chosen.is_example_url),
        ("Slack is set up", chosen.has_slack),
        ("Teams is set up", chosen.has_teams),
    ):
        if is_public:
            raise SettingsError(
                f"{name}, but anybody can act as anybody in the example community; "
                "take it away first with “python -m bot example remove”."
            )


def _announce(chosen: Settings) -> None:
    typer.echo(
        f"The web chat is on {chosen.public_url}, the organisers’ console on "
        f"{chosen.public_url}/console. Stop with Ctrl-C."
    )
