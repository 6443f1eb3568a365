"""Upkeep, when it is time: member lists are read afresh, and used tokens forgotten."""

from datetime import timedelta

from bot.chat.schedule import Run, Schedule
from storage.unit_of_work import UnitOfWork

schedule = Schedule()

# No card is tapped after this long; a tap on an older one counts as a new one.
TOKEN_LIFE = timedelta(days=120)
# So long somebody who types an old code is told that it was used or has run out.
CODES_KEPT = timedelta(days=1)


@schedule.job("upkeep", catch_up=timedelta(hours=24))
def upkeep(run: Run, db: UnitOfWork) -> None:
    """Once a day."""
    db.taps.forget(before=run.now - TOKEN_LIFE)
    db.accounts.forget_codes(before=run.now - CODES_KEPT)
    for workspace in db.workspaces.all():
        if workspace.community == run.community and workspace.lists_people:
            db.outbox.fetch_members(run.community, workspace.lane, now=run.now)
