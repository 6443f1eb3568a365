"""How often a delivery or an answer is put off that a platform does not take now.

Delivery counts no attempt that a platform asked to postpone, so each asking is counted with the
row in the outbox: a restart does not begin anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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

# Whoever asked looks elsewhere after a while, and an answer that comes out of the blue confuses.
# It is also well within the half hour, and the five times, that Slack takes an answer at the
# address it gave for one: https://docs.slack.dev/interactivity/handling-user-interaction
ANSWERED_WITHIN = timedelta(minutes=10)
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Answering:
    """How often an answer was tried, and how long whoever asked has waited since."""

    tries: int = 1
    waited: timedelta = timedelta()

    def again(self, after: timedelta) -> "Answering | None":
        """The next try, after as long as the platform asks; None where it would be too late."""
        waited = self.waited + after
        if self.tries >= MOST_TRIES or waited > ANSWERED_WITHIN:
            return None
        return Answering(self.tries + 1, waited)


FIRST = Answering()


def put_off(
    reason: str, *, before: int, waits: Sequence[timedelta], account_gone: bool = False
) -> BotError:
    """When to try again, this message alone; that it can't be delivered after all the waits.

    ``before`` is how often it was put off already.
    """
    if before < len(waits):
        return TryLater(reason, after=waits[before], whole_lane=False)
    return CannotDeliver(f"{reason} It was tried {before + 1} times.", account_gone=account_gone)
