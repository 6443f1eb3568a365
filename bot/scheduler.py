"""The clock: APScheduler ticks, and wakes at the next due time; one transaction per run.

Whether something is due is decided from our tables, never by APScheduler's memory of it: its
in-memory store holds two timers and nothing else.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
from random import Random

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.chat.schedule import Job, Run, Schedule, Work
from bot.ids import OccurrenceId
from bot.views import common
from storage import organisers
from storage.database import Database
from storage.schedule import Occurrence, OccurrenceState
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

# The sweep behind the exact wake-ups: nothing is later than this even if one is lost.
TICK_SECONDS = 20
BATCH = 50
ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=1)
# A process that still computes after this long is taken for dead.
STALE = timedelta(minutes=10)
TOO_LATE = "too late"

Clock = Callable[[], datetime]


class Scheduler:
    """Runs what is due; see the module."""

    def __init__(self, database: Database, jobs: Schedule, *, clock: Clock, pool: Executor) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock
        self._pool = pool
        self._running = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._ticks: set[asyncio.Task[None]] = set()
        self._timer = AsyncIOScheduler(timezone="UTC")

    async def start(self) -> None:
        """Run what is due and keep ticking."""
        self._timer.add_job(
            self._begin_tick,
            IntervalTrigger(seconds=TICK_SECONDS),
            id="tick",
            coalesce=True,
            max_instances=2,
            next_run_time=None,
        )
        self._timer.start()
        self._timer.resume_job("tick")
        self.wake()

    async def stop(self) -> None:
        """Stop ticking; the run under way ends first."""
        self._stopping.set()
        self._timer.shutdown(wait=False)
        if self._ticks:
            await asyncio.wait(self._ticks)

    def wake(self) -> None:
        """Look again at what is due, at once; callable from the event loop only."""
        if not self._running.locked():
            self._wake_at(self._clock())

    async def tick(self) -> int:
        """Run all that is due by now, the earliest first; how many ran or were skipped."""
        if self._stopping.is_set() or self._running.locked():
            return 0
        async with self._running:
            ran = 0
            while True:
                now = self._clock()
                due = await self._database.run(lambda db, now=now: self._due(db, now))  # type: ignore[misc]
                for occurrence in due:
                    if self._stopping.is_set():
                        return ran
                    ran += await self._run(occurrence)
                if len(due) < BATCH:
                    break
        upcoming = await self._database.run(lambda db: db.schedule.next_due())
        if upcoming is not None:
            self._wake_at(upcoming)
        return ran

    def _due(self, db: UnitOfWork, now: datetime) -> tuple[OccurrenceId, ...]:
        """What is due, together with what a process that died left running."""
        released = db.schedule.release(before=now - self._stale)
        if released:
            log.warning("occurrences_released", count=released)
        return db.schedule.due(now, limit=BATCH)

    async def _begin_tick(self) -> None:
        # A task of our own: the timer cancels its jobs when it shuts down, and a round that is
        # being planned is to end first.
        task = asyncio.create_task(self._guarded_tick())
        self._ticks.add(task)
        task.add_done_callback(self._ticks.discard)

    async def _guarded_tick(self) -> None:
        try:
            await self.tick()
        except Exception:
            # The outermost edge: the next tick tries again.
            log.exception("tick_broke")

    @property
    def _stale(self) -> timedelta:
        # SQLite serves one process: whatever runs in its tables died with the one before.
        return timedelta() if self._database.is_sqlite else STALE

    def _wake_at(self, moment: datetime) -> None:
        if self._timer.running:
            self._timer.add_job(
                self._begin_tick,
                DateTrigger(moment),
                id="wake",
                replace_existing=True,
                misfire_grace_time=None,
                # A wake may come while the last one still runs; it then finds the lock held.
                max_instances=2,
            )

    async def _run(self, number: OccurrenceId) -> bool:
        began: datetime | None = None
        try:
            begun = await self._database.run(lambda db: self._begin(db, number))
            if begun is None:
                return False
            run, work = begun
            if work is None:
                return True

            began = run.now
            loop = asyncio.get_running_loop()
            result = await loop.run_in_executor(self._pool, work.compute, work.argument)
            await self._database.run(lambda db: self._finish(db, number, run, work, result))
            return True
        except Exception as error:
            log.exception("job_broke", occurrence=number)
            reason = type(error).__name__
            await self._database.run(lambda db: self._put_back(db, number, began, reason))
            return False

    def _begin(self, db: UnitOfWork, number: OccurrenceId) -> tuple[Run, Work | None] | None:
        now = self._clock()
        occurrence = db.schedule.begin(number, now=now)
        if occurrence is None:
            return None
        job = self._jobs.get(occurrence.job)
        run = _run_of(occurrence, now)
        if job is None:
            self._skip(db, occurrence, "this version knows no such job", now)
            return run, None
        if _is_too_late(occurrence, job, now):
            if job.missed is not None:
                job.missed(run, db)
            self._skip(db, occurrence, TOO_LATE, now)
            return run, None

        work = job.function(run, db)
        if work is None:
            db.schedule.finish(occurrence, OccurrenceState.DONE, now=now)
            log.info("job_done", job=occurrence.job, community=occurrence.community)
        return run, work

    def _finish(
        self, db: UnitOfWork, number: OccurrenceId, run: Run, work: Work, result: object
    ) -> None:
        if not self._is_ours(db, number, run.now):
            return
        occurrence = db.schedule.get(number)
        if not work.finish(run, db, result):
            db.schedule.retry(number, at=self._clock(), reason="what it read had changed")
            return
        db.schedule.finish(occurrence, OccurrenceState.DONE, now=self._clock())
        log.info("job_done", job=occurrence.job, community=occurrence.community)

    def _skip(self, db: UnitOfWork, occurrence: Occurrence, reason: str, now: datetime) -> None:
        db.schedule.finish(occurrence, OccurrenceState.SKIPPED, now=now, reason=reason)
        log.warning("job_skipped", job=occurrence.job, reason=reason)

    def _is_ours(self, db: UnitOfWork, number: OccurrenceId, began: datetime | None) -> bool:
        """False where we computed for so long that another replica took the occurrence over."""
        is_ours = db.schedule.holds(number, began=began)
        if not is_ours:
            log.warning("occurrence_taken_over", occurrence=number)
        return is_ours

    def _put_back(
        self, db: UnitOfWork, number: OccurrenceId, began: datetime | None, reason: str
    ) -> None:
        if not self._is_ours(db, number, began):
            return
        occurrence = db.schedule.get(number)
        now = self._clock()
        attempts = db.schedule.count_attempt(number)
        if attempts < ATTEMPTS:
            db.schedule.retry(number, at=now + RETRY_AFTER * attempts, reason=reason)
        else:
            db.schedule.finish(occurrence, OccurrenceState.FAILED, now=now, reason=reason)
            message = common.step_failed(occurrence.job, attempts)
            organisers.tell(db, occurrence.community, message, key=f"failed:{number}", now=now)


def _run_of(occurrence: Occurrence, now: datetime) -> Run:
    return Run(
        community=occurrence.community,
        job=occurrence.job,
        subject=occurrence.subject,
        label=occurrence.label,
        at=occurrence.at,
        due=occurrence.due_at,
        now=now,
        zone=occurrence.zone,
        # The same occurrence rolls the same dice however often it is tried.
        rng=Random(
            f"{occurrence.community}/{occurrence.job}/{occurrence.subject}/{occurrence.label}"
        ),
    )


def _is_too_late(occurrence: Occurrence, job: Job, now: datetime) -> bool:
    return now - occurrence.due_at > job.catch_up
