"""The whole bot refuses wrong settings in one sentence, and forged requests without a traceback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.end_to_end.bot_process import Bot, command, environment, running
from tests.platforms.slack.test_door import EVENT, UNREADABLE, UNSIGNED
from tests.slack_stand_in import BOT_TOKEN, SECRET, TEAM, SlackStandIn, signed

WRONG = {
    "a token without the signing secret": (
        {"SLACK_BOT_TOKEN": BOT_TOKEN},
        "SLACK_SIGNING_SECRET is missing; set it, or SLACK_APP_TOKEN for Socket Mode.",
    ),
    "the example for everybody": (
        {"HOST": "0.0.0.0"},  # noqa: S104 - it is to be refused.
        (
            "HOST is 0.0.0.0, but anybody can act as anybody in the example community; "
            "take it away first with “python -m bot example remove”."
        ),
    ),
    "a database that does not answer": (
        {"DATABASE_URL": "sqlite:////proc/leaders.db"},
        "DATABASE_URL: /proc/leaders.db.lock can't be written (No such file or directory).",
    ),
}


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as slack:
        yield slack


@pytest.fixture
async def bot(slack: SlackStandIn, tmp_path: Path) -> AsyncIterator[Bot]:
    settings = environment(
        tmp_path,
        DATABASE_URL=f"sqlite:///{tmp_path}/leaders.db",
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_SIGNING_SECRET=SECRET,
        SLACK_API_URL=slack.api_url,
    )
    async with running(settings, tmp_path) as bot:
        slack.bot_url = bot.events_address
        yield bot


@pytest.mark.parametrize(("settings", "sentence"), WRONG.values(), ids=WRONG.keys())
async def test_wrong_setting_stops_the_start(
    settings: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    done = await command(environment(tmp_path, **settings), tmp_path, "run")

    assert (done.code, done.out, done.err) == (1, "", f"{sentence}\n")


async def test_taken_port_stops_the_start(tmp_path: Path) -> None:
    settings = environment(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/leaders.db")
    with socket.create_server(("127.0.0.1", int(settings["PORT"]))):
        done = await command(settings, tmp_path, "run")

    sentence = f"PORT {settings['PORT']} on 127.0.0.1 is taken or not allowed; set another PORT."
    assert (done.code, done.out, done.err) == (1, "", f"{sentence}\n")


async def test_token_that_slack_refuses_stops_the_start(
    slack: SlackStandIn, tmp_path: Path
) -> None:
    settings = environment(
        tmp_path,
        DATABASE_URL=f"sqlite:///{tmp_path}/leaders.db",
        SLACK_BOT_TOKEN="xoxb-another",
        SLACK_SIGNING_SECRET=SECRET,
        SLACK_API_URL=slack.api_url,
    )

    done = await command(settings, tmp_path, "run")

    assert done.code == 1
    assert done.err == (
        "SLACK_BOT_TOKEN is not accepted by Slack (invalid_auth); copy the Bot User OAuth Token "
        "from “OAuth & Permissions” in your app's settings.\n"
    )


async def test_database_without_tables_stops_the_start(
    postgres_database: str, tmp_path: Path
) -> None:
    settings = environment(tmp_path, DATABASE_URL=postgres_database, SECRET_KEY="k" * 40)

    done = await command(settings, tmp_path, "run")

    sentence = "The database has no tables yet; run “python -m bot migrate”."
    assert (done.code, done.out, done.err) == (1, "", f"{sentence}\n")


async def test_second_bot_on_one_file_is_refused_while_commands_work(
    bot: Bot, tmp_path: Path
) -> None:
    settings = environment(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/leaders.db")

    second = await command(settings, tmp_path, "run")
    listed = await command(settings, tmp_path, "community", "list")

    assert (second.code, second.out) == (1, "")
    assert second.err == (
        f"Another bot (process {bot.pid}) is running on {tmp_path}/leaders.db; stop it first, or "
        "set another DATABASE_URL.\n"
    )
    assert (listed.code, listed.out.splitlines()[0][:3]) == (0, "1  ")


async def test_forged_and_malformed_requests_are_refused(bot: Bot, slack: SlackStandIn) -> None:
    """One bot for all eleven kinds, each told by its name: a start takes longer than the rest."""
    unsigned = {name: await slack.post(EVENT, **headers) for name, headers in UNSIGNED.items()}
    unreadable = {name: await slack.post(body) for name, body in UNREADABLE.items()}
    unknown = b'{"type": "event_callback", "team_id": "%s"}' % TEAM.encode()
    replayed = await slack.post(EVENT, **_old(EVENT))

    assert len(unsigned) + len(unreadable) == 11
    assert unsigned == dict.fromkeys(UNSIGNED, (401, ""))
    assert unreadable == dict.fromkeys(UNREADABLE, (400, ""))
    assert await slack.post(unknown) == (400, "")
    assert replayed == (401, "")
    assert await _asked(bot, "/healthz") == (200, "alive\n")
    assert await _asked(bot, "/readyz") == (200, "ready\n")
    assert (await _asked(bot, "/slack/events"))[0] == 405
    assert await bot.ended() == 0
    assert "Traceback" not in bot.output()


async def test_client_that_hangs_does_not_hold_up_the_stop(bot: Bot) -> None:
    port = int(bot.address.rpartition(":")[2])
    _, half = await asyncio.open_connection("127.0.0.1", port)
    half.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    await half.drain()

    assert await bot.ended() == 0

    half.close()


def _old(body: bytes) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in signed(body, at=1.7e9).items()}


async def _asked(bot: Bot, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(bot.address + path) as response:
        return response.status, await response.text()
