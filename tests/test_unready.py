"""While the database takes nothing, nobody is told that it did: all are asked to come again."""

import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot import app
from bot.health import RETRY_AFTER_SECONDS
from storage.database import Database
from storage.refusals import BUSY
from tests.platforms.teams.verified import ADA, connected
from tests.slack_stand_in import BOT_TOKEN, SECRET, TEAM, SlackStandIn
from tests.teams_identity import APP_ID, TENANT, Identity
from tests.test_app import TOKEN, Served, settings

LONG = "Ada " + "of Lewisham " * 1000


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as slack:
        slack.person("UADA", LONG, email="ada@nhs.example")
        yield slack


@pytest.fixture
async def bot(slack: SlackStandIn, tmp_path: Path) -> AsyncIterator[Served]:
    chosen = settings(
        tmp_path,
        slack_bot_token=BOT_TOKEN,
        slack_signing_secret=SECRET,
        slack_api_url=slack.api_url,
        base_url="https://bot.example",
    )
    database = app.open_database(chosen)
    async with Served(chosen, database) as bot:
        slack.bot_url = f"{bot.url}/slack/events"
        yield bot
    database.close()


def database_of(bot: Served) -> Database:
    return bot.bot._database


@contextmanager
def locked(bot: Served) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    other = sqlite3.connect(database_of(bot).engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def full(bot: Served) -> Iterator[None]:
    """No page may be added to the file; SQLite answers as it does on a full disk."""
    pragma = "PRAGMA max_page_count"
    with database_of(bot).transaction() as db:
        pages = db.connection.exec_driver_sql("PRAGMA page_count").scalar()
        before = db.connection.exec_driver_sql(pragma).scalar()
        db.connection.exec_driver_sql(f"{pragma}={pages}")
    yield
    with database_of(bot).transaction() as db:
        db.connection.exec_driver_sql(f"{pragma}={before}")


def people(bot: Served) -> int:
    with database_of(bot).transaction() as db:
        return db.connection.exec_driver_sql("SELECT count(*) FROM members").scalar_one()


def words(event_id: str, said: str = "help") -> bytes:
    event = {
        "type": "message",
        "channel": "DUADA",
        "channel_type": "im",
        "user": "UADA",
        "text": said,
        "ts": "1.1",
    }
    body = {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event": event}
    return json.dumps(body).encode()


@pytest.mark.parametrize("trouble", [full, locked])
async def test_slack_repeats_what_the_database_did_not_take_and_is_then_answered(
    bot: Served, slack: SlackStandIn, trouble
) -> None:
    channel = slack.direct("UADA")
    asked = words("Ev1").replace(b"DUADA", channel.encode())
    with trouble(bot), capture_logs() as logged:
        refused = await slack.post(asked)
        again = await slack.post(asked)
    before = people(bot)

    taken = await slack.post(asked)
    repeated = await slack.post(asked)

    assert [status for status, _ in (refused, again, taken, repeated)] == [503, 503, 200, 200]
    assert (before, people(bot)) == (0, 1)
    # The welcome to a newcomer goes out by itself; the answer to “help” is there once.
    assert len([one for one in slack.seen_by("UADA") if "coffee join" in str(one.blocks)]) == 1
    assert "request_broke" not in [line["event"] for line in logged]


async def test_teams_repeats_what_the_database_did_not_take_and_is_then_answered(tmp_path) -> None:
    async with Identity() as identity, connected(identity) as connector:
        chosen = settings(
            tmp_path, **{name.lower(): value for name, value in identity.settings().items()}
        )
        said = {
            "type": "message",
            "id": "1",
            "text": "help",
            "channelId": "msteams",
            "serviceUrl": connector.url,
            "from": {"id": "29:ada", "name": "Ada Example", "aadObjectId": ADA},
            "recipient": {"id": f"28:{APP_ID}"},
            "conversation": {"id": "a:ada", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
        }
        headers = {"Authorization": f"Bearer {identity.token(connector.url)}"}
        database = app.open_database(chosen)
        statuses = []
        async with Served(chosen, database) as bot, aiohttp.ClientSession() as session:

            async def post() -> None:
                url = f"{bot.url}/api/messages"
                async with session.post(url, json=said, headers=headers) as answer:
                    statuses.append(answer.status)

            with locked(bot), capture_logs():
                await post()
            for _ in range(2):
                await post()
            found = people(bot)
        database.close()

    assert statuses == [503, 200, 200]
    assert found == 1


async def test_web_chat_and_console_say_that_the_database_is_busy(bot: Served) -> None:
    answers = []
    async with aiohttp.ClientSession() as browser:
        with locked(bot), capture_logs():
            for path in ("/chat/entries", "/console", f"/calendar/{'a' * 43}.ics", "/metrics"):
                given = {
                    "Authorization": f"Bearer {TOKEN}",
                    "Host": "bot.example",
                    "Cookie": "__Host-leaders=s",
                }
                async with browser.get(f"{bot.url}{path}", headers=given) as answer:
                    told = BUSY in await answer.text()
                    answers.append((answer.status, answer.headers.get("Retry-After"), told))

    assert answers == [(503, RETRY_AFTER_SECONDS, True)] * 4
