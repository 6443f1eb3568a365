"""Nothing is lost when the bot dies at any moment of a bulk send, and little is in doubt.

The suite runs a short form; ``python -m bench.crashes`` runs the long one and prints figures.
"""

import asyncio
import os
import random
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.lanes import schema
from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Vault
from tests.end_to_end.bot_process import until
from tests.end_to_end.bulk_send import LANES, BulkSend
from tests.end_to_end.crashing_bot import (
    ASKING,
    DELIVERING,
    DOING,
    DONE,
    LOOKED_UP,
    LOOKING_UP,
    SUCCEEDING,
)
from tests.end_to_end.mortal import Plan
from tests.end_to_end.place import SECRET_KEY
from tests.end_to_end.watching_slack import WatchingSlack
from tests.plugins.postgres import Server, made_database

IS_LONG = os.environ.get("CRASHES") == "long"
MESSAGES = int(os.environ.get("MESSAGES", "2000" if IS_LONG else "132"))
KILLS = int(os.environ.get("KILLS", "50" if IS_LONG else "3"))
DATABASE_CRASHES = int(os.environ.get("DATABASE_CRASHES", "5" if IS_LONG else "1"))
# Seconds: less than a message may take to be sent, and more.
NAPS = tuple(map(float, os.environ.get("NAPS", "60 15 20 60" if IS_LONG else "3").split()))
SEED = int(os.environ.get("SEED", "2026"))
REPLICAS = 3
ASKED = 2 * LANES
# A drainer may have so many messages under way.
IN_DOUBT_AT_MOST = 10
# The suite does not wait nine seconds for each replica that fell silent.
HURRY = {} if IS_LONG else {"DEAD_AFTER": "3"}
DRAINED_WITHIN = 300


def tell(**figures: object) -> None:
    """Figures for ``bench.crashes``; a test that passes shows nothing."""
    listed = ", ".join(f"{name} {value}" for name, value in figures.items())
    sys.stdout.write(f"\nfigures: {listed}, seed {SEED}\n")


@pytest.fixture
def sqlite_url(migrated: Path, tmp_path: Path) -> str:
    shutil.copy(migrated, tmp_path / "leaders.db")
    return f"sqlite:///{tmp_path}/leaders.db"


