"""What a backup's rows become when it is put in place: nothing is done twice by surprise."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.outbox import State
from storage.tables import account_codes, outbox, web_links, web_sessions

REASON = "restored from a backup: it may have been sent since"


@dataclass(frozen=True, slots=True)
class Restored:
    """How many deliveries are in doubt, and how many still wait for a time to come."""

    in_doubt: int
    waiting: int


def settle(connection: sa.Connection, *, now: datetime) -> Restored:
    """Hold what may have been sent since the backup was made, and sign everybody out.

    What was queued or under way then was most likely sent afterwards, and the backup can't know:
    it is uncertain, as after a crash, and the console shows it. What waits for a time that has not
    come yet can't have been sent, and goes on waiting. A sign-in link or a code that was used since
    would work a second time, so the unused ones end with the sessions.
    """
    is_under_way = outbox.c.state == State.SENDING
    was_due = sa.and_(outbox.c.state == State.QUEUED, outbox.c.not_before <= now)
    held = connection.execute(
        outbox.update()
        .where(sa.or_(is_under_way, was_due))
        .values(state=State.UNCERTAIN, reason=REASON, claim="", settled_at=now)
    )
    waiting = connection.execute(
        sa.select(sa.func.count()).select_from(outbox).where(outbox.c.state == State.QUEUED)
    ).scalar_one()
    connection.execute(web_sessions.delete())
    for table in (web_links, account_codes):
        connection.execute(table.delete().where(table.c.used_at.is_(None)))
    return Restored(in_doubt=int(held.rowcount), waiting=waiting)
