"""How fast the bot posts: Slack's limits hold per workspace and per conversation.

Source: https://docs.slack.dev/apis/web-api/rate-limits: one message a second and channel, and
"several hundred" a minute and workspace.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.ids import Lane

POSTS_PER_SECOND = 4  # Ours, for a workspace: 240 a minute is "several hundred".
CHANNEL_GAP = 1.0  # Seconds between two messages in one conversation.
# Above this many conversations the ones that may be written to again are forgotten.
REMEMBERED = 1000


class Pace:
    """Gives each post its moment."""

    def __init__(
        self,
        *,
        posts_per_second: float = POSTS_PER_SECOND,
        channel_gap: float = CHANNEL_GAP,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = 1 / posts_per_second
        self._channel_gap = channel_gap
        self._clock = clock
        self._sleep = sleep
        self._lanes: dict[Lane, float] = {}
        self._channels: dict[tuple[Lane, str], float] = {}

    async def turn(self, lane: Lane, channel: str) -> None:
        """Returns when the next post of the lane to this conversation may leave."""
        now = self._clock()
        if len(self._channels) > REMEMBERED:
            self._channels = {key: free for key, free in self._channels.items() if free > now}
        start = max(now, self._lanes.get(lane, 0), self._channels.get((lane, channel), 0))
        self._lanes[lane] = start + self._gap
        self._channels[lane, channel] = start + self._channel_gap
        if start > now:
            await self._sleep(start - now)
