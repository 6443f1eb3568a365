"""The whole bot in one process, from its start to a stop that leaves nothing behind."""

import asyncio
import multiprocessing
import threading
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from bot import app
from bot.app import App, House
from bot.chat.messages import Account, message, text
from bot.chat.platform import TeamsConversation
from bot.errors import CommandError, SettingsError
from bot.ids import Lane
from bot.settings import Settings
from bot.times import utc_now
from storage.database import Database
from storage.outbox import State
from storage.web import web_account
from tests.platforms.teams.verified import ADA, connected
from tests.slack_stand_in import BOT_TOKEN, SECRET, TEAM, SlackStandIn
from tests.smtp_stand_in import mail_server
from tests.teams_identity import APP_ID, TENANT, Identity

TOKEN = "a metrics token"


def settings(folder, **values) -> Settings:
    return Settings(
        _env_file=None,
        **{
            "database_url": f"sqlite:///{folder}/leaders.db",
            "keys_dir": folder / "keys",
            "port": 0,
            "metrics_token": TOKEN,
            **values,
        },
    )


@pytest.fixture
def chosen(tmp_path) -> Settings:
    return settings(tmp_path)


@pytest.fixture
def opened(chosen):
    made = app.open_database(chosen)
    yield made
    made.close()


class Served:
    """A running bot on a free port."""

    def __init__(self, chosen: Settings, database: Database) -> None:
        self.bot = App(chosen, database)
        self._runner = web.AppRunner(self.bot.server())

    async def __aenter__(self) -> "Served":
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_error) -> None:
        await self._runner.cleanup()

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.url}{path}", headers=headers) as response,
        ):
            return response.status, await response.text()


async def test_a_start_serves_health_readiness_metrics_and_the_chat(chosen, opened):
    async with Served(chosen, opened) as bot:
        alive, ready = await bot.get("/healthz"), await bot.get("/readyz")
        refused = await bot.get("/metrics")
        metrics = await bot.get("/metrics", Authorization=f"Bearer {TOKEN}")
        calendar = await bot.get("/calendar/guessed.ics")
        hours = await bot.get("/my-time/guessed.csv")
        chat, _ = await bot.get("/")
        missing, _ = await bot.get("/nowhere")

    assert (alive, ready) == ((200, "alive\n"), (200, "ready\n"))
    assert refused == (401, "METRICS_TOKEN does not match\n")
    assert metrics[0] == 200
    assert "# TYPE leaders_outbox_queued gauge" in metrics[1].splitlines()
    assert calendar == (
        404,
        "This appointment is not there any more. Ask the bot for “coffee next” or “sessions mine”.",
    )
    assert hours == (404, "This file is not there any more. Ask the bot for “my time”.")
    assert (chat, missing) == (200, 404)


async def test_a_start_makes_what_is_missing_and_a_second_one_nothing(tmp_path, opened):
    chosen = settings(tmp_path, organisers="ada@leaders.example")
    found = []
    for _ in range(2):
        async with Served(chosen, opened):
            with opened.transaction() as db:
                [community] = db.communities.all()
                found.append(
                    (
                        community.name,
                        [each.name for each in db.members.organisers(community.id)],
                        len(db.workspaces.all()),
                        len(db.schedule.of(community.id, "upkeep", limit=9)),
                    )
                )

    assert found == [("Leaders of South East London", ["ada"], 1, 1)] * 2


async def test_a_stop_leaves_nothing_behind(chosen, opened):
    tasks = asyncio.all_tasks()
    # The database and its thread belong to whoever opened it.
    await opened.run(lambda db: None)
    threads, children = set(threading.enumerate()), multiprocessing.active_children()

    async with Served(chosen, opened) as bot:
        await bot.get("/healthz")
    await asyncio.sleep(0)

    left = {each for each in threading.enumerate() if not each.name.startswith("asyncio")}
    assert asyncio.all_tasks() == tasks
    assert left <= threads
    assert multiprocessing.active_children() == children


async def until(is_so) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - what changes is a row in the database.
            await asyncio.sleep(0.02)


