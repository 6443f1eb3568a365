"""How fast the bot calls Slack: its limits hold per method and workspace, and per conversation.

Sources: https://docs.slack.dev/apis/web-api/rate-limits, and "Rate limiting" on each method's page
at https://docs.slack.dev/reference/methods.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.ids import Lane
from bot.pacing import Calls, Limits, Turns

POST = "chat.postMessage"
# "1 message per second to a specific channel", and "several hundred messages per minute" in a
# workspace: 240 of them, four a second. Slack grants bursts without saying how long; we take none.
CHANNEL: Limits = ((1, 1.0),)
POSTS: Limits = ((4, 1.0), (240, 60.0))
# Tiers of methods, per minute.
TIER_2: Limits = ((20, 60.0),)
TIER_3: Limits = ((50, 60.0),)
TIER_4: Limits = ((100, 60.0),)
TIERS: Mapping[str, Limits] = {
    POST: POSTS,
    # Slack promises "hundreds" a minute.
    "auth.test": TIER_4,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    # The third tier belongs to an app of one's own. A distributed one that is not in Slack's
    # Marketplace has one a minute, which its 429 tells.
    "conversations.history": TIER_3,
    "conversations.open": TIER_3,
    "oauth.v2.access": TIER_4,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.update": TIER_4,
}
# Seconds between two deliveries, so that they are spread over the minute: a little more than the
# limit asks for, which leaves 18 of 240 posts a minute to the answers of other processes. What no
# answer needs too (a group that is opened, a message that is looked up) may leave at once.
GAPS: Mapping[str, float] = {POST: 0.27, "chat.update": 1.25, "chat.delete": 1.25}
# How often the conversations that may be written to freely are forgotten.
FORGOTTEN_EVERY = 60.0


class Pace:
    """Gives each call its moment, and learns from Slack where that was too early."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._turns = Turns(clock=clock, sleep=sleep)
        self._methods: dict[tuple[Lane, str], Calls] = {}
        self._channels: dict[tuple[Lane, str], Calls] = {}
        self._forgotten_at = clock()

    async def turn(
        self, lane: Lane, method: str, channel: str = "", *, is_patient: bool = False
    ) -> None:
        """Returns when the next call of the method may leave; ``channel`` is that of a post.

        Raises ``TryLater``, for this call alone, where that is not soon.
        """
        self._forget()
        every = [self._method(lane, method)]
        if channel:
            every.insert(0, self._channels.setdefault((lane, channel), Calls(CHANNEL)))
        await self._turns.turn(every, is_patient=is_patient, reason=patience(method))

    def refused(self, lane: Lane, method: str, after: float) -> None:
        """Slack answered 429, and asks for so many seconds; other methods and lanes go on."""
        self._method(lane, method).refused(self._clock(), after)

    def _method(self, lane: Lane, method: str) -> Calls:
        limits = TIERS.get(method, TIER_3)
        made = self._methods.get((lane, method))
        if made is None:
            made = self._methods[lane, method] = Calls(limits, gap=GAPS.get(method, 0.0))
        return made

    def _forget(self) -> None:
        now = self._clock()
        if now - self._forgotten_at < FORGOTTEN_EVERY:
            return
        self._forgotten_at = now
        for known in (self._methods, self._channels):
            for key in [key for key, calls in known.items() if calls.is_over(now)]:
                del known[key]


def patience(method: str) -> str:
    """Why a call of the method waits."""
    return f"Slack asks for patience with {method}."
