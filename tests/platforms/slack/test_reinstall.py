"""A workspace takes the bot away and has it back: the whole bot on a real database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.app import App
from bot.chat.messages import Account, message, text
from bot.ids import CommunityId, Lane
from bot.platforms.slack import links
from bot.settings import Settings
from bot.times import utc_now
from storage.database import Database
from storage.outbox import State
from tests.platforms.slack.test_install import Browser
from tests.slack_stand_in import SECRET, SlackStandIn
from tests.slack_workspaces import CLIENT_ID, CLIENT_SECRET

BROMLEY = Lane("slack:T2")
GREG = Account(BROMLEY, "UGREG")
BASE = "https://bot.example"


@dataclass
class House:
    """The bot, installed in Bromley, where it knows Greg. Its own drainers are switched off."""

    slack: SlackStandIn
    database: Database
    app: App
    community: CommunityId

    async def installs(self) -> None:
        browser = Browser(self)
        link = links.install_link(BASE, self.community, self.database.vault)
        page = await browser.opens(self.slack.workspaces.approve(await browser.begins(link), "T2"))
        assert page.status == 200, page.html

    async def drains(self) -> None:
        await self.app._delivery.drain(BROMLEY)

    def posts(self, key: str) -> None:
        with self.database.transaction() as db:
            db.outbox.post(
                self.community,
                GREG,
                message(text("Your coffee card.")),
                key=key,
                subject="coffee",
                now=utc_now(),
            )

    def state(self, key: str) -> tuple[State, str]:
        with self.database.transaction() as db:
            row = db.connection.exec_driver_sql(
                "SELECT state, reason FROM outbox WHERE key = ?", (key,)
            ).one()
            return State(row[0]), row[1]

    def is_reachable(self) -> bool:
        with self.database.transaction() as db:
            return db.members.accounts_in(BROMLEY)["UGREG"]

    def is_installed(self) -> bool:
        with self.database.transaction() as db:
            return db.workspaces.installation(BROMLEY) is not None


@pytest.fixture
async def house(slack: SlackStandIn, database: Database, tmp_path: Path) -> AsyncIterator[House]:
    slack.workspace("T2", "Bromley")
    slack.person("UGREG", "Greg", team="T2")
    chosen = Settings(
        _env_file=None,
        database_url=str(database.engine.url),
        keys_dir=tmp_path,
        base_url=BASE,
        slack_signing_secret=SECRET,
        slack_client_id=CLIENT_ID,
        slack_client_secret=CLIENT_SECRET,
        slack_api_url=slack.api_url,
    )
    app = App(chosen, database)
    runner = web.AppRunner(app.server())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await app._lanes.stop()
    slack.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    with database.transaction() as db:
        [community] = db.communities.all()
    made = House(slack, database, app, community.id)
    await made.installs()
    await slack.command("UGREG", "/coffee")
    await made.drains()
    yield made
    await runner.cleanup()


@pytest.mark.parametrize(
    "told",
    [
        ("app_uninstalled", "tokens_revoked"),
        ("tokens_revoked", "app_uninstalled"),
        ("app_uninstalled",),
        ("tokens_revoked",),
    ],
    ids=" ".join,
)
async def test_removed_and_installed_again(house: House, told: tuple[str, ...]) -> None:
    assert house.is_reachable()
    house.posts("coffee:1")

    await house.slack.uninstalls("T2", told=told)
    await house.drains()

    assert (house.is_installed(), house.is_reachable()) == (False, False)
    assert house.state("coffee:1") == (
        State.CANNOT,
        "The bot is not installed in this Slack workspace.",
    )
    said = await house.slack.command("UGREG", "/coffee")
    assert said.text == "The bot is not installed in this Slack workspace."

    await house.installs()
    assert house.is_reachable() is False
    await house.drains()

    assert (house.is_installed(), house.is_reachable()) == (True, True)
    house.posts("coffee:2")
    await house.drains()
    assert house.state("coffee:2") == (State.SENT, "")
    assert house.slack.seen_by("UGREG")[-1].text == "Your coffee card."


async def test_somebody_who_left_meanwhile_stays_away(house: House) -> None:
    await house.slack.uninstalls("T2")
    house.slack.users["UGREG"]["deleted"] = True

    await house.installs()
    await house.drains()

    assert (house.is_installed(), house.is_reachable()) == (True, False)


async def test_word_of_a_removal_that_comes_after_the_new_installation_is_outdated(
    house: House,
) -> None:
    await house.slack.uninstalls("T2", told=("app_uninstalled",))
    await house.installs()
    await house.drains()

    late = {"type": "tokens_revoked", "tokens": {"bot": ["U0BOTT2"]}}
    await house.slack.event(late, team="T2")

    assert (house.is_installed(), house.is_reachable()) == (True, True)


async def test_removal_of_one_workspace_leaves_the_other(house: House) -> None:
    house.slack.workspace("T3", "Lewisham")
    house.slack.person("UHAL", "Hal", team="T3")
    with house.database.transaction() as db:
        bromley = db.workspaces.installation(BROMLEY)
        token = house.slack.workspaces._given("T3")["access_token"]
        db.workspaces.install(
            replace(bromley, lane=Lane("slack:T3"), workspace="T3", token=token), now=utc_now()
        )
    await house.slack.command("UHAL", "/coffee")

    await house.slack.uninstalls("T2")

    with house.database.transaction() as db:
        assert db.members.accounts_in(Lane("slack:T3")) == {"UHAL": True}
    assert (await house.slack.command("UHAL", "/coffee")).text != (
        "The bot is not installed in this Slack workspace."
    )
