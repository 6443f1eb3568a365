"""One replica that does what is due and nothing else: ``python -m tests.schedule_worker URL``.

It says "ready", begins when it is told to, and says how many occurrences it ran once none is left.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import sqlalchemy as sa

from bot import log
from bot.chat.schedule import ALWAYS, Run, Schedule
from bot.scheduler import Scheduler
from storage.database import Database
from storage.occurrences import OccurrenceState
from storage.secrets import Vault
from storage.tables import occurrences
from storage.unit_of_work import UnitOfWork

GLANCE = 0.1
OPEN = (OccurrenceState.WAITING, OccurrenceState.RUNNING)
jobs = Schedule()
ran: list[str] = []


@jobs.job("note", catch_up=ALWAYS)
def note(run: Run, db: UnitOfWork) -> None:
    """Leaves a row for every time it is done, in the transaction that does it."""
    db.audit.add(run.community, None, action=run.subject, now=run.now)
    ran.append(run.subject)


async def work(database: Database) -> None:
    """Run the real scheduler until nothing is left."""
    with ThreadPoolExecutor(1) as pool:
        scheduler = Scheduler(database, jobs, clock=lambda: datetime.now(UTC), pool=pool)
        await scheduler.start()
        # Nobody tells of what another process did.
        while await database.run(is_anything_left):  # noqa: ASYNC110 - see above.
            await asyncio.sleep(GLANCE)
        await scheduler.stop()


def is_anything_left(db: UnitOfWork) -> bool:
    """Whether an occurrence waits or runs."""
    left = sa.select(sa.func.count()).where(occurrences.c.state.in_(OPEN))
    return bool(db.connection.execute(left).scalar_one())


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    log.configure("ERROR")
    database = Database(sys.argv[1], Vault("of no use here, and long enough to be taken"))
    database.reach()
    say("ready")
    sys.stdin.readline()
    asyncio.run(work(database))
    database.close()
    say(len(ran))


if __name__ == "__main__":
    main()
