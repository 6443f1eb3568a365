"""One drainer a lane: woken, swept, mended and stopped, in one process and over replicas."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from procrastinate.jobs import Status
from structlog.testing import capture_logs

from bot.ids import Lane
from bot.lanes import Lanes, Pace, schema
from bot.lanes.engine import DRAIN, QUEUE, EngineLanes
from bot.lanes.tasks import TaskLanes
from tests.plugins.postgres import made_database

ONE, TWO = Lane("slack:T1"), Lane("web:1")
# The real ones are seconds; nothing here depends on how long they are.
PACE = Pace(sweep=0.02, broken=0.02, stop=5, heartbeat=0.1, dead=1.0)


class Work:
    """What the drainers do, written down; ``troubles`` are raised first, once each."""

    def __init__(self) -> None:
        self.done: list[Lane] = []
        self.begun: list[Lane] = []
        self.troubles: dict[str, int] = {}
        self.waiting: tuple[Lane, ...] = ()
        self.gate = asyncio.Event()
        self.gate.set()
        self.broke = 0
        self.at_once = self.most_at_once = 0
        self.moved = asyncio.Condition()

    async def drain(self, lane: Lane) -> int:
        await self._fail("drain")
        self.begun.append(lane)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self._tell()
        try:
            await self.gate.wait()
        finally:
            self.at_once -= 1
        self.done.append(lane)
        self.waiting = tuple(each for each in self.waiting if each != lane)
        await self._tell()
        return 0

    async def pending(self) -> tuple[Lane, ...]:
        await self._fail("sweep")
        return self.waiting

    async def _fail(self, what: str) -> None:
        if self.troubles.get(what):
            self.troubles[what] -= 1
            self.broke += 1
            await self._tell()
            raise OSError("the database is away")

    async def _tell(self) -> None:
        async with self.moved:
            self.moved.notify_all()

    async def until(self, is_so) -> None:
        async with asyncio.timeout(10), self.moved:
            await self.moved.wait_for(is_so)

    async def after(self, count: int) -> list[Lane]:
        """What was drained, once there is so much of it."""
        await self.until(lambda: len(self.done) >= count)
        return self.done

    async def beginning(self, count: int) -> list[Lane]:
        """What was begun, once there is so much of it."""
        await self.until(lambda: len(self.begun) >= count)
        return self.begun


@pytest.fixture(scope="session")
def engine_template(postgres_url: str) -> Iterator[str]:
    """The name of a database with the engine's tables."""
    with made_database(postgres_url) as address:
        schema.apply(address)
        yield address.rpartition("/")[2]


@pytest.fixture
def engine_url(postgres_url: str, engine_template: str) -> Iterator[str]:
    """The address of a database with the engine's tables, for one test."""
    with made_database(postgres_url, template=engine_template) as address:
        yield address


@pytest.fixture
async def work() -> Work:
    return Work()


@pytest.fixture(params=["tasks", "engine"])
async def make(request, work: Work):
    """Makes drainers; all of a test do the same work, and are stopped at its end."""
    made: list[Lanes] = []
    url = request.getfixturevalue("engine_url") if request.param == "engine" else ""

    def drainers(pace: Pace = PACE) -> Lanes:
        lanes = (
            EngineLanes(url, work.drain, work.pending, pace=pace)
            if url
            else TaskLanes(work.drain, work.pending, pace=pace)
        )
        made.append(lanes)
        return lanes

    yield drainers
    work.gate.set()
    for lanes in made:
        await lanes.stop()


@pytest.fixture
async def lanes(make) -> Lanes:
    started = make()
    started.start()
    await alive(started)
    return started


async def alive(lanes: Lanes) -> None:
    async with asyncio.timeout(10):
        while not lanes.is_alive:  # noqa: ASYNC110 - a database is being connected to.
            await asyncio.sleep(0.01)


async def test_a_woken_lane_is_drained_and_so_it_is_with_each_wake(work, lanes):
    lanes.wake(ONE)
    first = list(await work.after(1))
    lanes.wake(ONE)

    assert first == [ONE]
    assert await work.after(2) == [ONE, ONE]


async def test_wakes_during_a_drain_are_one_more_drain(work, lanes):
    work.gate.clear()
    lanes.wake(ONE)
    await work.beginning(1)
    for _ in range(3):
        lanes.wake(ONE)
    work.gate.set()
    await work.after(2)
    lanes.wake(TWO)

    assert await work.after(3) == [ONE, ONE, TWO]
    assert work.most_at_once == 1


