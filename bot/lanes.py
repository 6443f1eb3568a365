"""One drainer per lane, so that the limits of one workspace never hold up another.

In one process the drainers are asyncio tasks, woken by the commit that queued a row and by a
sweep that mends a lost wake-up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog

from bot.ids import Lane

log = structlog.get_logger()

# A retry or a snoozed card falls due without a commit to wake its lane.
SWEEP_SECONDS = 1.0
# A lane that broke (the database was away) waits before it tries again.
BROKEN_SECONDS = 5.0
# Longer than this no platform takes for the message that is under way.
STOP_SECONDS = 35.0

Drain = Callable[[Lane], Awaitable[int]]
Pending = Callable[[datetime], Awaitable[tuple[Lane, ...]]]


def utc_now() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)


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
        self._is_stopping = False

    @property
    def is_alive(self) -> bool:
        """Whether the drainers are running."""
        return self._sweeper is not None and not self._sweeper.done()

    def start(self) -> None:
        """Begin to sweep; a lane gets its drainer when it first has something to send."""
        self._sweeper = asyncio.create_task(self._sweep(), name="lanes")

    async def stop(self) -> None:
        """Let each drainer finish the message it is sending, then end it."""
        self._is_stopping = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        for wake in self._wakes.values():
            wake.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks.values(), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        self._tasks.clear()

    def wake(self, lane: Lane) -> None:
        """The lane has something to send."""
        if lane not in self._tasks:
            self._wakes[lane] = asyncio.Event()
            self._tasks[lane] = asyncio.create_task(self._run(lane), name=f"lane {lane}")
        self._wakes[lane].set()

    async def _run(self, lane: Lane) -> None:
        wake = self._wakes[lane]
        await self._guarded(self._recover, lane)
        while True:
            await wake.wait()
            wake.clear()
            if self._is_stopping:
                return
            if not await self._guarded(self._drain, lane):
                await asyncio.sleep(BROKEN_SECONDS)

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
