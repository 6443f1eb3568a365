"""Deliveries of which nobody knows whether they arrived, until an organiser settles them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.platform import RESENT, first_key
from bot.ids import CommunityId, Lane, OutboxId
from storage import held
from storage.outbox import CONFIDENTIAL, State
from storage.retention import WORDLESS
from storage.tables import members, outbox

SENT_AGAIN = "an organiser had it sent again"
LEFT = "an organiser left it at that"

# What a row that is sent again takes over; its token too, so that a tap on either copy counts once.
_KEPT = (
    outbox.c.community,
    outbox.c.lane,
    outbox.c.kind,
    outbox.c.priority,
    outbox.c.subject,
    outbox.c.member,
    outbox.c.destination,
    outbox.c.message,
    outbox.c.token,
    outbox.c.receipt,
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message that may have arrived. ``name`` is empty where it was for more than one person."""

    id: OutboxId
    subject: str
    lane: Lane
    name: str
    reason: str
    settled_at: datetime


class Doubts:
    """The uncertain deliveries of all communities; sending again tells which lanes have work."""

    def __init__(self, connection: sa.Connection, touched: set[Lane]) -> None:
        self._connection = connection
        self._touched = touched

    def count(self, community: CommunityId) -> int:
        """How many messages are uncertain."""
        return int(
            self._connection.execute(
                sa.select(sa.func.count()).select_from(outbox).where(*_open(community))
            ).scalar_one()
        )

    def newest(self, community: CommunityId, *, limit: int) -> tuple[Doubt, ...]:
        """The newest of them."""
        rows = self._connection.execute(
            sa.select(outbox, members.c.name.label("name"))
            .select_from(outbox.outerjoin(members, members.c.id == outbox.c.member))
            .where(*_open(community))
            .order_by(outbox.c.id.desc())
            .limit(limit)
        )
        return tuple(_doubt(row) for row in rows)

    def send_again(self, community: CommunityId, number: OutboxId, *, now: datetime) -> bool:
        """Queue the message once more; False where it is not uncertain (any more).

        The new row has the key of the old one and a number, so that platforms which compare
        messages see that it is the same.
        """
        if not self._settle(community, number, reason=SENT_AGAIN, now=now):
            return False
        old = self._connection.execute(sa.select(outbox).where(outbox.c.id == number)).one()
        first = f"{first_key(old.key)}{RESENT}"
        before = self._connection.execute(
            sa.select(sa.func.count())
            .select_from(outbox)
            .where(outbox.c.key.startswith(first, autoescape=True))
        ).scalar_one()
        self._connection.execute(
            outbox.insert().values(
                **{column.name: getattr(old, column.name) for column in _KEPT},
                key=f"{first}{before + 1}",
                state=State.QUEUED,
                not_before=now,
                added_at=now,
            )
        )
        held.keep_from_the_silent(self._connection, outbox.c.key == f"{first}{before + 1}", now=now)
        self._touched.add(Lane(old.lane))
        return True

    def leave(self, community: CommunityId, number: OutboxId, *, now: datetime) -> bool:
        """Take it that all is well, or too late; False where it is not uncertain (any more)."""
        return self._settle(community, number, reason=LEFT, now=now)

    def _settle(
        self, community: CommunityId, number: OutboxId, *, reason: str, now: datetime
    ) -> bool:
        result = self._connection.execute(
            outbox.update()
            .where(outbox.c.id == number, *_open(community))
            .values(state=State.CANCELLED, reason=reason, settled_at=now)
        )
        return bool(result.rowcount)


def _open(community: CommunityId) -> tuple[sa.ColumnElement[bool], ...]:
    """Uncertain, not being looked up, and neither taken down since nor without its words."""
    return (
        outbox.c.community == community,
        outbox.c.state == State.UNCERTAIN,
        outbox.c.subject != CONFIDENTIAL,
        outbox.c.settled_at.is_not(None),
        outbox.c.message.is_not(None),
        outbox.c.message != WORDLESS,
    )


def _doubt(row: sa.Row[Any]) -> Doubt:
    return Doubt(
        id=OutboxId(row.id),
        subject=row.subject,
        lane=Lane(row.lane),
        name=row.name or "",
        reason=row.reason,
        settled_at=row.settled_at,
    )
