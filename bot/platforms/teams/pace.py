"""How fast the bot calls Teams: its limits hold per conversation, and per app and tenant.

Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
"""

import asyncio
import time
from bisect import insort
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.errors import TryLater
from bot.ids import Lane

Limits = tuple[tuple[int, float], ...]
"""At most so many calls within so many seconds."""

# Per bot and conversation ("thread").
CONVERSATION: Limits = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
# Per app and tenant Teams allows 50 a second; the replies to people share them with deliveries.
TENANT: Limits = ((40, 1.0),)
# Calls are not equally long on their way, so a window is kept a little longer than Teams measures.
JITTER = 0.1
# A message that must wait longer gives way to the others of its lane. Delivery itself takes a send
# of half a minute for one without an answer.
LONGEST_SLEEP = 5.0
# How often the conversations that may be written to freely are forgotten.
FORGOTTEN_EVERY = 60.0


class Pace:
    """Gives each call its moment."""

    def __init__(
        self,
        *,
        conversation: Limits = CONVERSATION,
        tenant: Limits = TENANT,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._conversation = conversation
        self._tenant = tenant
        self._clock = clock
        self._sleep = sleep
        self._calls: dict[tuple[Lane, str], list[float]] = {}
        self._forgotten_at = clock()

    async def turn(self, lane: Lane, conversation: str = "") -> None:
        """Returns when the next call may leave: to a conversation, or to the tenant alone.

        Raises ``TryLater`` for this message alone where that is not soon.
        """
        now = self._clock()
        self._forget(now)
        start = max(now, self._free(lane, "", self._tenant))
        if conversation:
            start = max(start, self._free(lane, conversation, self._conversation))
        if start - now > LONGEST_SLEEP:
            raise TryLater(
                "This conversation has had as many messages as Teams allows for now.",
                after=timedelta(seconds=start - now),
                whole_lane=False,
            )
        self._keep(lane, "", self._tenant, start)
        if conversation:
            self._keep(lane, conversation, self._conversation, start)
        if start > now:
            await self._sleep(start - now)

    def _free(self, lane: Lane, conversation: str, limits: Limits) -> float:
        """The first moment at which one more call breaks no limit."""
        calls = self._calls.get((lane, conversation), [])
        return max(
            (calls[-count] + seconds + JITTER for count, seconds in limits if len(calls) >= count),
            default=0.0,
        )

    def _keep(self, lane: Lane, conversation: str, limits: Limits, start: float) -> None:
        calls = self._calls.setdefault((lane, conversation), [])
        # Who waits for a conversation of their own may leave after somebody who came later.
        insort(calls, start)
        del calls[: -max(count for count, _ in limits)]

    def _forget(self, now: float) -> None:
        if now - self._forgotten_at < FORGOTTEN_EVERY:
            return
        self._forgotten_at = now
        longest = max(seconds for _, seconds in (*self._conversation, *self._tenant)) + JITTER
        self._calls = {
            key: calls for key, calls in self._calls.items() if calls[-1] + longest > now
        }
