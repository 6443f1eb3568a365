"""Who did what and when among organiser actions. Never a message's words, never an answer."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.ids import CommunityId, MemberId
from storage.tables import audit, members


@dataclass(frozen=True, slots=True)
class Entry:
    """One action; ``actor`` is the name, "the command line" where nobody was signed in."""

    at: datetime
    actor: str
    action: str
    subject: str


class Audit:
    """The audit log of a community."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(
        self,
        community: CommunityId,
        actor: MemberId | None,
        *,
        action: str,
        now: datetime,
        subject: str = "",
    ) -> None:
        """Write one action down."""
        self._connection.execute(
            audit.insert().values(
                community=community, actor=actor, action=action, subject=subject, at=now
            )
        )

    def latest(self, community: CommunityId, *, limit: int) -> tuple[Entry, ...]:
        """The newest actions first."""
        rows = self._connection.execute(
            sa.select(audit.c.at, members.c.name, audit.c.action, audit.c.subject)
            .select_from(audit.outerjoin(members, members.c.id == audit.c.actor))
            .where(audit.c.community == community)
            .order_by(audit.c.id.desc())
            .limit(limit)
        )
        return tuple(
            Entry(row.at, row.name or "the command line", row.action, row.subject) for row in rows
        )
