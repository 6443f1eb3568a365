"""One drainer per lane, so that the limits of one workspace never hold up another.

In one process the drainers are asyncio tasks, woken by the commit that queued a row and by a
sweep that mends a lost wake-up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

import structlog

from bot.ids import Lane
from bot.times import utc_now

log = structlog.get_logger()

# A retry or a snoozed card falls due without a commit to wake its lane.
SWEEP_SECONDS = 1.0
# A lane that broke (the database was away) waits before it tries again.
BROKEN_SECONDS = 5.0
# Longer than this no platform takes for the message that is under way.
STOP_SECONDS = 35.0

Drain = Callable[[Lane], Awaitable[int]]
Pending = Callable[[datetime], Awaitable[tuple[Lane, ...]]]


class Lanes:
    """The drainers of one process. ``pending`` names the lanes that may send something now."""

    def __init__(
        self,
        drain: Drain,
        recover: Drain,
        pending: Pending,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._drain = drain
        self._recover = recover
        self._pending = pending
        self._clock = clock
        self._wakes: dict[Lane, asyncio.Event] = {}
        self._tasks: dict[Lane, asyncio.Task[None]] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def is_alive(self) -> bool:
        """Whether the drainers are running."""
        return self._sweeper is not None and not self._sweeper.done()

    def start(self) -> None:
        """Begin to sweep; a lane gets its drainer when it first has something to send."""
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
            _, late = await asyncio.wait(running, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        self._tasks.clear()

    def wake(self, lane: Lane) -> None:
        """The lane has something to send; while stopping, the next start will find it."""
        if self._stopping.is_set():
            return
        if lane not in self._tasks:
            self._wakes[lane] = asyncio.Event()
            self._tasks[lane] = asyncio.create_task(self._run(lane), name=f"lane {lane}")
        self._wakes[lane].set()

    async def _run(self, lane: Lane) -> None:
        wake = self._wakes[lane]
        is_settled = False
        while True:
            await wake.wait()
            wake.clear()
            if self._stopping.is_set():
                return
            # First of all what was left under way, by a dead process or by a drain that broke.
            is_settled = is_settled or await self._guarded(self._recover, lane)
            is_settled = is_settled and await self._guarded(self._drain, lane)
            if not is_settled:
                await self._pause()
                wake.set()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), BROKEN_SECONDS)

    async def _sweep(self) -> None:
        while True:
            try:
                for lane in await self._pending(self._clock()):
                    self.wake(lane)
            except Exception:
                log.exception("sweep_broke")
            await asyncio.sleep(SWEEP_SECONDS)

    @staticmethod
    async def _guarded(act: Drain, lane: Lane) -> bool:
        try:
            await act(lane)
        except Exception:
            log.exception("lane_broke", lane=lane)
            return False
        return True