def state_of(database: Database, key: str) -> State | None:
    with database.transaction() as db:
        [community] = db.communities.all()
        rows = {row.key: row.state for row in db.outbox.rows(community.id, limit=99)}
    return rows.get(key)


def post(database: Database, key: str, **more) -> None:
    with database.transaction() as db:
        [community] = db.communities.all()
        found = db.members.by_email(community.id, "ada@leaders.example")
        account = web_account(community.id, found.id)
        db.outbox.post(
            community.id, account, message(text("Hello.")), key=key, subject="s",
            now=utc_now(), **more,
        )  # fmt: skip


async def test_a_commit_wakes_its_lane_and_the_message_arrives(tmp_path, opened):
    chosen = settings(tmp_path, organisers="ada@leaders.example")
    async with Served(chosen, opened):
        post(opened, "now")
        post(opened, "soon", not_before=utc_now() + timedelta(seconds=0.3))

        await until(lambda: state_of(opened, "now") is State.SENT)
        # Nothing is committed when this one falls due: the sweep finds it.
        await until(lambda: state_of(opened, "soon") is State.SENT)

    with opened.transaction() as db:
        [community] = db.communities.all()
        ada = db.members.by_email(community.id, "ada@leaders.example")
        entries = db.web.entries(web_account(community.id, ada.id), before=None, limit=9)
    assert [entry.message for entry in entries][-2:] == [message(text("Hello."))] * 2


async def test_what_a_killed_process_was_sending_is_settled_by_the_next_start(tmp_path, opened):
    chosen = settings(tmp_path, organisers="ada@leaders.example")
    async with Served(chosen, opened):
        pass
    post(opened, "half sent")
    with opened.transaction() as db:
        lane = db.drain.pending(utc_now())[0]
        db.drain.claim(lane, "dead", now=utc_now() - timedelta(minutes=1), limit=5)
        db.drain.claim(lane, "dead", now=utc_now(), limit=5)

    async with Served(chosen, opened):
        # The web chat keeps a line under its key, so that sending it again adds none.
        await until(lambda: state_of(opened, "half sent") is State.SENT)


async def test_somebody_asks_for_their_link_and_comes_in_by_e_mail(tmp_path):
    async with mail_server(offers_tls=False) as server:
        chosen = settings(
            tmp_path,
            organisers="ada@leaders.example",
            smtp_url=server.url(),
            mail_from="bot@leaders.example",
        )
        opened = app.open_database(chosen)
        # Cookies of a numeric address are kept by an unsafe jar alone.
        jar = aiohttp.CookieJar(unsafe=True)
        async with Served(chosen, opened) as bot, aiohttp.ClientSession(cookie_jar=jar) as session:
            origin = {"Origin": bot.url}
            asked = {"email": "Ada@leaders.example"}
            async with session.post(f"{bot.url}/link", data=asked, headers=origin) as answer:
                status = answer.status
            await until(lambda: len(server.took) == 1)
            text_of = server.took[0][2].get_body(("plain",)).get_content()
            path = next(word for word in text_of.split() if "/enter/" in word)
            path = path.removeprefix(chosen.public_url)
            async with session.post(f"{bot.url}{path}", headers=origin) as page:
                shown = await page.text()
        opened.close()

    assert status == 200
    assert server.took[0][:2] == ("bot@leaders.example", "ada@leaders.example")
    assert 'id="conversation"' in shown


async def test_a_commit_wakes_the_clock(tmp_path, opened):
    async with Served(settings(tmp_path), opened):
        with opened.transaction() as db:
            [community] = db.communities.all()
            assert db.schedule.hasten(community.id, "upkeep", subject="", now=utc_now())

        def upkeep_states() -> list[str]:
            with opened.transaction() as db:
                return [each.state for each in db.schedule.of(community.id, "upkeep", limit=5)]

        await until(lambda: upkeep_states() == ["waiting", "done"])


