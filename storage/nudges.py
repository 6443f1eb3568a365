"""E-mails that bring a member back to the web chat, at most one a day."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.ids import MemberId
from storage.outbox import State
from storage.tables import outbox

# Whoever has not looked within an hour is not at the page; nobody is nudged twice a day.
AFTER = timedelta(hours=1)
EVERY = timedelta(days=1)

_STANDING = (State.QUEUED, State.SENDING, State.SENT, State.UNCERTAIN)


def subject(member: MemberId) -> str:
    """What nudges to a member are filed under."""
    return f"nudge:{member}"


def is_nudge(about: str) -> bool:
    """Whether this is what a nudge is filed under."""
    return about.startswith("nudge:")


def next_at(connection: sa.Connection, member: MemberId, *, now: datetime) -> datetime | None:
    """When a member may be nudged next; None where a nudge waits already."""
    row = connection.execute(
        sa.select(outbox.c.settled_at)
        .where(outbox.c.subject == subject(member), outbox.c.state.in_(_STANDING))
        .order_by(outbox.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return now + AFTER
    if row.settled_at is None:
        return None
    earliest: datetime = row.settled_at + EVERY
    return max(now + AFTER, earliest)


def drop(connection: sa.Connection, member: MemberId) -> None:
    """The member has looked, so nothing needs to bring them."""
    connection.execute(
        outbox.update()
        .where(outbox.c.subject == subject(member), outbox.c.state == State.QUEUED)
        .values(state=State.CANCELLED, reason="it was read before", settled_at=outbox.c.not_before)
    )
