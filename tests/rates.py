"""The limits that the stand-ins for Slack and Teams enforce, as sliding windows."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

Limits = tuple[tuple[int, float], ...]
"""At most so many calls within so many seconds."""


class Rates:
    """Counts what was taken. ``over`` names every call that came too early, which was refused."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.over: list[str] = []
        self.clock = clock
        self._taken: dict[Hashable, list[float]] = defaultdict(list)

    def take(self, every: Sequence[tuple[Hashable, Limits]]) -> int:
        """Take a call that counts for all of these; 0, or the seconds after which to come back."""
        now = self.clock()
        waits = {
            f"{key}: {count} in {seconds:g} s": taken[-count] + seconds - now
            for key, limits in every
            for count, seconds in limits
            if len(taken := self._taken[key]) >= count
        }
        early = [name for name, wait in waits.items() if wait > 0]
        if early:
            self.over += early
            return max(1, math.ceil(max(waits.values())))
        for key, limits in every:
            self._taken[key].append(now)
            del self._taken[key][: -max(count for count, _ in limits)]
        return 0


def least_seconds(calls: int, limits: Limits) -> float:
    """How long so many calls take at the least, from the first to the last of them."""
    return max((calls - 1) // count * seconds for count, seconds in limits)
