"""How fast lanes drain, beside an engine that is given a job for each recipient.

`python -m bench.bench_delivery [deliveries]`. The platform takes a millisecond for each message;
there are twelve lanes, drained as the bot drains them, on a SQLite file and on a PostgreSQL of its
own (durable, as in use). The engine's own jobs take the same millisecond, as many at once.

Then the same once more while somebody writes in the web chat fifty times a second: how long each
of those writes takes.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from procrastinate import App, PsycopgConnector

from bot.chat.messages import Account, message, text
from bot.chat.platform import Delivery as Asked
from bot.chat.platform import Receipt
from bot.delivery import BATCH, Delivery
from bot.errors import DatabaseUnready
from bot.ids import Lane
from bot.lanes import Lanes, schema
from bot.lanes.engine import EngineLanes
from bot.lanes.tasks import TaskLanes
from bot.times import utc_now
from jobs import RESULTS
from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Vault
from storage.unit_of_work import UnitOfWork
from storage.web import web_account
from tests.plugins.postgres import durable_server

LANES = tuple(Lane(f"slack:T{number}") for number in range(12))
TAKES = 0.001
# Far slower: a part of the work tells the rate.
PART = 10
WRITES_A_SECOND = 50


class Platform:
    """Takes each message after a millisecond."""

    name = "slack"

    async def send(self, _asked: Asked) -> Receipt:
        await asyncio.sleep(TAKES)
        return Receipt("C1", "1790000000.000001")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores, {count:,} deliveries of 1 ms")
    server = durable_server()
    address = server.address if server else None
    jobs = 0.0
    if address is not None:
        schema.apply(address)
        jobs = asyncio.run(_one_job_each(address, count // PART))
        print(f"{'one job a recipient':20} {jobs:7,.0f}/s")
    for name, url in {"SQLite": _sqlite(), "PostgreSQL": address}.items():
        if url is None:
            continue
        with _database(url) as database:
            drain, beside = asyncio.run(_both(database, url, count))
        ratio = f" {drain.rate / jobs:6.1f} times that" if jobs else ""
        print(f"{name:20} {drain.rate:7,.0f}/s{ratio}")
        print(
            f"  with {len(beside.writes)} web writes beside: {beside.rate:,.0f}/s; {beside.said()}"
        )


def _sqlite() -> str:
    return f"sqlite:///{Path(tempfile.mkdtemp()) / 'leaders.db'}"


@dataclass(frozen=True)
class Drained:
    """Deliveries a second, and how long each write beside them took, in milliseconds."""

    rate: float
    writes: list[float]
    errors: int

    def said(self) -> str:
        half, most = (sorted(self.writes)[int(len(self.writes) * part)] for part in (0.5, 0.99))
        return f"a write takes {half:.1f} ms, p99 {most:.1f} ms, {self.errors} errors"


@contextmanager
def _database(url: str) -> Iterator[Database]:
    with closing(Database(url, Vault("a secret key of forty characters, or so"))) as database:
        migrate(database)
        with database.transaction() as db:
            now = utc_now()
            community = db.communities.add("Leaders", zone="Europe/London", now=now)
            ada = db.members.add(community, "Ada", zone="Europe/London", now=now)
            db.members.add_account(community, ada, web_account(community, ada), now=now)
        yield database


def _queue(database: Database, count: int) -> None:
    with database.transaction() as db:
        [community] = db.communities.all()
        now = utc_now()
        for number in range(count):
            db.outbox.post(
                community.id,
                Account(LANES[number % len(LANES)], f"U{number}"),
                message(text("The programme of the next learning sessions is out.")),
                key=f"bench:{now}:{number}",
                subject="bench",
                now=now,
            )


async def _both(database: Database, url: str, count: int) -> tuple[Drained, Drained]:
    alone = await _drained(database, url, count)
    return alone, await _drained(database, url, count, writes=WRITES_A_SECOND)


async def _drained(database: Database, url: str, count: int, *, writes: int = 0) -> Drained:
    """From the wakes to the last row that is settled."""
    _queue(database, count)
    delivery = Delivery(database, {"slack": Platform()}, clock=utc_now, results=RESULTS)

    async def pending() -> tuple[Lane, ...]:
        return await database.run(lambda db: db.drain.pending(utc_now()))

    lanes: Lanes = (
        TaskLanes(delivery.drain, pending)
        if database.is_sqlite
        else EngineLanes(url, delivery.drain, pending)
    )
    began = time.perf_counter()
    lanes.start()
    for lane in LANES:
        lanes.wake(lane)
    beside = Beside(database)
    writing = asyncio.create_task(beside.write(a_second=writes)) if writes else None
    while await pending():  # noqa: ASYNC110 - what changes is rows in a database.
        await asyncio.sleep(0.05)
    took = time.perf_counter() - began
    if writing is not None:
        await beside.stop(writing)
    await lanes.stop()
    return Drained(count / took, beside.took, beside.errors)


class Beside:
    """Somebody who writes in the web chat, whatever else goes on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_over = False
        self.took: list[float] = []
        self.errors = 0

    async def write(self, *, a_second: int) -> None:
        """Begin so many writes a second, without waiting for the last one."""
        async with asyncio.TaskGroup() as group:
            while not self._is_over:
                group.create_task(self._once())
                await asyncio.sleep(1 / a_second)

    async def stop(self, writing: asyncio.Task[None]) -> None:
        self._is_over = True
        await writing

    async def _once(self) -> None:
        began = time.perf_counter()
        try:
            await self._database.run(self._say)
        except DatabaseUnready:
            self.errors += 1
        self.took.append((time.perf_counter() - began) * 1000)

    @staticmethod
    def _say(db: UnitOfWork) -> None:
        [community] = db.communities.all()
        [ada] = db.members.everybody(community.id)
        db.web.keep_words(web_account(community.id, ada.id), "coffee next", now=utc_now())


async def _one_job_each(url: str, count: int) -> float:
    """Jobs a second of an engine that is given one for each recipient."""
    engine = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))

    @engine.task(name="one", queue="bench")
    async def one(number: int) -> None:  # noqa: ARG001 - whom it is for.
        await asyncio.sleep(TAKES)

    async with engine.open_async():
        await one.batch_defer_async(*({"number": number} for number in range(count)))
        began = time.perf_counter()
        await engine.run_worker_async(
            queues=["bench"],
            wait=False,
            concurrency=BATCH * len(LANES),
            delete_jobs="always",
            install_signal_handlers=False,
        )
        return count / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