async def test_a_commit_after_the_stop_wakes_nothing(chosen, opened):
    async with Served(chosen, opened):
        pass
    with opened.transaction() as db:
        [community] = db.communities.all()
        db.schedule.hasten(community.id, "upkeep", subject="", now=utc_now())
    await asyncio.sleep(0.1)

    with opened.transaction() as db:
        assert [each.state for each in db.schedule.of(community.id, "upkeep", limit=5)] == [
            "waiting"
        ]


async def test_people_are_suggested_to_a_platform_that_asks(tmp_path, opened):
    bot = App(settings(tmp_path, organisers="ada@leaders.example"), opened)
    await bot.start()
    with opened.transaction() as db:
        [community] = db.communities.all()
        ben = db.members.add(community.id, "Ben Lee", zone="Europe/London", now=utc_now())
        ada = db.members.by_email(community.id, "ada@leaders.example")

    found = await bot._people(web_account(community.id, ada.id), "ben")

    await bot.stop()
    assert found == ((f"#{ben}", "Ben Lee"),)


async def test_with_slack_settings_slack_is_answered_and_asked_who_is_there(tmp_path, opened):
    async with SlackStandIn() as slack:
        ada = slack.person("UADA", "Ada Example", email="ada@nhs.example")
        chosen = settings(
            tmp_path,
            slack_bot_token=BOT_TOKEN,
            slack_signing_secret=SECRET,
            slack_api_url=slack.api_url,
            base_url="https://bot.example",
            organisers="slack:UADA",
        )
        async with Served(chosen, opened) as bot:
            slack.bot_url = f"{bot.url}/slack/events"
            said = await slack.command(ada, "/leaders help")
            found = await bot.bot._people(Account(Lane(f"slack:{TEAM}"), ada), "nobody")
            await until(lambda: slack.called("users.list"))

    assert said.text.startswith("I look after Leaders of South East London.")
    assert found == ()
    with opened.transaction() as db:
        [community] = db.communities.all()
        [organiser] = db.members.organisers(community.id)
        assert db.members.accounts_of(organiser.id) == (Account(Lane(f"slack:{TEAM}"), ada),)


async def test_with_teams_settings_teams_is_answered_and_its_place_kept(tmp_path, opened):
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
        token = {"Authorization": f"Bearer {identity.token(connector.url)}"}
        async with (
            Served(chosen, opened) as bot,
            aiohttp.ClientSession(headers=token) as session,
            session.post(f"{bot.url}/api/messages", json=said) as answer,
        ):
            status = answer.status
            await until(lambda: connector.asked)

    with opened.transaction() as db:
        account = Account(Lane(f"teams:{TENANT}"), ADA)
        kept = db.teams.personal(account)
        assert db.members.account_owner(account) is not None
    assert status == 200
    assert kept == TeamsConversation(account.lane, "a:ada", connector.url, ADA, "29:ada")


def test_the_tables_of_sqlite_are_made_on_opening_and_the_key_is_kept(chosen, opened, tmp_path):
    with opened.transaction() as db:
        assert db.communities.all() == ()

    assert len((tmp_path / "keys" / "secret_key").read_text()) >= 64


def test_a_secret_key_that_is_given_is_not_made_up(tmp_path):
    given = settings(tmp_path, secret_key="a given secret of forty characters or so")
    opened = app.open_database(given)
    opened.close()

    assert not (tmp_path / "keys").exists()


def test_a_command_works_on_the_first_community_and_says_so_without_one(database):
    house = House(Settings(_env_file=None), database)
    with pytest.raises(CommandError) as caught:
        house.community()
    with database.transaction() as db:
        for name in ("First", "Second"):
            db.communities.add(name, zone="Europe/London", now=datetime(2026, 1, 1, tzinfo=UTC))

    assert str(caught.value) == "There is no community yet. Type “community add NAME” to make one."
    assert house.community().name == "First"


def test_a_database_that_does_not_answer_is_named(tmp_path):
    with pytest.raises(SettingsError) as caught:
        app.open_database(
            settings(
                tmp_path,
                database_url="postgresql://127.0.0.1:1/leaders",
                secret_key="a given secret of forty characters or so",
            )
        )

    assert str(caught.value).startswith("DATABASE_URL")
    assert str(caught.value).count("\n") == 0
