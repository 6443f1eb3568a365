"""A Slack that takes a while to answer, knows which process asked, and may kill it in between."""

import asyncio
import os
import random
import signal
import time
from collections import Counter, defaultdict
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.end_to_end.crashing_bot import PROCESS
from tests.slack_said import Said
from tests.slack_stand_in import ALL_SCOPES, SlackStandIn

# Slack answers in about a tenth of a second.
ANSWERED_WITHIN = (0.02, 0.2)
# With these Slack lets the bot look up what it wrote.
LOOKING_UP = {"im:history", "mpim:history"}


@dataclass
class Asked:
    """A request: of which process, and whether a message came of it."""

    process: int
    is_post: bool = False


_ASKED: ContextVar[Asked] = ContextVar("asked")


class WatchingSlack(SlackStandIn):
    """What it took, by the key of the message, is the truth of what arrived.

    Its clock is the real one, since a message is looked up by when it was begun.
    """

    def __init__(self, *, is_readable: bool, rng: random.Random) -> None:
        scopes = ALL_SCOPES if is_readable else tuple(set(ALL_SCOPES) - LOOKING_UP)
        super().__init__(scopes=scopes)
        self.taken: Counter[str] = Counter()
        self.taken_of: defaultdict[int, list[str]] = defaultdict(list)
        # When each message was taken, and from which process.
        self.arrivals: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
        self.killed: set[int] = set()
        self._kills_at: dict[int, int] = {}
        self._rng = rng
        self._last_ts = 0.0

    def kill(self, process: int, *, at: int) -> None:
        """Kill a process when so many messages of it were taken, before the last is answered."""
        self._kills_at[process] = at

    def keep(self, channel: str, content: dict[str, Any], **more: Any) -> Said:
        """Take a message; see ``kill``."""
        said = super().keep(channel, content, **more)
        asked, key = _ASKED.get(), said.metadata["event_payload"]["key"]
        asked.is_post = True
        self.taken[key] += 1
        self.arrivals[key].append((time.time(), asked.process))
        self.taken_of[asked.process].append(key)
        if len(self.taken_of[asked.process]) == self._kills_at.get(asked.process):
            self.killed.add(asked.process)
            os.kill(asked.process, signal.SIGKILL)
        return said

    async def _called(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(int(request.headers[PROCESS]))
        _ASKED.set(asked)
        answer = await super()._called(request)
        if asked.is_post:
            await asyncio.sleep(self._rng.uniform(*ANSWERED_WITHIN))
        return answer

    def _ts(self) -> str:
        self._last_ts = max(time.time(), self._last_ts + 0.000_002)
        return f"{self._last_ts:.6f}"
