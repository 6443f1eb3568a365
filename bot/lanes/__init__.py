"""One drainer a lane, so that the limits of one workspace never hold up another.

The rows of the outbox stay the truth: a wake only says that a lane has something to do, and a sweep
mends a wake that was lost. ``tasks`` drains within one process; ``engine`` spreads the lanes over
replicas that share a PostgreSQL.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.ids import Lane

Drain = Callable[[Lane], Awaitable[int]]
"""Settles what was left under way in a lane and sends what it may send now."""
Pending = Callable[[], Awaitable[tuple[Lane, ...]]]
"""Names the lanes that have something to do now."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how long, in seconds."""

    # A retry or a snoozed card falls due without a commit to wake its lane.
    sweep: float = 1.0
    # A lane that broke (the database was away) waits before it tries again.
    broken: float = 5.0
    # Longer than this no platform takes for the message that is under way.
    stop: float = 35.0
    # A replica says so often that it lives, and is taken for dead after three times in vain: its
    # lanes go on elsewhere within 15 seconds.
    heartbeat: float = 3.0
    dead: float = 9.0


class Lanes(Protocol):
    """The drainers of one process."""

    @property
    def is_alive(self) -> bool:
        """Whether the drainers are running."""
        ...

    def start(self) -> None:
        """Begin to sweep and to drain."""
        ...

    async def stop(self) -> None:
        """Let each drainer finish the message it is sending, then end it."""
        ...

    def wake(self, lane: Lane) -> None:
        """The lane has something to do; while stopping, the next start will find it."""
        ...
