"""When the next call may leave, where so many are allowed within so many seconds.

Two kinds of callers share each limit. Somebody waits for an answer: it leaves as soon as the limit
allows. A delivery is patient: it keeps an even pace, leaves some of the limit unused and gives way
to answers, so that nobody waits behind a message to thousands.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.errors import TryLater

Limits = tuple[tuple[int, float], ...]
"""At most so many calls within so many seconds."""

# Calls are not equally long on their way, so a window is kept a little longer than it is measured.
JITTER = 0.05
# Of each limit this part is left to answers, also to those of other processes; a limit too small
# to be divided is left to them by giving way.
ROOM = 0.05
# A delivery that leaves late, because the process was busy, is made up for by the next ones.
CATCH_UP = 0.1
# After "too many requests" half as fast, at the least an eighth, and in two minutes as before.
SLOWER = 0.5
SLOWEST = 0.125
RECOVERS_IN = 120.0
# Deliveries that are asked to pause for longer than this make room for others of their lane.
SHORT = 1.0
# Delivery takes a send of half a minute for one without an answer, and a send makes two or three
# calls. Whoever waits for an answer is told that it comes later, rather than kept waiting longer.
LONGEST_PATIENT = 12.0
LONGEST_ANSWER = 5.0


class Calls:
    """Those that count towards the same limits.

    ``gap`` is the least time in seconds between two deliveries.
    """

    # There is one for each conversation of the last hour.
    __slots__ = (
        "_gap", "_kept", "_limits", "_longest", "_moments", "_next_delivery", "_resumes_at",
        "_speed", "answers", "answers_waiting", "deliveries", "in_use",
    )  # fmt: skip

    def __init__(self, limits: Limits, *, gap: float = 0.0) -> None:
        self._limits = limits
        self._gap = gap
        self._longest = max((seconds for _, seconds in limits), default=0.0) + JITTER
        self._kept = max((count for count, _ in limits), default=1)
        self._moments: list[float] = []
        self._next_delivery = 0.0
        self._resumes_at = 0.0
        self._speed = 1.0
        self.in_use = 0
        self.answers_waiting = 0
        # Each kind of caller waits in the order it came.
        self.deliveries = asyncio.Lock()
        self.answers = asyncio.Lock()

    def speed(self, now: float) -> float:
        """What part of the limits is used: 1, and less for a while after it was too much."""
        return min(1.0, self._speed + max(0.0, now - self._resumes_at) / RECOVERS_IN)

    def within(self, now: float, seconds: float) -> int:
        """How many of the last calls left within so many seconds."""
        return sum(1 for moment in self._moments if moment > now - seconds)

    def pause(self, now: float) -> float:
        """For how many seconds the platform asked us to wait still; 0 for none."""
        return max(0.0, self._resumes_at - now)

    def free_at(self, now: float, *, is_patient: bool) -> float:
        """The first moment at which one more call breaks no limit."""
        stretched = 1 / self.speed(now)
        moments = [self._resumes_at]
        for count, seconds in self._limits:
            room = int(count * ROOM) + self.answers_waiting if is_patient else 0
            fitting = max(1, count - room)
            if len(self._moments) >= fitting:
                moments.append(self._moments[-fitting] + (seconds + JITTER) * stretched)
        if is_patient:
            moments.append(self._next_delivery)
        return max(moments)

    def keep(self, now: float, *, is_patient: bool) -> None:
        """A call leaves."""
        self._moments.append(now)
        del self._moments[: -self._kept]
        if is_patient:
            planned = max(self._next_delivery, now - CATCH_UP)
            self._next_delivery = planned + self._gap / self.speed(now)

    def refused(self, now: float, after: float) -> None:
        """The platform had too many: wait so many seconds, then go on more slowly for a while.

        What was under way at the same time is refused with it, and slows down once.
        """
        if not self.pause(now):
            self._speed = max(SLOWEST, self.speed(now) * SLOWER)
        self._resumes_at = max(self._resumes_at, now + after)

    def is_over(self, now: float) -> bool:
        """Whether nothing of it matters any more."""
        if self.in_use or self.speed(now) < 1:
            return False
        return not self._moments or self._moments[-1] + self._longest <= now


class Turns:
    """Gives each call its moment."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.clock = clock
        self._sleep = sleep

    async def turn(self, every: Sequence[Calls], *, is_patient: bool, reason: str) -> None:
        """Returns when a call may leave that counts for all of these, the narrowest first.

        Raises ``TryLater`` with the reason, for this call alone, where that is not soon.
        """
        until = self.clock() + (LONGEST_PATIENT if is_patient else LONGEST_ANSWER)
        if is_patient and (pause := max(calls.pause(self.clock()) for calls in every)) > SHORT:
            raise _later(reason, pause)
        async with AsyncExitStack() as lines:
            for calls in every:
                calls.in_use += 1
                lines.callback(_let_go, calls)
            for place, calls in enumerate(every):
                await self._in_line(lines, calls, is_patient=is_patient)
                await self._free(
                    every[: place + 1], until=until, is_patient=is_patient, reason=reason
                )
            now = self.clock()
            for calls in every:
                calls.keep(now, is_patient=is_patient)

    async def _in_line(self, lines: AsyncExitStack, calls: Calls, *, is_patient: bool) -> None:
        """Stand in the line of one's own kind, and be counted there."""
        if is_patient:
            await lines.enter_async_context(calls.deliveries)
            return
        calls.answers_waiting += 1
        lines.callback(_leave, calls)
        await lines.enter_async_context(calls.answers)

    async def _free(
        self, every: Sequence[Calls], *, until: float, is_patient: bool, reason: str
    ) -> None:
        while True:
            now = self.clock()
            start = max(calls.free_at(now, is_patient=is_patient) for calls in every)
            if start <= now:
                return
            if start > until:
                raise _later(reason, start - now)
            await self._sleep(start - now)


def _let_go(calls: Calls) -> None:
    calls.in_use -= 1


def _leave(calls: Calls) -> None:
    calls.answers_waiting -= 1


def _later(reason: str, seconds: float) -> TryLater:
    return TryLater(reason, after=timedelta(seconds=seconds), whole_lane=False)
