"""What organisers did in members' places because they had asked; each member sees their own."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.ids import CommunityId, MemberId
from storage.rows import insert_row
from storage.tables import done_for, members


@dataclass(frozen=True, slots=True)
class Done:
    """A command carried out for a member; ``by`` is empty where the organiser has left."""

    command: str
    by: str
    at: datetime


class DoneFor:
    """What was done for the members of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(
        self,
        community: CommunityId,
        member: MemberId,
        *,
        by: MemberId,
        command: str,
        now: datetime,
    ) -> int:
        """Write down what was done; its number."""
        return insert_row(
            self._connection,
            done_for,
            community=community,
            member=member,
            by=by,
            command=command,
            at=now,
        )

    def newest(self, member: MemberId, *, limit: int) -> tuple[Done, ...]:
        """What was done last for a member."""
        rows = self._connection.execute(
            sa.select(done_for.c.command, done_for.c.at, members.c.name)
            .select_from(done_for.outerjoin(members, members.c.id == done_for.c.by))
            .where(done_for.c.member == member)
            .order_by(done_for.c.id.desc())
            .limit(limit)
        )
        return tuple(Done(row.command, row.name or "", row.at) for row in rows)
