"""Nothing more goes out to somebody: what waits for them is cancelled, what is under way ends."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.platform import DeliveryKind, Destination
from bot.domain.members import MAIL, Member
from bot.ids import Lane
from storage import codec
from storage.outbox import State
from storage.rows import batches
from storage.tables import accounts, outbox

REASON = "an organiser stopped what is sent to them"


def fall(connection: sa.Connection, member: Member, *, now: datetime) -> int:
    """Cancel every message that waits for a member, alone or in a group; how many.

    Posts in channels are no messages to them and stay. What is under way is not tried again.
    """
    theirs = _accounts(connection, member)
    if not theirs:
        return 0
    lanes = {each.lane for each in theirs}
    rows = connection.execute(
        sa.select(outbox.c.id, outbox.c.lane, outbox.c.destination, outbox.c.state).where(
            outbox.c.community == member.community,
            outbox.c.lane.in_(lanes),
            outbox.c.kind.in_((DeliveryKind.POST, DeliveryKind.UPDATE)),
            outbox.c.state.in_((State.QUEUED, State.SENDING)),
            # Of very many that wait, those alone are read that may be for them.
            sa.or_(
                *(
                    outbox.c.destination.contains(json.dumps(each.user), autoescape=True)
                    for each in theirs
                )
            ),
        )
    ).all()
    reached = [row for row in rows if _reaches(row, theirs)]
    waiting = [row.id for row in reached if row.state == State.QUEUED]
    for batch in batches(waiting):
        connection.execute(
            outbox.update()
            .where(outbox.c.id.in_(batch), outbox.c.state == State.QUEUED)
            .values(state=State.CANCELLED, reason=REASON, settled_at=now)
        )
    under_way = [row.id for row in reached if row.state == State.SENDING]
    connection.execute(outbox.update().where(outbox.c.id.in_(under_way)).values(is_stopped=True))
    return len(waiting)


def _accounts(connection: sa.Connection, member: Member) -> frozenset[Account]:
    """Every account of theirs, in use or not, and their address."""
    rows = connection.execute(
        sa.select(accounts.c.lane, accounts.c.user).where(accounts.c.member == member.id)
    )
    mail = [Account(MAIL, member.email)] if member.email else []
    return frozenset([*(Account(Lane(row.lane), row.user) for row in rows), *mail])


def _reaches(row: sa.Row[*tuple[Any, ...]], theirs: frozenset[Account]) -> bool:
    try:
        destination: Destination = codec.load_destination(row.destination)
    except codec.Unreadable:
        # Nobody can send it either.
        return False
    return any(Account(Lane(row.lane), user) in theirs for user in destination.users)
