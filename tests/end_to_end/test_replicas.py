"""Several replicas on one PostgreSQL: killed, paused and stopped in the middle of sending."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.chat.messages import Account, message, text
from bot.dispatch import utc_now
from storage.database import Database
from storage.outbox import State
from storage.secrets import Vault
from tests.end_to_end.bot_process import Bot, command, environment, running, until
from tests.end_to_end.place import LANE, SECRET_KEY
from tests.slack_stand_in import BOT_TOKEN, SECRET, SlackStandIn

REPLICAS = 3
USER = "U0ADA"
# At four a second enough for all that happens.
MESSAGES = 36
TAKEN_OVER_WITHIN = 15
# The message under way ends first; a replica that is not told finds the lane a second later.
HANDED_OVER_WITHIN = 5
DRAINED_WITHIN = 30


@dataclass
class Replica:
    """One bot, and the door to Slack that it alone uses, so that who sent what can be told."""

    slack: SlackStandIn
    bot: Bot

    @property
    def sent(self) -> list[str]:
        return [said.text for said in self.slack.said]

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.bot.pid, number)


@pytest.fixture
def database(postgres_database: str) -> Iterator[Database]:
    opened = Database(postgres_database, Vault(SECRET_KEY))
    yield opened
    opened.close()


@pytest.fixture
async def replicas(postgres_database: str, tmp_path: Path) -> AsyncIterator[list[Replica]]:
    """Three that are ready. PostgreSQL needs no setting but these three of the bot itself."""
    async with AsyncExitStack() as stack:

        async def started(number: int) -> Replica:
            slack = await stack.enter_async_context(SlackStandIn())
            slack.person(USER, "Ada Obi")
            settings = environment(
                tmp_path,
                DATABASE_URL=postgres_database,
                SECRET_KEY=SECRET_KEY,
                SLACK_BOT_TOKEN=BOT_TOKEN,
                SLACK_SIGNING_SECRET=SECRET,
                SLACK_API_URL=slack.api_url,
            )
            if number == 0:
                migrated = await command(settings, tmp_path, "migrate")
                assert migrated.code == 0, migrated
            return Replica(slack, await stack.enter_async_context(running(settings, tmp_path)))

        first = await started(0)
        made = [first, *(await asyncio.gather(*(started(n) for n in range(1, REPLICAS))))]
        for each in made:
            each.slack.twins = [other.slack for other in made if other is not each]
        yield made


async def test_lane_goes_on_elsewhere_when_its_replica_dies_sleeps_or_leaves(
    replicas: list[Replica], database: Database
) -> None:
    assert [await ready(each) for each in replicas] == [True] * REPLICAS
    queue(database)
    dead = await sending(replicas)
    dead.send_signal(signal.SIGKILL)
    died = time.monotonic()
    living = [each for each in replicas if each is not dead]
    asleep = await sending(living)
    took_over = time.monotonic() - died

    # It sleeps between Slack's taking a message and hearing so.
    arrived, go = asleep.slack.hold("chat.postMessage")
    await asyncio.wait_for(arrived.wait(), timeout=5)
    asleep.send_signal(signal.SIGSTOP)
    slept = time.monotonic()
    go.set()
    [leaving] = [each for each in living if each is not asleep]
    await sending([leaving])
    went_on = time.monotonic() - slept
    before = len(asleep.sent)
    asleep.send_signal(signal.SIGCONT)
    await sending([leaving], more=4)
    beside = asleep.sent[before:]

    assert await ready(asleep), asleep.bot.output()
    left = time.monotonic()
    ending = asyncio.create_task(leaving.bot.ended())
    await until(lambda: len(asleep.sent) > before, what="heir", within=TAKEN_OVER_WITHIN)
    handed_over = time.monotonic() - left
    assert await ending == 0
    await until(lambda: is_drained(database), what="drained lane", within=DRAINED_WITHIN)

    assert max(took_over, went_on) < TAKEN_OVER_WITHIN
    assert handed_over < HANDED_OVER_WITHIN
    assert beside == []
    states = ended(database)
    sent = [words for each in replicas for words in each.sent]
    # What the dead and the sleeping one left was looked up, and sent once more or not.
    assert sorted(sent) == keys()
    assert states == dict.fromkeys(keys(), State.SENT)


def keys() -> list[str]:
    return [f"{number:02}" for number in range(MESSAGES)]


def queue(database: Database) -> None:
    """Messages to Ada, whose words are their keys. Nobody wakes the lane."""
    with database.transaction() as db:
        [community] = db.communities.all()
        for key in keys():
            db.outbox.post(
                community.id,
                Account(LANE, USER),
                message(text(key)),
                key=key,
                subject="test",
                now=utc_now(),
            )


async def sending(replicas: list[Replica], *, more: int = 2) -> Replica:
    """Whichever of these sends, once it has sent a few more."""
    before = [len(each.sent) for each in replicas]

    def found() -> Replica | None:
        for each, count in zip(replicas, before, strict=True):
            if len(each.sent) >= count + more:
                return each
        return None

    replica = await until(found, what="sending replica", within=2 * TAKEN_OVER_WITHIN)
    assert replica is not None
    return replica


def ended(database: Database) -> dict[str, State]:
    with database.transaction() as db:
        [community] = db.communities.all()
        rows = db.outbox.rows(community.id, limit=1000)
    return {row.key: row.state for row in rows if row.key in keys()}


def is_drained(database: Database) -> bool:
    return not {State.QUEUED, State.SENDING} & set(ended(database).values())


async def ready(replica: Replica) -> bool:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{replica.bot.address}/readyz") as response,
    ):
        return response.status == 200