async def test_a_lane_that_waits_holds_up_no_other(work, lanes):
    work.gate.clear()
    lanes.wake(ONE)
    await work.beginning(1)
    lanes.wake(TWO)

    assert await work.beginning(2) == [ONE, TWO]
    assert work.done == []


async def test_the_sweep_finds_what_no_wake_told_of(work, lanes):
    work.waiting = (ONE, TWO)

    assert set((await work.after(2))[:2]) == {ONE, TWO}


async def test_a_sweep_that_breaks_is_logged_and_tries_again(work, make):
    work.troubles["sweep"] = 2
    work.waiting = (ONE,)

    with capture_logs() as logged:
        make().start()
        await work.after(1)

    assert [line["event"] for line in logged] == ["sweep_broke", "sweep_broke"]


async def test_a_drain_that_breaks_is_logged_and_tried_again(work, lanes):
    work.troubles["drain"] = 1
    work.waiting = (ONE,)

    with capture_logs() as logged:
        await work.after(1)

    assert [(line["event"], line["lane"]) for line in logged] == [("lane_broke", ONE)]


async def test_they_are_alive_from_start_to_stop(make):
    lanes = make()
    before = lanes.is_alive
    lanes.start()
    await alive(lanes)
    await lanes.stop()

    assert (before, lanes.is_alive) == (False, False)


async def test_a_stop_waits_for_the_message_under_way_and_leaves_no_task(work, make):
    before = asyncio.all_tasks()
    lanes = make()
    lanes.start()
    await alive(lanes)
    work.gate.clear()
    lanes.wake(ONE)
    await work.beginning(1)

    stopping = asyncio.create_task(lanes.stop())
    done, _ = await asyncio.wait([stopping], timeout=0.1)
    work.gate.set()
    await stopping

    assert done == set()
    assert work.done == [ONE]
    assert asyncio.all_tasks() == before


async def test_a_stop_waits_no_longer_than_it_may(work, make):
    lanes = make(replace(PACE, stop=0.01))
    lanes.start()
    await alive(lanes)
    work.gate.clear()
    lanes.wake(ONE)
    await work.beginning(1)

    async with asyncio.timeout(4):
        await lanes.stop()

    assert (work.done, work.at_once) == ([], 0)


@pytest.mark.parametrize("wait", [0, 0.001, 0.01, 0.03, 0.1])
async def test_a_stop_right_after_the_start_ends_all(work, make, wait):
    before = asyncio.all_tasks()
    lanes = make(replace(PACE, sweep=3600, broken=3600))
    lanes.start()
    await asyncio.sleep(wait)

    async with asyncio.timeout(10):
        await lanes.stop()

    assert lanes.is_alive is False
    assert asyncio.all_tasks() == before


async def test_a_stop_does_not_wait_for_a_broken_lane_to_try_again(work, make):
    lanes = make(replace(PACE, broken=3600))
    lanes.start()
    await alive(lanes)
    work.troubles["drain"] = 1
    with capture_logs():
        lanes.wake(ONE)
        await work.until(lambda: work.broke)

        async with asyncio.timeout(4):
            await lanes.stop()

    assert work.done == []


async def test_a_stopped_lane_is_not_woken_again(work, lanes):
    await lanes.stop()

    lanes.wake(ONE)
    await asyncio.sleep(0.05)

    assert work.begun == []


def events(logged) -> list[tuple[str, str]]:
    return [(line["event"], line.get("lane", "")) for line in logged]


@pytest.fixture
def others(engine_url: str) -> Iterator["Others"]:
    with psycopg.connect(engine_url, autocommit=True) as connection:
        yield Others(connection)


