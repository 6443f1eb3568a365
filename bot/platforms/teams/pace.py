"""How fast the bot calls Teams: its limits hold per conversation, and per app and tenant.

Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.errors import TryLater
from bot.ids import Lane
from bot.pacing import Calls, Limits, Turns

# Per bot and conversation ("thread"): for what is written there or opened, and for what is read of
# its people.
WRITTEN: Limits = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
READ: Limits = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
# Per app and tenant, whatever is called.
TENANT: Limits = ((50, 1.0),)
# Seconds between two deliveries: 45 a second, which leaves five to the answers of other processes.
GAP = 1 / 45
# A 429 does not say whether it is about the conversation or the whole tenant. Where a conversation
# has had no more than this many calls in so many seconds, it can't be the conversation.
FEW, LATELY = 2, 2.0
# How often the conversations that may be written to freely are forgotten.
FORGOTTEN_EVERY = 60.0
REASON = "Teams has had as many messages as it allows for now."


class Throttled(TryLater):
    """Teams asks for patience; nothing was done, and others of the lane go on."""

    def __init__(self, method: str, *, after: timedelta, is_of_conversation: bool) -> None:
        super().__init__(f"Teams asks for patience with {method}.", after=after, whole_lane=False)
        self.is_of_conversation = is_of_conversation


class Pace:
    """Gives each call its moment, and learns from Teams where that was too early."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._turns = Turns(clock=clock, sleep=sleep)
        self._tenants: dict[Lane, Calls] = {}
        self._methods: dict[tuple[Lane, bool], Calls] = {}
        self._conversations: dict[tuple[Lane, str, bool], Calls] = {}
        self._forgotten_at = clock()

    @asynccontextmanager
    async def turn(
        self, lane: Lane, conversation: str, *, is_reading: bool = False, is_patient: bool = False
    ) -> AsyncIterator[None]:
        """Around a call about a conversation: begins when it may leave, and sees whether it was.

        A conversation that is to be opened goes by its person. Raises ``TryLater``: for this call
        alone where that is not soon, for the whole lane where Teams refuses all writing.
        """
        self._forget()
        limits = READ if is_reading else WRITTEN
        own = self._conversations.setdefault((lane, conversation, is_reading), Calls(limits))
        # What is written pauses and slows down apart from what is read.
        method = self._methods.setdefault(
            (lane, is_reading), Calls((), gap=0.0 if is_reading else GAP)
        )
        tenant = self._tenants.setdefault(lane, Calls(TENANT))
        await self._turns.turn((own, method, tenant), is_patient=is_patient, reason=REASON)
        try:
            yield
        except Throttled as error:
            now = self._clock()
            is_crowded = error.is_of_conversation or own.within(now, LATELY) > FEW
            (own if is_crowded else method).refused(now, error.after.total_seconds())
            if is_crowded or is_reading:
                raise
            raise TryLater(error.reason, after=error.after) from error

    def _forget(self) -> None:
        now = self._clock()
        if now - self._forgotten_at < FORGOTTEN_EVERY:
            return
        self._forgotten_at = now
        self._conversations = {
            key: calls for key, calls in self._conversations.items() if not calls.is_over(now)
        }
