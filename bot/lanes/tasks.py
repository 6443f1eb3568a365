"""The drainers of the one process there is: asyncio tasks."""

import asyncio
from contextlib import suppress

import structlog

from bot.ids import Lane
from bot.lanes import Drain, Pace, Pending

log = structlog.get_logger()


class TaskLanes:
    """A task for each lane, woken by the commit that queued a row and by a sweep."""

    def __init__(self, drain: Drain, pending: Pending, *, pace: Pace | None = None) -> None:
        self._drain = drain
        self._pending = pending
        self._pace = pace or Pace()
        self._wakes: dict[Lane, asyncio.Event] = {}
        self._tasks: dict[Lane, asyncio.Task[None]] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def is_alive(self) -> bool:
        """Whether the drainers are running."""
        return self._sweeper is not None and not self._sweeper.done()

    def start(self) -> None:
        """Begin to sweep; a lane gets its drainer when it first has something to do."""
        self._sweeper = asyncio.create_task(self._sweep(), name="lanes")

    async def stop(self) -> None:
        """Let each drainer finish the message it is sending, then end it."""
        self._stopping.set()
        running = set(self._tasks.values())
        if self._sweeper is not None:
            self._sweeper.cancel()
            running.add(self._sweeper)
        for wake in self._wakes.values():
            wake.set()
        if running:
            _, late = await asyncio.wait(running, timeout=self._pace.stop)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._tasks.clear()

    def wake(self, lane: Lane) -> None:
        """The lane has something to do; while stopping, the next start will find it."""
        if self._stopping.is_set():
            return
        if lane not in self._tasks:
            self._wakes[lane] = asyncio.Event()
            self._tasks[lane] = asyncio.create_task(self._run(lane), name=f"lane {lane}")
        self._wakes[lane].set()

    async def _run(self, lane: Lane) -> None:
        wake = self._wakes[lane]
        while True:
            await wake.wait()
            wake.clear()
            if self._stopping.is_set():
                return
            try:
                await self._drain(lane)
            except Exception:
                log.exception("lane_broke", lane=lane)
                await self._pause()
                wake.set()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), self._pace.broken)

    async def _sweep(self) -> None:
        while True:
            try:
                for lane in await self._pending():
                    self.wake(lane)
            except Exception:
                log.exception("sweep_broke")
            await asyncio.sleep(self._pace.sweep)
