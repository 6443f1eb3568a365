"""The lanes of several replicas: a drain is a job of Procrastinate, in their common PostgreSQL.

A lane has at most one job that runs (its lock) and one that waits (its queueing lock), so one
replica drains it and a wake during a drain is kept. Replicas say that they live; a job whose
replica fell silent is finished as failed and never retried, since a retry meets the queueing lock
of the wake that waits and would leave the lane hanging. The lane is then woken like any other that
has something to do and no job.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.worker import Worker
from psycopg_pool import AsyncConnectionPool

from bot.ids import Lane
from bot.lanes import Drain, Pace, Pending

log = structlog.get_logger()

QUEUE = "lanes"
DRAIN = "drain"
# Far more than there are lanes: each drainer only waits, and no lane may wait for another.
AT_ONCE = 1000
CONNECTIONS = 4
# Seconds for which a connection to the database is waited for.
ANSWERS_WITHIN = 5.0
# Seconds for which the engine itself may take to end, besides the drainers.
GIVEN_UP = 15.0
# While the engine has a periodic job it notices when its heartbeats or its listening broke.
EVERY_MINUTE = "* * * * *"


class EngineLanes:
    """The drainers of one replica; see the module."""

    def __init__(
        self, url: str, drain: Drain, pending: Pending, *, pace: Pace | None = None
    ) -> None:
        self._drain = drain
        self._pending = pending
        self._pace = pace or Pace()
        self._url = url
        # The numbers of our worker, and of the jobs it is doing here.
        self._worker: int | None = None
        self._running: set[int | None] = set()
        self._suspects: set[int | None] = set()
        self._wakes: set[Lane] = set()
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._is_working = False
        self._engine_worker: Worker | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the drainers are running."""
        return self._is_working

    def start(self) -> None:
        """Begin to sweep and to take lanes on."""
        self._task = asyncio.create_task(self._keep_serving(), name="lanes")

    async def stop(self) -> None:
        """Let each drainer finish the message it is sending; its lane goes on elsewhere at once."""
        self._stopping.set()
        if self._task is None:
            return
        # Nothing is cancelled: a cancel that meets an answer of the database may be lost.
        if self._engine_worker is not None:
            self._engine_worker.stop()  # type: ignore[no-untyped-call]
        _, late = await asyncio.wait([self._task], timeout=self._pace.stop + GIVEN_UP)
        for task in late:
            log.error("engine_given_up")
            task.cancel()

    def wake(self, lane: Lane) -> None:
        """The lane has something to do; while stopping, another replica or the next start will see.

        Callable from the event loop only.
        """
        self._wakes.add(lane)
        self._woken.set()

    async def _keep_serving(self) -> None:
        while not self._stopping.is_set():
            # A new one each time: an engine keeps the first pool it was given.
            self._make_engine()
            try:
                async with self._pool() as pool, self._engine.open_async(pool):
                    if not self._stopping.is_set():
                        await self._serve()
            except Exception:
                log.exception("engine_broke")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._pace.broken)

    def _make_engine(self) -> None:
        self._engine = App(connector=PsycopgConnector())
        self._job = self._engine.task(name=DRAIN, queue=QUEUE, pass_context=True)(self._run)
        watch = self._engine.task(name="watch", queue=QUEUE)(self._watch)
        self._engine.periodic(cron=EVERY_MINUTE)(watch)

    def _pool(self) -> AsyncConnectionPool:
        """Our own: the engine's waits for the database as it opens, and can't be told to stop."""
        return AsyncConnectionPool(
            self._url,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=ANSWERS_WITHIN,
            check=AsyncConnectionPool.check_connection,
            open=False,
        )

    async def _serve(self) -> None:
        self._is_working = True
        beside = [asyncio.create_task(self._pass_on()), asyncio.create_task(self._keep_sweeping())]
        try:
            # It returns when one of its own tasks broke; the next worker has another number.
            self._engine_worker = Worker(
                self._engine,
                queues=[QUEUE],
                concurrency=AT_ONCE,
                delete_jobs=DeleteJobCondition.ALWAYS,
                fetch_job_polling_interval=self._pace.sweep,
                update_heartbeat_interval=self._pace.heartbeat,
                stalled_worker_timeout=self._pace.dead,
                shutdown_graceful_timeout=self._pace.stop,
                install_signal_handlers=False,
            )
            await self._engine_worker.run()  # type: ignore[no-untyped-call]
        finally:
            self._engine_worker = None
            self._is_working = False
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
            if self._stopping.is_set():
                await self._hand_over()

    async def _run(self, context: JobContext, lane: Lane) -> None:
        """The job: one drain."""
        number = context.job.id
        self._worker = context.job.worker_id
        self._running.add(number)
        try:
            await self._drain(lane)
        except Exception:
            log.exception("lane_broke", lane=lane)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._pace.broken)
        finally:
            self._running.discard(number)

    async def _watch(self, timestamp: int) -> None:
        """Nothing: it is enough that this is due every minute; see ``EVERY_MINUTE``."""

    async def _pass_on(self) -> None:
        """Tell the engine of each lane that was woken."""
        while self._is_working:
            await self._woken.wait()
            self._woken.clear()
            lanes, self._wakes = self._wakes, set()
            for lane in lanes:
                try:
                    await self._defer(lane)
                except Exception:
                    # The sweep wakes it again.
                    log.exception("wake_broke", lane=lane)

    async def _defer(self, lane: Lane) -> None:
        # Asked first: the database logs every refusal of a second wake as an error.
        waiting = await self._engine.job_manager.list_jobs_async(
            queueing_lock=lane, status=Status.TODO.value
        )
        if not waiting:
            with suppress(AlreadyEnqueued):
                await self._job.configure(lock=lane, queueing_lock=lane).defer_async(lane=lane)

    async def _keep_sweeping(self) -> None:
        # A query that fails as it is cancelled raises its own error, so being cancelled is no end.
        while self._is_working:
            try:
                await self._sweep()
            except Exception:
                log.exception("sweep_broke")
            if self._is_working:
                await asyncio.sleep(self._pace.sweep)

    async def _sweep(self) -> None:
        """Finish the jobs that nobody is doing, and wake the lanes that have none."""
        jobs = await self._engine.job_manager.list_jobs_async(queue=QUEUE)
        stalled = await self._engine.job_manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=self._pace.dead
        )
        ended = await self._finish([*stalled, *self._forgotten(jobs)])
        busy = {job.lock for job in jobs if job.id not in ended}
        for lane in await self._pending():
            if lane not in busy:
                await self._defer(lane)

    def _forgotten(self, jobs: Iterable[Job]) -> list[Job]:
        """Jobs of our own that ended here while the database was away, and could not say so.

        One that begins or ends just now looks the same, so it takes two sweeps.
        """
        doing = {
            job.id: job
            for job in jobs
            if job.status == Status.DOING.value
            and job.worker_id == self._worker
            and job.id not in self._running
        }
        found = [job for number, job in doing.items() if number in self._suspects]
        self._suspects = set(doing)
        return found

    async def _finish(self, jobs: Iterable[Job]) -> set[int | None]:
        """Take away jobs that nobody is doing; the numbers of those that were taken away."""
        ended = set()
        for job in jobs:
            # Another replica may have been faster.
            with suppress(ConnectorException):
                await self._engine.job_manager.finish_job(job, Status.FAILED, delete_job=True)
                log.warning("lane_taken_over", lane=job.lock)
                ended.add(job.id)
        return ended

    async def _hand_over(self) -> None:
        """Let another replica know of what this one leaves, rather than wait for its sweep."""
        try:
            for lane in await self._pending():
                await self._defer(lane)
        except Exception:
            log.exception("hand_over_broke")
