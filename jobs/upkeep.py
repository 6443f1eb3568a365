"""Upkeep, when it is time: member lists are read afresh, and what was kept long enough goes."""

from datetime import timedelta

from bot.chat.schedule import ALWAYS, Run, Schedule
from bot.times import local
from storage import retention
from storage.unit_of_work import UnitOfWork

schedule = Schedule()

# Rows of each kind in one transaction. Among 200,000 old rows it took a quarter of a second on a
# busy machine of two cores, most of it to find them: so long whoever speaks meanwhile waits.
BATCH = 500
# Between two batches whoever has waited gets their turn.
PAUSE = timedelta(seconds=5)
REST = "upkeep rest"
A_DAY = timedelta(days=1)


@schedule.job("upkeep", catch_up=ALWAYS)
def upkeep(run: Run, db: UnitOfWork) -> None:
    """Once a day."""
    if run.now - run.due > A_DAY:
        # After a long stop the newest of the missed days does it for all.
        return
    for workspace in db.workspaces.all():
        if workspace.community == run.community and workspace.lists_people:
            db.outbox.fetch_members(run.community, workspace.lane, now=run.now)
    forget(run, db)


@schedule.job(REST, catch_up=ALWAYS)
def forget(run: Run, db: UnitOfWork) -> None:
    """One batch of what is forgotten; where more is left, the next follows in a while."""
    if retention.forget(db.connection, now=run.now, limit=BATCH):
        label = local(run.now + PAUSE, run.zone)
        db.schedule.add(run.community, REST, subject="", label=label, zone=run.zone)