@pytest.fixture
def replicated_url(migrated_postgres: str, postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database with all tables, the engine's too."""
    with made_database(postgres_url, template=migrated_postgres) as address:
        schema.apply(address)
        yield address


@asynccontextmanager
async def bulk_send(
    url: str, folder: Path, *, is_readable: bool = True, **settings: str
) -> AsyncIterator[BulkSend]:
    """A send with nothing queued yet; whatever happens, no process of it is left."""
    rng = random.Random(SEED)
    steps = (*DELIVERING, *(each for each in SUCCEEDING if is_readable or each != LOOKED_UP))
    async with WatchingSlack(is_readable=is_readable, rng=rng) as slack:
        send = BulkSend(url, folder, slack, rng, steps, settings)
        try:
            yield send
        finally:
            await send.end()


def check(send: BulkSend) -> None:
    """Nothing is lost, and in doubt is at most what a process had under way as it died."""
    assert send.lost() == [], SEED
    assert send.doubtful() - set(send.unsettled) == set(), SEED
    assert send.repeats + send.uncertain <= send.unsettled.total(), SEED
    assert send.most_in_a_lane <= IN_DOUBT_AT_MOST, SEED


@pytest.mark.parametrize("is_readable", [True, False] if IS_LONG else [True])
async def test_nothing_is_lost_when_the_only_process_is_killed_again_and_again(
    sqlite_url: str, tmp_path: Path, is_readable: bool
) -> None:
    async with bulk_send(sqlite_url, tmp_path, is_readable=is_readable) as send:
        await kill_again_and_again(send, replicas=1)

        check(send)
        tell(database="sqlite", look_up=is_readable, **send.figures())


@pytest.mark.parametrize("is_readable", [True, False] if IS_LONG else [False])
async def test_nothing_is_lost_when_replicas_are_killed_again_and_again(
    replicated_url: str, tmp_path: Path, is_readable: bool
) -> None:
    async with bulk_send(replicated_url, tmp_path, is_readable=is_readable, **HURRY) as send:
        await kill_again_and_again(send, replicas=REPLICAS)

        check(send)
        tell(database="postgresql", look_up=is_readable, **send.figures())


async def kill_again_and_again(send: BulkSend, *, replicas: int) -> None:
    """Send, and send again where all arrived before there were enough kills."""
    send.wanted, send.at_each_step = KILLS, IS_LONG
    while not send.is_enough:
        if send.is_drained():
            send.queue(MESSAGES)
        await asyncio.gather(*(send.replica() for _ in range(replicas)))


async def test_what_a_job_sends_is_queued_once_though_it_is_killed_as_it_ends(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with bulk_send(sqlite_url, tmp_path) as send:
        send.ask_everybody(ASKED)
        for plan in (Plan(DOING, 1), Plan(DOING, 1), Plan(DONE, 1)):
            process = await send.begin(plan)
            assert await process.ends(DRAINED_WITHIN), process.printed
            assert process.died_at == plan.step, process.printed
            send.kills[plan.step] += 1
        await send.replica()

        assert send.slack.taken == dict.fromkeys(send.keys, 1)
        tell(database="sqlite", job="coffee round", **send.figures())


async def test_what_was_being_looked_up_is_looked_up_again_after_a_crash(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with bulk_send(sqlite_url, tmp_path) as send:
        send.queue(2 * LANES)
        for plan in (Plan(ASKING, LANES), Plan(LOOKING_UP, 1)):
            process = await send.begin(plan)
            assert await process.ends(DRAINED_WITHIN), process.printed
            assert process.died_at == plan.step, process.printed
        await send.replica()

        assert send.slack.taken == dict.fromkeys(send.keys, 1)
        assert send.uncertain == 0


async def test_a_replica_that_slept_sends_nothing_beside_its_heir(
    replicated_url: str, tmp_path: Path
) -> None:
    async with bulk_send(replicated_url, tmp_path, **HURRY) as send:
        for _ in range(REPLICAS):
            await send.begin()
        for nap in NAPS:
            if send.is_drained():
                send.queue(MESSAGES)
            sleeper = await send.falls_asleep()
            await send.sleeps(sleeper, nap)
            # Awake it does its worst.
            await send.goes_on()
        await until(send.is_drained, what="end of the send", within=DRAINED_WITHIN)

        check(send)
        assert send.repeated() == {}, SEED
        tell(database="postgresql", naps=NAPS, **send.figures())


async def test_replicas_live_through_a_crash_of_their_database_and_one_leaves(
    own_postgres: Server, tmp_path: Path
) -> None:
    database = Database(own_postgres.address, Vault(SECRET_KEY))
    migrate(database)
    database.close()
    schema.apply(own_postgres.address)
    async with bulk_send(own_postgres.address, tmp_path, **HURRY) as send:
        send.queue(MESSAGES)
        leaving, *staying = [await send.begin() for _ in range(REPLICAS)]
        for _ in range(DATABASE_CRASHES):
            await send.goes_on(count=MESSAGES // (DATABASE_CRASHES + 2))
            await asyncio.to_thread(own_postgres.control, "restart")
        await send.goes_on()
        assert await leaving.leaves() == 0, leaving.printed
        await until(send.is_drained, what="end of the send", within=DRAINED_WITHIN)

        assert [each.code for each in staying] == [None, None]
        assert send.lost() == [], SEED
        assert send.repeats + send.uncertain <= DATABASE_CRASHES * LANES * IN_DOUBT_AT_MOST, SEED
        tell(database="postgresql", crashes=DATABASE_CRASHES, **send.figures())
