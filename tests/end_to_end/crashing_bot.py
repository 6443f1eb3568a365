"""The real bot, which kills itself when it comes to a step: ``python -m ...crashing_bot run``.

CRASH_STEP and CRASH_PASSAGE say at which step and at which time of coming there. The steps are told
by what reaches the database (which columns a transaction writes) and what leaves for Slack, so none
of them depends on how the bot is written inside. RECORD names a file that is told under which claim
this process drains which lane, and at which step it died.
"""

import os
import signal
import threading
from collections import Counter
from typing import Any

import sqlalchemy as sa
from slack_sdk.web.async_client import AsyncWebClient

from bot import __main__ as bot
from bot.lanes import Pace, engine
from bot.platforms.slack.api import POST

PROCESS = "X-Process"
HISTORY = "conversations.history"

# The steps of a delivery: before the claim is written, when it is committed, before the request
# leaves, when it was answered, before the settlement is committed, and after. Between the request
# and the answer Slack itself kills the bot; see ``TAKEN``.
CLAIMING, CLAIMED = "claiming", "claimed"
ASKING, TAKEN, ANSWERED = "asking", "taken", "answered"
SETTLING, SETTLED = "settling", "settled"
DELIVERING = (CLAIMING, CLAIMED, ASKING, TAKEN, ANSWERED, SETTLING, SETTLED)
# The steps of taking a lane over: the drainer's name is written and committed.
TAKING_OVER, TAKEN_OVER = "taking over", "taken over"
# What was left is looked up, and put back to be sent where it is not there.
LOOKING_UP, LOOKED_UP = "looking up", "looked up"
REQUEUING, REQUEUED = "requeuing", "requeued"
SUCCEEDING = (TAKING_OVER, TAKEN_OVER, LOOKING_UP, LOOKED_UP, REQUEUING, REQUEUED)
# The steps of what is due: its messages and its end are written in one transaction.
DOING, DONE = "doing", "done"
QUEUING = "queuing"

# The step before what a transaction does is committed, and the one after. A claim's first is passed
# before it is written.
_AFTER = {
    CLAIMING: CLAIMED,
    SETTLING: SETTLED,
    TAKING_OVER: TAKEN_OVER,
    REQUEUING: REQUEUED,
    DOING: DONE,
}


class Steps:
    """Counts the steps of this process, and ends it at one of them."""

    def __init__(self, step: str, passage: int, record: str) -> None:
        self._step = step
        self._passage = passage
        self._record = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._passed: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, *words: str) -> None:
        os.write(self._record, ("\t".join(words) + "\n").encode())

    def pass_by(self, step: str) -> None:
        """This process is at a step; it may be its last."""
        with self._lock:
            self._passed[step] += 1
            if (step, self._passed[step]) == (self._step, self._passage):
                self.note("died", step)
                os.kill(os.getpid(), signal.SIGKILL)


class Transactions:
    """Tells what a transaction does by the columns it writes; a thread has one at a time."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self._of_thread = threading.local()
        sa.event.listen(sa.Engine, "begin", self._begun)
        sa.event.listen(sa.Engine, "before_cursor_execute", self._executing)
        sa.event.listen(sa.Engine, "commit", self._committing)
        sa.event.listen(sa.Engine, "rollback", self._begun)
        # A connection goes back to its pool when the commit is done.
        sa.event.listen(sa.pool.Pool, "reset", self._ended)

    @property
    def _does(self) -> set[str]:
        return self._of_thread.__dict__.setdefault("does", set())

    def _begun(self, _connection: sa.Connection) -> None:
        self._does.clear()
        self._of_thread.is_committed = False

    def _executing(
        self, _connection: Any, _cursor: Any, statement: str, _given: Any, context: Any, _many: bool
    ) -> None:
        written = statement.partition(" WHERE ")[0]
        if statement.startswith("UPDATE outbox"):
            if "claimed_at=" in written and CLAIMING not in self._does:
                self._steps.pass_by(CLAIMING)
                self._does.add(CLAIMING)
            elif "settled_at=" in written and _is_sent(context.compiled_parameters):
                self._does.add(SETTLING)
            elif "settled_at=" in written and "not_before=" in written:
                self._does.add(REQUEUING)
        elif statement.startswith("INSERT INTO lanes"):
            # A lane that is to pause is written there too.
            for row in context.compiled_parameters:
                if "drainer" in row:
                    self._does.add(TAKING_OVER)
                    self._steps.note("drains", row["lane"], row["drainer"])
        elif statement.startswith("INSERT INTO outbox"):
            self._does.add(QUEUING)
        elif statement.startswith("UPDATE occurrences") and QUEUING in self._does:
            self._does.add(DOING)

    def _committing(self, _connection: sa.Connection) -> None:
        self._of_thread.is_committed = True
        for step in sorted(self._does & _AFTER.keys() - {CLAIMING}):
            self._steps.pass_by(step)

    def _ended(self, *_: Any) -> None:
        done = sorted(self._does & _AFTER.keys())
        self._does.clear()
        if self._of_thread.__dict__.get("is_committed"):
            for step in done:
                self._steps.pass_by(_AFTER[step])


def _is_sent(rows: list[dict[str, Any]]) -> bool:
    return any("sent" in row.values() for row in rows)


def watch_slack(steps: Steps) -> None:
    """Count what leaves for Slack and what comes back; Slack is told which process asks."""
    asked = AsyncWebClient.api_call
    named = {POST: (ASKING, ANSWERED), HISTORY: (LOOKING_UP, LOOKED_UP)}

    async def api_call(self: AsyncWebClient, api_method: str, **given: Any) -> Any:
        before, after = named.get(api_method, ("", ""))
        steps.pass_by(before)
        given["headers"] = {**(given.get("headers") or {}), PROCESS: str(os.getpid())}
        answer = await asked(self, api_method, **given)
        steps.pass_by(after)
        return answer

    AsyncWebClient.api_call = api_call


def hurry(dead: float) -> None:
    """Take a replica for dead so soon; the real pace would make the suite wait."""
    pace = Pace(sweep=dead / 9, broken=dead / 3, heartbeat=dead / 3, dead=dead)
    engine.Pace = lambda: pace  # type: ignore[misc,assignment]


def main() -> None:
    steps = Steps(
        os.environ.get("CRASH_STEP", ""),
        int(os.environ.get("CRASH_PASSAGE", "0")),
        os.environ["RECORD"],
    )
    Transactions(steps)
    watch_slack(steps)
    if dead := os.environ.get("DEAD_AFTER"):
        hurry(float(dead))
    bot.main()


if __name__ == "__main__":
    main()
