"""What Teams tells again: what was not answered within 15 seconds, sometimes with a new id.

So typed words count as a repeat when the same person sends the same in the same conversation
while the first is unfinished or within 20 seconds of its arrival. An installation is told twice
by two kinds of activity, and counts in the same way.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from bot.errors import DatabaseUnready
from bot.platforms.teams.read import Heard, Where

# Seconds for which the same words of the same person are one; Teams repeats them after 15.
SAME_WORDS_WITHIN = 20.0
# Seconds for which the id of an activity is remembered, for those of cards and dialogs too.
SAME_ACTIVITY_WITHIN = 10 * 60.0
# Above this many the oldest are forgotten; no tenant speaks that much in ten minutes.
REMEMBERED = 20_000

WORDS = frozenset({Where.PERSONAL, Where.SHARED})


class Repeats:
    """Remembers in memory what was heard a short while ago."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._activities = _Recent(SAME_ACTIVITY_WITHIN)
        self._said = _Recent(SAME_WORDS_WITHIN)
        self._unfinished: set[Hashable] = set()

    @contextmanager
    def hearing(self, heard: Heard) -> Iterator[bool]:
        """Whether this is new; it counts as unfinished until the block is left.

        What the database did not take was not heard: it is new when it comes again.
        """
        key = _meaning(heard)
        if not self._is_new(heard, key):
            yield False
            return
        if key is not None:
            self._unfinished.add(key)
        try:
            yield True
        except DatabaseUnready:
            self._activities.forget(_activity(heard))
            self._said.forget(key)
            raise
        finally:
            self._unfinished.discard(key)

    def _is_new(self, heard: Heard, key: Hashable) -> bool:
        now = self._clock()
        if heard.activity and not self._activities.is_new(_activity(heard), now):
            return False
        if key is None:
            return True
        # Whoever removes the bot and adds it again at once has done three different things.
        what = heard.incoming.route if heard.where is Where.EVENT else ""
        return self._said.is_new(key, now, what=what) and key not in self._unfinished


class _Recent:
    """Keys with what was last meant by each, and when."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: OrderedDict[Hashable, tuple[float, str]] = OrderedDict()

    def is_new(self, key: Hashable, now: float, *, what: str = "") -> bool:
        """Whether the key was not named a short while ago, or meant something else."""
        while self._last and now - next(iter(self._last.values()))[0] > self._seconds:
            self._last.popitem(last=False)
        _, before = self._last.get(key, (0.0, None))
        if before == what:
            return False
        self._last[key] = (now, what)
        self._last.move_to_end(key)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return True

    def forget(self, key: Hashable) -> None:
        """It is as if the key had not been named."""
        self._last.pop(key, None)


def _activity(heard: Heard) -> Hashable:
    """The id of an activity is unique within its conversation only."""
    return (heard.incoming.account, heard.conversation, heard.activity)


def _meaning(heard: Heard) -> Hashable | None:
    """What makes it the same again under another id; None for what carries a one-time token."""
    incoming = heard.incoming
    if heard.where in WORDS:
        return (incoming.account, heard.conversation, heard.thread, incoming.text)
    if heard.where is Where.EVENT:
        return incoming.account
    return None