class Others:
    """The engine's tables, as other replicas leave them."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def doing(self, lane: Lane, *, worker: int | None) -> int:
        """A job that a worker has taken on."""
        return self._one(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args,"
            " status, worker_id) VALUES (%s, %s, %s, %s, '{}', 'doing', %s) RETURNING id",
            QUEUE, DRAIN, lane, lane, worker,
        )  # fmt: skip

    def worker(self, *, silent: float) -> int:
        """A worker that last said so many seconds ago that it lives."""
        return self._one(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            silent,
        )

    def only_worker(self) -> int:
        return self._one("SELECT id FROM procrastinate_workers")

    def jobs(self) -> list[tuple[str, str]]:
        rows = self._connection.execute(
            "SELECT lock, status FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", (DRAIN,)
        )
        return rows.fetchall()

    async def do(self, statement: str) -> None:
        """It may have to wait for what the drainers are doing."""
        await asyncio.to_thread(self._connection.execute, statement.encode())

    def _one(self, statement: str, *values: object) -> int:
        row = self._connection.execute(statement, values).fetchone()
        assert row is not None
        return int(row[0])


ENGINE = pytest.mark.parametrize("make", ["engine"], indirect=True)


@ENGINE
async def test_one_of_several_replicas_drains_a_lane_and_a_wake_meanwhile_is_kept(work, make):
    one, two = make(), make()
    for lanes in (one, two):
        lanes.start()
        await alive(lanes)
    work.gate.clear()
    one.wake(ONE)
    await work.beginning(1)

    two.wake(ONE)
    two.wake(TWO)
    begun = list(await work.beginning(2))
    work.gate.set()
    await work.after(3)

    assert begun == [ONE, TWO]
    assert sorted(work.done) == [ONE, ONE, TWO]
    assert work.most_at_once == 2


@ENGINE
async def test_what_a_replica_leaves_goes_on_in_another_at_once(work, make):
    # Neither sweeps again within this test, so that only being told helps.
    leaving, staying = (make(replace(PACE, sweep=3600)) for _ in range(2))
    for lanes in (leaving, staying):
        lanes.start()
        await alive(lanes)
    await asyncio.sleep(0.2)
    work.waiting = (ONE,)

    await leaving.stop()

    assert await work.after(1) == [ONE]


@ENGINE
@pytest.mark.parametrize("is_known", [True, False], ids=["silent", "gone"])
async def test_a_lane_of_a_dead_replica_is_taken_over_even_with_a_wake_that_waits(
    work, make, others, is_known
):
    dead = others.worker(silent=60) if is_known else None
    others.doing(ONE, worker=dead)
    alive_elsewhere = others.worker(silent=0)
    others.doing(TWO, worker=alive_elsewhere)
    work.waiting = (ONE, TWO)

    with capture_logs() as logged:
        lanes = make(replace(PACE, dead=30))
        lanes.start()
        lanes.wake(ONE)
        await work.after(1)

    assert work.done == [ONE]
    assert events(logged) == [("lane_taken_over", ONE)]
    assert (str(TWO), Status.DOING.value) in others.jobs()


@ENGINE
async def test_a_job_whose_end_could_not_be_written_down_does_not_hold_its_lane_for_ever(
    work, lanes, others
):
    lanes.wake(ONE)
    await work.after(1)
    others.doing(TWO, worker=others.only_worker())
    work.waiting = (TWO,)

    with capture_logs() as logged:
        await work.after(2)

    assert work.done == [ONE, TWO]
    assert events(logged) == [("lane_taken_over", TWO)]


@ENGINE
async def test_drains_that_ended_well_or_badly_leave_nothing_in_the_tables(work, lanes, others):
    work.troubles["drain"] = 1
    work.waiting = (ONE, TWO)

    with capture_logs():
        await work.until(lambda: not work.waiting)
        async with asyncio.timeout(5):
            while others.jobs():  # noqa: ASYNC110 - what changes is a row in the database.
                await asyncio.sleep(0.01)

    assert set(work.done) == {ONE, TWO}


@ENGINE
async def test_a_worker_that_breaks_is_followed_by_another(work, lanes, others):
    lanes.wake(ONE)
    await work.after(1)
    # Its number is not known any more, so that it can take on nothing.
    await others.do("DELETE FROM procrastinate_workers")

    with capture_logs() as logged:
        work.waiting = (TWO,)
        await work.until(lambda: TWO in work.done)

    assert ("engine_broke", "") in events(logged)


@ENGINE
async def test_drainers_are_not_alive_without_tables(work, make, others):
    await others.do("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    with capture_logs() as logged:
        lanes = make(replace(PACE, broken=3600))
        lanes.start()
        # The engine gives its own parts five seconds to end.
        async with asyncio.timeout(30):
            while ("engine_broke", "") not in events(logged):  # noqa: ASYNC110 - a log line.
                await asyncio.sleep(0.01)
        is_alive = lanes.is_alive
        await lanes.stop()

    assert is_alive is False
