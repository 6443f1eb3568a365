"""The clock: everything due is done once, however often, late or brokenly it is tried."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot import scheduler
from bot.chat.messages import Account
from bot.chat.requests import Role
from bot.chat.schedule import Schedule, Work
from bot.ids import Lane
from bot.scheduler import ATTEMPTS, RETRY_AFTER, STALE, Scheduler
from bot.times import Recurrence, local, utc_now
from bot.views import common
from storage.schedule import OccurrenceState
from tests.leaders import START

LONDON = "Europe/London"
LABEL = datetime(2026, 11, 23, 9)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


def double(number: int) -> int:
    """Long computing."""
    return 2 * number


class House:
    """A database, jobs that write down what they were asked, and a scheduler over them."""

    def __init__(self, database) -> None:
        self.database = database
        self.now = START
        self.pool = ThreadPoolExecutor(1)
        self.jobs = Schedule()
        self.ran = []
        self.troubles: list[Exception] = []
        self.scheduler = self.another()
        with database.transaction() as db:
            self.community = db.communities.add("Leaders", zone=LONDON, now=START)

        @self.jobs.job("note", catch_up=2 * HOUR)
        def note(run, db):
            db.audit.add(run.community, None, action=run.subject, now=run.now)
            if self.troubles and run.subject == "broken":
                raise self.troubles.pop(0)
            self.ran.append(run)

    def another(self, clock=None) -> Scheduler:
        return Scheduler(
            self.database, self.jobs, clock=clock or (lambda: self.now), pool=self.pool
        )

    def add(self, subject: str = "", *, job: str = "note", label: datetime = LABEL) -> None:
        with self.database.transaction() as db:
            db.schedule.add(self.community, job, subject=subject, label=label, zone=LONDON)

    def of(self, job: str = "note"):
        with self.database.transaction() as db:
            return db.schedule.of(self.community, job, limit=50)

    def ended(self, job: str = "note") -> dict[str, tuple[OccurrenceState, str]]:
        return {each.subject: (each.state, each.reason) for each in self.of(job)}

    def noted(self) -> list[str]:
        with self.database.transaction() as db:
            return [each.action for each in db.audit.latest(self.community, limit=99)][::-1]


@pytest.fixture
def house(database):
    made = House(database)
    yield made
    made.pool.shutdown()


@pytest.fixture
def any_house(any_database):
    made = House(any_database)
    yield made
    made.pool.shutdown()


async def test_what_is_due_is_done_once(any_house):
    any_house.add("a")

    counts = [await any_house.scheduler.tick() for _ in range(3)]

    [run] = any_house.ran
    assert counts == [1, 0, 0]
    assert (run.community, run.job, run.subject, run.label, run.due, run.now, run.zone) == (
        any_house.community,
        "note",
        "a",
        LABEL,
        START - HOUR,
        START,
        LONDON,
    )
    assert any_house.ended() == {"a": (OccurrenceState.DONE, "")}


async def test_two_schedulers_on_one_database_do_everything_once(any_house):
    for number in range(30):
        any_house.add(f"{number:02}")
    other = any_house.another()

    counts = await asyncio.gather(any_house.scheduler.tick(), other.tick())

    assert sum(counts) == 30
    assert sorted(any_house.noted()) == [f"{number:02}" for number in range(30)]


async def test_two_ticks_at_once_are_one(house):
    house.add("a")

    counts = await asyncio.gather(house.scheduler.tick(), house.scheduler.tick())

    assert sorted(counts) == [0, 1]


async def test_the_earliest_is_done_first_and_more_than_a_batch(house, monkeypatch):
    monkeypatch.setattr(scheduler, "BATCH", 2)
    for number in range(5):
        house.add(str(number), label=LABEL - number * timedelta(minutes=1))

    assert await house.scheduler.tick() == 5
    assert [run.subject for run in house.ran] == ["4", "3", "2", "1", "0"]


async def test_the_same_occurrence_rolls_the_same_dice(house):
    house.add("a")
    house.add("b")
    await house.scheduler.tick()
    first = {run.subject: run.rng.random() for run in house.ran}
    with house.database.transaction() as db:
        db.connection.exec_driver_sql("UPDATE occurrences SET state = 'waiting'")
    house.ran.clear()

    await house.scheduler.tick()

    assert {run.subject: run.rng.random() for run in house.ran} == first
    assert first["a"] != first["b"]


@pytest.mark.parametrize(
    ("late", "state", "reason"),
    [
        (2 * HOUR, OccurrenceState.DONE, ""),
        (2 * HOUR + SECOND, OccurrenceState.SKIPPED, "too late"),
    ],
)
async def test_what_was_missed_is_caught_up_until_it_is_too_late(house, late, state, reason):
    house.add("a")
    house.now = START - HOUR + late

    assert await house.scheduler.tick() == 1
    assert house.ended() == {"a": (state, reason)}
    assert len(house.ran) == (state is OccurrenceState.DONE)


async def test_after_a_long_stop_each_day_that_was_missed_is_skipped_in_sight(house):
    daily = Recurrence("FREQ=DAILY", LABEL, LONDON)
    with house.database.transaction() as db:
        db.schedule.set_recurring(house.community, "note", daily, now=START)
    house.now = START + 4 * DAY

    while await house.scheduler.tick():
        pass

    assert [(f"{each.label:%d}", each.state, each.reason) for each in house.of()][::-1] == [
        ("24", OccurrenceState.SKIPPED, "too late"),
        ("25", OccurrenceState.SKIPPED, "too late"),
        ("26", OccurrenceState.SKIPPED, "too late"),
        ("27", OccurrenceState.DONE, ""),
        ("28", OccurrenceState.WAITING, ""),
    ]


async def test_a_clock_that_goes_back_repeats_nothing(house):
    daily = Recurrence("FREQ=DAILY", LABEL, LONDON)
    with house.database.transaction() as db:
        db.schedule.set_recurring(house.community, "note", daily, now=START)
    house.now = START + DAY
    await house.scheduler.tick()
    house.now = START
    await house.scheduler.tick()
    house.now = START + DAY + HOUR
    await house.scheduler.tick()

    assert [f"{run.label:%d}" for run in house.ran] == ["24"]


async def test_a_job_of_another_version_is_skipped_in_sight(house):
    house.add("a", job="gone")

    with capture_logs() as logged:
        await house.scheduler.tick()

    assert house.ended("gone") == {"a": (OccurrenceState.SKIPPED, "this version knows no such job")}
    assert [(line["event"], line["job"]) for line in logged] == [("job_skipped", "gone")]


async def test_a_job_that_breaks_is_taken_back_and_tried_again_while_others_go_on(any_house):
    any_house.troubles = [OSError("no"), ValueError("no")]
    any_house.add("broken", label=LABEL - HOUR)
    any_house.add("other")

    with capture_logs() as logged:
        counts = [await any_house.scheduler.tick()]
        first = any_house.ended()
        any_house.now += RETRY_AFTER
        counts.append(await any_house.scheduler.tick())
        any_house.now += RETRY_AFTER
        counts.append(await any_house.scheduler.tick())
        any_house.now += RETRY_AFTER
        counts.append(await any_house.scheduler.tick())

    assert counts == [1, 0, 0, 1]
    assert first == {
        "broken": (OccurrenceState.WAITING, "OSError"),
        "other": (OccurrenceState.DONE, ""),
    }
    assert any_house.ended()["broken"] == (OccurrenceState.DONE, "")
    # What the broken attempts had written is gone.
    assert any_house.noted() == ["other", "broken"]
    assert [line["event"] for line in logged].count("job_broke") == 2


async def test_a_job_that_keeps_breaking_fails_in_sight_and_its_next_one_waits(house):
    house.troubles = [OSError("no")] * (ATTEMPTS + 1)

    @house.jobs.job("broken", catch_up=HOUR)
    def broken(run, db):
        raise house.troubles.pop()

    olu = Account(Lane("slack:T1"), "U1")
    with house.database.transaction() as db:
        daily = Recurrence("FREQ=DAILY", LABEL, LONDON)
        db.schedule.set_recurring(house.community, "broken", daily, now=START)
        organiser = db.members.add(
            house.community, "Olu", zone=LONDON, role=Role.ORGANISER, now=START
        )
        db.members.add_account(house.community, organiser, olu, now=START)
    house.now = START + DAY

    with capture_logs():
        for _ in range(2 * ATTEMPTS * ATTEMPTS):
            await house.scheduler.tick()
            house.now += RETRY_AFTER

    tomorrow, today = house.of("broken")
    assert (today.state, today.reason, today.attempts) == (
        OccurrenceState.FAILED,
        "OSError",
        ATTEMPTS,
    )
    assert (tomorrow.label, tomorrow.state) == (LABEL + 2 * DAY, OccurrenceState.WAITING)
    assert len(house.troubles) == 1
    with house.database.transaction() as db:
        told = db.drain.claim(olu.lane, "a", now=house.now, limit=5)
    assert [row.delivery.message for row in told] == [common.step_failed("broken", ATTEMPTS)]


async def test_what_a_dead_process_left_running_is_done_by_the_next(any_house):
    any_house.add("a")
    with any_house.database.transaction() as db:
        [number] = db.schedule.due(START, limit=1)
        db.schedule.begin(number, now=START)
    # On PostgreSQL another replica may be at it still.
    any_house.now = START + STALE - SECOND

    with capture_logs() as logged:
        early = await any_house.scheduler.tick()
        any_house.now = START + STALE
        late = await any_house.scheduler.tick()

    assert (early, late) == ((1, 0) if any_house.database.is_sqlite else (0, 1))
    assert [line["count"] for line in logged if line["event"] == "occurrences_released"] == [1]
    assert any_house.noted() == ["a"]


class Computing(House):
    """A house with a job that computes for long; ``answers`` are what its finish says."""

    def __init__(self, database) -> None:
        super().__init__(database)
        self.answers: list[bool | Exception] = []
        self.finished: list[int] = []

        def finish(run, db, result):
            db.audit.add(run.community, None, action=f"finish {result}", now=run.now)
            answer = self.answers.pop(0) if self.answers else True
            if isinstance(answer, Exception):
                raise answer
            self.finished.append(result)
            return answer

        @self.jobs.job("plan", catch_up=DAY)
        def plan(run, db):
            db.audit.add(run.community, None, action="begin", now=run.now)
            return Work(double, 21, finish)


@pytest.fixture
def computing(any_database):
    made = Computing(any_database)
    yield made
    made.pool.shutdown()


async def test_long_computing_stands_between_two_transactions(computing):
    computing.add("a", job="plan")

    assert await computing.scheduler.tick() == 1
    assert computing.finished == [42]
    assert computing.noted() == ["begin", "finish 42"]
    assert computing.ended("plan") == {"a": (OccurrenceState.DONE, "")}


async def test_what_changed_meanwhile_is_computed_again(computing):
    computing.answers = [False, True]
    computing.add("a", job="plan")

    await computing.scheduler.tick()
    between = computing.ended("plan")
    await computing.scheduler.tick()

    assert between == {"a": (OccurrenceState.WAITING, "what it read had changed")}
    assert computing.finished == [42, 42]
    assert computing.ended("plan") == {"a": (OccurrenceState.DONE, "")}


async def test_a_finish_that_breaks_is_taken_back_and_counts_once_each_time(computing):
    computing.answers = [OSError("no")] * (ATTEMPTS - 1)
    computing.add("a", job="plan")

    with capture_logs():
        for _ in range(ATTEMPTS * ATTEMPTS):
            await computing.scheduler.tick()
            computing.now += RETRY_AFTER

    assert computing.finished == [42]
    assert computing.ended("plan") == {"a": (OccurrenceState.DONE, "")}
    assert computing.noted() == ["begin"] * ATTEMPTS + ["finish 42"]


@pytest.mark.parametrize("ends_well", [True, False])
async def test_what_another_replica_took_over_while_it_computed_is_finished_once(
    computing, ends_well
):
    begun, go = threading.Event(), threading.Event()

    def compute(number: int) -> int:
        if begun.is_set():
            return double(number)
        begun.set()
        assert go.wait(10)
        if not ends_well:
            raise OSError("no")
        return number

    @computing.jobs.job("slow", catch_up=DAY)
    def slow(run, db):
        def finish(run, db, result):
            computing.finished.append(result)
            return True

        return Work(compute, 21, finish)

    computing.add("a", job="slow")
    with ThreadPoolExecutor(1) as pool, capture_logs() as logged:
        former = asyncio.create_task(computing.scheduler.tick())
        await asyncio.to_thread(begun.wait, 10)
        # It computes for so long that it is taken for dead.
        computing.now += STALE
        successor = Scheduler(
            computing.database, computing.jobs, clock=lambda: computing.now, pool=pool
        )
        await successor.tick()
        go.set()
        await former

    taken = [line["event"] for line in logged if line["event"] == "occurrence_taken_over"]
    assert taken == ["occurrence_taken_over"]
    assert computing.finished == [42]
    assert computing.ended("slow") == {"a": (OccurrenceState.DONE, "")}


async def test_others_are_served_while_it_computes(computing):
    computing.add("a", job="plan")
    tick = asyncio.create_task(computing.scheduler.tick())

    served = await computing.database.run(lambda db: len(db.communities.all()))

    assert served == 1
    assert await tick == 1


@pytest.fixture
async def real(house):
    """A scheduler that has begun, on the real clock."""
    made = house.another(clock=utc_now)
    yield made
    await made.stop()


def soon(house, after: float, subject: str) -> datetime:
    """An occurrence due in so many seconds; when exactly."""
    due = utc_now() + timedelta(seconds=after)
    with house.database.transaction() as db:
        db.schedule.add(
            house.community, "note", subject=subject, label=local(due, LONDON), zone=LONDON
        )
    return due


async def ran(house, count: int) -> None:
    async with asyncio.timeout(10):
        while len(house.ran) < count:  # noqa: ASYNC110 - jobs run in a thread without a loop.
            await asyncio.sleep(0.01)


async def test_it_wakes_at_the_next_due_time_within_two_seconds(house, real):
    due = soon(house, 1, "a")
    await real.start()
    await ran(house, 1)

    assert timedelta() <= house.ran[0].now - due < timedelta(seconds=2)


async def test_what_is_asked_for_while_it_waits_is_done_after_a_wake(house, real):
    soon(house, 60, "much later")
    await real.start()
    await asyncio.sleep(0.1)

    soon(house, 0.2, "a")
    real.wake()
    await ran(house, 1)

    assert [run.subject for run in house.ran] == ["a"]


async def test_a_wake_from_within_a_run_is_not_lost(house, real):
    @house.jobs.job("asking", catch_up=DAY)
    def asking(run, db):
        loop.call_soon_threadsafe(real.wake)
        db.schedule.add(run.community, "note", subject="a", label=run.label, zone=LONDON)

    loop = asyncio.get_running_loop()
    house.add("b", job="asking", label=local(utc_now(), LONDON))
    await real.start()
    await ran(house, 1)

    assert [run.subject for run in house.ran] == ["a"]


async def test_an_idle_clock_stops_at_once(house):
    real = house.another(clock=utc_now)
    await real.start()
    await asyncio.sleep(0.2)

    await asyncio.wait_for(real.stop(), 1)

    assert house.ran == []


async def test_a_blocked_loop_loses_nothing(house, real):
    # With a grace of one second APScheduler would drop what fell due while the loop was blocked.
    due = soon(house, 0.3, "a")
    await real.start()
    await asyncio.sleep(0.1)

    time.sleep(2.5)  # noqa: ASYNC251 - this is what blocks the loop.
    await ran(house, 1)

    assert timedelta(seconds=2) < house.ran[0].now - due < timedelta(seconds=5)


async def test_a_tick_that_breaks_is_logged_and_the_next_goes_on(house, real, monkeypatch):
    monkeypatch.setattr(scheduler, "TICK_SECONDS", 0.05)
    with house.database.transaction() as db:
        db.connection.exec_driver_sql("ALTER TABLE occurrences RENAME TO away")

    with capture_logs() as logged:
        await real.start()
        async with asyncio.timeout(10):
            while not logged:  # noqa: ASYNC110 - it is written by the tick.
                await asyncio.sleep(0.01)
        with house.database.transaction() as db:
            db.connection.exec_driver_sql("ALTER TABLE away RENAME TO occurrences")
        soon(house, 0, "a")
        await ran(house, 1)

    assert logged[0]["event"] == "tick_broke"


async def test_a_stop_waits_for_the_run_under_way_and_begins_no_other(house):
    real = house.another(clock=utc_now)
    before = asyncio.all_tasks()
    begun, gate = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    @house.jobs.job("slow", catch_up=DAY)
    def slow(run, db):
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(timeout=5)
        house.ran.append(run)

    now = local(utc_now(), LONDON)
    house.add("a", job="slow", label=now - 2 * SECOND)
    house.add("b", job="slow", label=now - SECOND)
    await real.start()
    await asyncio.wait_for(begun.wait(), 5)

    stopping = asyncio.create_task(real.stop())
    await asyncio.sleep(0)
    is_waiting = not stopping.done()
    gate.set()
    await stopping

    assert is_waiting is True
    assert [run.subject for run in house.ran] == ["a"]
    assert await real.tick() == 0
    assert asyncio.all_tasks() == before
