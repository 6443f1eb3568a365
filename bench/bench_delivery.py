"""How fast lanes drain, beside an engine that is given a job for each recipient.

`python -m bench.bench_delivery [deliveries]`. The platform takes a millisecond for each message;
there are twelve lanes, drained as the bot drains them, on a SQLite file and on a PostgreSQL of its
own (durable, as in use). The engine's own jobs take the same millisecond, as many at once.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from procrastinate import App, PsycopgConnector

from bot.chat.messages import Account, message, text
from bot.chat.platform import Delivery as Asked
from bot.chat.platform import Receipt
from bot.delivery import BATCH, Delivery
from bot.ids import Lane
from bot.lanes import Lanes, schema
from bot.lanes.engine import EngineLanes
from bot.lanes.tasks import TaskLanes
from bot.times import utc_now
from jobs import RESULTS
from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Vault
from tests.plugins.postgres import durable_server

LANES = tuple(Lane(f"slack:T{number}") for number in range(12))
TAKES = 0.001
# Far slower: a part of the work tells the rate.
PART = 10


class Platform:
    """Takes each message after a millisecond."""

    name = "slack"

    async def send(self, _asked: Asked) -> Receipt:
        await asyncio.sleep(TAKES)
        return Receipt("C1", "1790000000.000001")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores, {count:,} deliveries of 1 ms")
    address = durable_server()
    rates = {"SQLite": asyncio.run(_drained(_sqlite(), count))}
    if address is not None:
        schema.apply(address)
        rates["PostgreSQL"] = asyncio.run(_drained(address, count))
        jobs = asyncio.run(_one_job_each(address, count // PART))
        print(f"{'one job a recipient':20} {jobs:7,.0f}/s")
    for name, rate in rates.items():
        ratio = f" {rate / jobs:6.1f} times that" if address is not None else ""
        print(f"{name:20} {rate:7,.0f}/s{ratio}")


def _sqlite() -> str:
    return f"sqlite:///{Path(tempfile.mkdtemp()) / 'leaders.db'}"


@contextmanager
def _database(url: str, count: int) -> Iterator[Database]:
    with closing(Database(url, Vault("a secret key of forty characters, or so"))) as database:
        migrate(database)
        with database.transaction() as db:
            now = utc_now()
            community = db.communities.add("Leaders", zone="Europe/London", now=now)
            for number in range(count):
                db.outbox.post(
                    community,
                    Account(LANES[number % len(LANES)], f"U{number}"),
                    message(text("The programme of the next learning sessions is out.")),
                    key=f"bench:{number}",
                    subject="bench",
                    now=now,
                )
        yield database


async def _drained(url: str, count: int) -> float:
    """Deliveries a second, from the wakes to the last row that is settled."""
    with _database(url, count) as database:
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
        while await pending():  # noqa: ASYNC110 - what changes is rows in a database.
            await asyncio.sleep(0.05)
        took = time.perf_counter() - began
        await lanes.stop()
    return count / took


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
