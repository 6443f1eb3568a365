"""Members who take no part for now because an organiser said so, and why."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.members import APART, MemberState
from bot.ids import CommunityId, MemberId
from storage.rows import upsert
from storage.tables import members, standings


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who takes no part; ``by`` is empty where who said so has left."""

    member: MemberId
    name: str
    state: MemberState
    reason: str
    by: str
    at: datetime | None


class Standings:
    """Those taken out for now, of all communities; for organisers' eyes only."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def save(
        self,
        community: CommunityId,
        member: MemberId,
        *,
        reason: str,
        by: MemberId,
        now: datetime,
    ) -> None:
        """Note why somebody takes no part; their state is kept with the member."""
        values = {
            "member": member,
            "community": community,
            "reason": reason,
            "set_by": by,
            "at": now,
        }
        upsert(self._connection, standings, values, keys=("member",))

    def remove(self, member: MemberId) -> None:
        """They take part again."""
        self._connection.execute(standings.delete().where(standings.c.member == member))

    def all(self, community: CommunityId, *states: MemberState) -> tuple[Standing, ...]:
        """Everybody taken out for now, by name; of these states where some are named."""
        by = members.alias()
        joined = members.outerjoin(standings, standings.c.member == members.c.id).outerjoin(
            by, by.c.id == standings.c.set_by
        )
        rows = self._connection.execute(
            sa.select(
                members.c.id,
                members.c.name,
                members.c.state,
                standings.c.reason,
                by.c.name.label("by"),
                standings.c.at,
            )
            .select_from(joined)
            .where(members.c.community == community, members.c.state.in_(states or APART))
            .order_by(members.c.name, members.c.id)
        )
        return tuple(
            Standing(
                MemberId(row.id),
                row.name,
                MemberState(row.state),
                row.reason or "",
                row.by or "",
                row.at,
            )
            for row in rows
        )
