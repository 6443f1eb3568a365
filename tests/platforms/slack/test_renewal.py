"""Tokens that end are renewed in time, once, whichever process asks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.chat.platform import Installation
from bot.errors import CannotDeliver, TryLater
from bot.ids import Lane
from bot.platforms.slack import api, tokens
from bot.platforms.slack.api import Api
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.pace import Pace
from bot.platforms.slack.renewals import LOOKS, WRITES, Renewals
from storage.database import Database
from tests.leaders import START
from tests.slack_stand_in import SlackStandIn
from tests.slack_workspaces import CLIENT_ID, CLIENT_SECRET

BROMLEY = Lane("slack:T2")
INSTALL_AGAIN = "The bot is no longer allowed into this Slack workspace; install it again."


@dataclass
class Clock:
    now: float = START.timestamp()
    slept: list[float] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None

    def __call__(self) -> float:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        if self.meanwhile is not None:
            await self.meanwhile()


class Replica:
    """One process of the bot; all share the database and the clock."""

    def __init__(self, slack: SlackStandIn, database: Database, clock: Clock) -> None:
        async def store(act: Any) -> Any:
            return await database.run(lambda db: act(db.workspaces))

        self.store = store
        self.installations = Installations(store, clock=clock)
        self.renewals = Renewals(
            store,
            self.installations,
            self._exchange,
            clock=clock,
            sleep=clock.sleep,
        )
        self.api = Api(
            slack.api_url,
            self.renewals.of,
            afresh=self.installations.afresh,
            client=(CLIENT_ID, CLIENT_SECRET),
            pace=Pace(clock=clock, sleep=clock.sleep),
        )

    async def _exchange(self, **asked: str) -> dict[str, Any]:
        return await self.api.exchange(**asked)

    async def asks(self) -> str:
        """The token that is used now."""
        found = await self.renewals.of(BROMLEY)
        return found.token if found else ""

    async def stop(self) -> None:
        await self.renewals.stop()
        await self.api.close()


@dataclass
class House:
    slack: SlackStandIn
    database: Database
    clock: Clock
    first: str
    replicas: list[Replica]

    def kept(self) -> Installation | None:
        with self.database.transaction() as db:
            return db.workspaces.installation(BROMLEY)

    @property
    def exchanges(self) -> int:
        return len(self.slack.called("oauth.v2.access"))


@pytest.fixture
async def house(slack: SlackStandIn, database: Database) -> AsyncIterator[House]:
    """A workspace that was installed at the start, with tokens of twelve hours; two replicas."""
    slack.workspace("T2", "Bromley")
    slack.person("UGREG", "Greg", team="T2")
    slack.workspaces.rotates = True
    given = slack.workspaces._given("T2")
    with database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)
        db.workspaces.install(tokens.installed(given, now=START), now=START)
    clock = Clock()
    replicas = [Replica(slack, database, clock) for _ in range(2)]
    yield House(slack, database, clock, given["access_token"], replicas)
    for replica in replicas:
        await replica.stop()


async def test_token_is_left_alone_until_two_hours_before_its_end(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=9, minutes=59)

    assert await replica.asks() == house.first
    await replica.renewals.stop()
    assert house.exchanges == 0


async def test_token_is_renewed_in_the_background_while_the_old_one_works(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=10)

    assert [await replica.asks() for _ in range(3)] == [house.first] * 3
    await replica.renewals.stop()

    kept = house.kept()
    assert house.exchanges == 1
    assert kept.token == await replica.asks() == house.slack.workspaces.newest_token("T2")
    assert kept.expires_at == START + timedelta(hours=22)
    assert (kept.name, kept.bot_user) == ("Bromley", "U0BOTT2")


async def test_token_that_has_ended_is_waited_for(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=13)
    house.slack.workspaces.expired.add(house.first)

    answer = await replica.api.call(BROMLEY, "users.info", user="UGREG")

    assert answer["user"]["id"] == "UGREG"
    assert house.exchanges == 1


async def test_many_who_ask_at_once_in_all_replicas_spend_one_refresh_token(house: House) -> None:
    house.clock.passes(hours=13)

    found = await asyncio.gather(*(each.asks() for each in house.replicas * 10))

    assert set(found) == {house.slack.workspaces.newest_token("T2")}
    assert house.exchanges == 1


async def test_replica_that_remembers_the_old_tokens_spends_nothing(house: House) -> None:
    one, other = house.replicas
    house.clock.passes(hours=11, minutes=59, seconds=50)
    assert await other.asks() == house.first
    await other.renewals.stop()
    house.clock.passes(seconds=20)
    ends = START + timedelta(hours=12)
    stale = Installation(BROMLEY, "T2", "", house.first, "", "xoxe-spent", ends)
    one.installations.remember(BROMLEY, stale)

    assert await one.asks() == house.kept().token != house.first
    assert house.exchanges == 1


async def test_renewal_that_slack_does_not_answer_is_tried_again(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=10)
    house.slack.answer_status("oauth.v2.access", 503)

    assert await replica.asks() == house.first
    await replica.renewals.stop()
    assert await replica.asks() == house.first
    await replica.renewals.stop()
    assert house.exchanges == 1
    house.clock.passes(minutes=2)
    assert await replica.asks() == house.first
    await replica.renewals.stop()

    assert house.exchanges == 2
    assert await replica.asks() == house.slack.workspaces.newest_token("T2") != house.first


async def test_ended_token_that_can_not_be_renewed_now_holds_the_whole_lane(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=13)
    house.slack.answer_status("oauth.v2.access", 503)

    with pytest.raises(TryLater, match="Slack did not renew") as caught:
        await replica.asks()

    assert (caught.value.whole_lane, caught.value.after) == (True, timedelta(minutes=1))
    house.clock.passes(minutes=2)
    assert await replica.asks() == house.slack.workspaces.newest_token("T2")


async def test_refused_renewal_says_to_install_again_once_the_token_has_ended(house: House) -> None:
    replica, other = house.replicas
    house.slack.workspaces.refreshing.clear()
    house.clock.passes(hours=10)
    with capture_logs() as logged:
        assert await replica.asks() == house.first
        await replica.renewals.stop()
        assert await replica.asks() == await other.asks() == house.first
        house.clock.passes(hours=3)
        for each in house.replicas:
            with pytest.raises(CannotDeliver) as caught:
                await each.asks()
            assert caught.value.reason == INSTALL_AGAIN

    assert house.exchanges == 1
    assert [
        (line["lane"], line["code"]) for line in logged if line["event"] == "slack_renewal_refused"
    ] == [(BROMLEY, "invalid_refresh_token")]


async def test_tokens_lost_on_the_way_to_us_can_only_be_installed_again(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=13)
    house.slack.drop("oauth.v2.access")

    with pytest.raises(TryLater, match="Slack did not renew"):
        await replica.asks()
    house.clock.passes(minutes=2)

    with pytest.raises(CannotDeliver) as caught:
        await replica.asks()
    assert caught.value.reason == INSTALL_AGAIN


@pytest.mark.parametrize(("times", "is_kept"), [(WRITES - 1, True), (WRITES, False)])
async def test_database_that_is_away_for_a_moment_loses_no_tokens(
    house: House, monkeypatch: Any, times: int, is_kept: bool
) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=13)
    written, left = replica.store, [RuntimeError("The database is away.")] * times

    async def store(act: Any) -> Any:
        if house.exchanges and left:
            raise left.pop()
        return await written(act)

    monkeypatch.setattr(replica.renewals, "_store", store)

    found = await asyncio.gather(replica.asks(), return_exceptions=True)

    newest = house.slack.workspaces.newest_token("T2")
    assert (found == [newest]) is is_kept
    assert (house.kept().token == newest) is is_kept


async def test_answer_without_a_token_is_none(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=13)
    house.slack.answer_in_words("oauth.v2.access", {"ok": True})

    with pytest.raises(TryLater, match="Slack did not renew"):
        await replica.asks()

    assert house.kept().token == house.first


async def test_wrong_client_secret_is_no_fault_of_the_workspace(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=13)
    house.slack.answer_with("oauth.v2.access", "bad_client_secret")

    with pytest.raises(TryLater, match="bad_client_secret"):
        await replica.asks()

    assert house.kept().refresh_token


async def test_asker_that_gives_up_does_not_lose_the_tokens(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=13)
    arrived, go = house.slack.hold("oauth.v2.access")
    asking = asyncio.ensure_future(replica.asks())
    await arrived.wait()

    asking.cancel()
    go.set()
    await replica.renewals.stop()

    assert house.kept().token == house.slack.workspaces.newest_token("T2") != house.first


async def test_renewal_brings_no_removed_workspace_back(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=13)
    arrived, go = house.slack.hold("oauth.v2.access")

    asking = asyncio.ensure_future(replica.asks())
    await arrived.wait()
    with house.database.transaction() as db:
        db.workspaces.uninstall(BROMLEY, now=START)
    go.set()

    assert await asking == ""
    assert house.kept() is None


async def test_tokens_that_another_process_fetches_are_waited_for_a_moment(house: House) -> None:
    replica, other = house.replicas
    house.clock.passes(hours=13)
    spent = house.kept()
    await replica.store(lambda store: taken(store, house))

    async def renews() -> None:
        answer = await other.api.exchange(
            grant_type="refresh_token", refresh_token=spent.refresh_token
        )
        renewed = tokens.given(answer, spent, now=START + timedelta(hours=13))
        await other.store(lambda store: store.renew(renewed, spent=spent.refresh_token))
        house.clock.meanwhile = None

    house.clock.meanwhile = renews

    assert await replica.asks() == house.slack.workspaces.newest_token("T2")
    assert (house.exchanges, len(house.clock.slept)) == (1, 1)


async def test_process_that_never_comes_back_is_not_waited_for_long(house: House) -> None:
    replica, _ = house.replicas
    house.clock.passes(hours=13)
    await replica.store(lambda store: taken(store, house))

    with pytest.raises(TryLater, match="Another process is renewing"):
        await replica.asks()

    assert len(house.clock.slept) == LOOKS
    assert house.exchanges == 0
    house.clock.passes(minutes=2)
    assert await replica.asks() == house.slack.workspaces.newest_token("T2")


def taken(store: Any, house: House) -> bool:
    now = START + timedelta(hours=13)
    assert house.clock.now == now.timestamp()
    return store.take_renewal(BROMLEY, until=now + timedelta(minutes=1), now=now)


async def test_workspace_that_is_not_there_has_nothing_to_renew(house: House) -> None:
    replica, _ = house.replicas

    assert await replica.renewals.of(Lane("slack:T9")) is None


async def test_revoked_token_is_looked_up_again_before_anything_fails(house: House) -> None:
    one, other = house.replicas
    assert await one.asks() == house.first
    house.slack.workspaces.revoke("T2")
    again = tokens.installed(house.slack.workspaces._given("T2"), now=START)
    await other.installations.keep(again)

    answer = await one.api.call(BROMLEY, "users.info", user="UGREG")

    assert answer["user"]["id"] == "UGREG"


async def test_clients_of_tokens_that_ended_are_let_go(house: House, monkeypatch: Any) -> None:
    replica, _ = house.replicas
    monkeypatch.setattr(api, "REMEMBERED", 2)

    for number in range(5):
        replica.api.client(f"xoxb-{number}")

    assert set(replica.api._clients) == {"xoxb-4"}


async def test_no_log_names_a_token(house: House, caplog: Any) -> None:
    replica, _ = house.replicas
    with capture_logs() as logged:
        house.clock.passes(hours=13)
        await replica.asks()
        house.slack.workspaces.refreshing.clear()
        house.clock.passes(hours=13)
        with pytest.raises(CannotDeliver):
            await replica.asks()

    assert [line["event"] for line in logged] == [
        "slack_renewed",
        "slack_renewal_refused",
        "slack_renewal_failed",
    ]
    assert "xox" not in str(logged) + caplog.text
