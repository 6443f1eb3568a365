"""How often a delivery is put off that a platform does not take now.

Delivery counts no attempt that a platform asked to postpone, so each asking is counted with the
row in the outbox: a restart does not begin anew.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.errors import BotError, CannotDeliver, TryLater

# What comes to the same when it is done twice and got no answer: a platform that is broken for
# longer than an hour and a quarter does not mend itself over one message.
UNANSWERED = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)


def put_off(
    reason: str, *, before: int, waits: Sequence[timedelta], account_gone: bool = False
) -> BotError:
    """When to try again, this message alone; that it can't be delivered after all the waits.

    ``before`` is how often it was put off already.
    """
    if before < len(waits):
        return TryLater(reason, after=waits[before], whole_lane=False)
    return CannotDeliver(f"{reason} It was tried {before + 1} times.", account_gone=account_gone)
