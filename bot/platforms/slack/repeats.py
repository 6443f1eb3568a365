"""Events that Slack tells again: it repeats what was not acknowledged, up to three times.

Source: https://docs.slack.dev/apis/events-api#retries: at once, after 1 and after 5 minutes.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

REMEMBERED_FOR = 60 * 60  # Seconds; the last retry comes within ten minutes.
REMEMBERED = 20_000  # Events; Slack tells of at most 30,000 an hour and workspace.


class Repeats(Protocol):
    """Remembers which events have been heard. In a database it outlives a restart."""

    async def is_new(self, event: str) -> bool:
        """True the first time an event is named, False from then on."""

    async def forget(self, event: str) -> None:
        """The event could not be taken in and was not acknowledged: its repeat is new."""


class RepeatsInMemory:
    """Remembers the events of this process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: OrderedDict[str, float] = OrderedDict()

    async def is_new(self, event: str) -> bool:
        """True the first time an event is named, False from then on."""
        now = self._clock()
        while self._heard and now - next(iter(self._heard.values())) > REMEMBERED_FOR:
            self._heard.popitem(last=False)
        if event in self._heard:
            return False
        self._heard[event] = now
        if len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        return True

    async def forget(self, event: str) -> None:
        """The event could not be taken in and was not acknowledged: its repeat is new."""
        self._heard.pop(event, None)
