"""An event loop whose time passes only while nothing happens.

Its clock stands still while anything runs, also in a thread, and jumps to the next timer when
nothing is left to do. Hours of waiting take seconds, and what is measured by the clock is waiting
alone: computing costs nothing. Sockets on this machine and threads work as ever.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

# Real seconds in which bytes that are under way on this machine arrive, before the clock jumps.
# They are there at once; this is the shortest wait that the system knows.
GRACE = 0.001


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What ``main`` returns, run to its end on such a loop."""
    with asyncio.Runner(loop_factory=VirtualTime) as runner:
        return runner.run(main())


class VirtualTime(asyncio.SelectorEventLoop):
    """See the module; ``time`` begins at zero."""

    def __init__(self) -> None:
        self._now = 0.0
        self._in_threads = 0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self._now

    def run_in_executor(self, *given: Any) -> Any:
        working = super().run_in_executor(*given)
        self._in_threads += 1
        working.add_done_callback(self._came_back)
        return working

    def jump(self, seconds: float) -> None:
        self._now += seconds

    @property
    def is_idle(self) -> bool:
        """Whether no thread works."""
        return self._in_threads == 0

    def _came_back(self, _: Any) -> None:
        self._in_threads -= 1


class _Selector(selectors.DefaultSelector):
    """Waits for sockets and threads, and jumps where there is nothing to wait for but time."""

    def __init__(self, loop: VirtualTime) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return super().select(0)
        if timeout is None or not self._loop.is_idle:
            # Only a socket or a thread can go on.
            return super().select(None)
        ready = super().select(GRACE)
        if not ready:
            self._loop.jump(timeout)
        return ready
