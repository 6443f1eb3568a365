"""How often a message is tried again whose conversation or token Teams does not know.

Teams says so of about one conversation in a hundred that is there, and nothing was sent. Delivery
counts no attempt that a platform asked to postpone, so it is counted here. A restart
begins anew, which costs a few attempts and no message.
"""

from collections import OrderedDict
from datetime import timedelta

from bot.errors import TryLater

# What was said in error is mended within minutes; what is still so after them is true.
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
REMEMBERED = 10_000


class Patience:
    """Counts by the key of a delivery."""

    def __init__(self) -> None:
        self._tried: OrderedDict[str, int] = OrderedDict()

    def later(self, key: str, reason: str) -> TryLater | None:
        """When to try again, the message alone; None where it has been tried often enough."""
        tried = self._tried.pop(key, 0)
        if tried >= len(WAITS):
            return None
        self._tried[key] = tried + 1
        if len(self._tried) > REMEMBERED:
            self._tried.popitem(last=False)
        return TryLater(reason, after=WAITS[tried], whole_lane=False)

    def over(self, key: str) -> None:
        """It was done."""
        self._tried.pop(key, None)
