"""Which channel each purpose posts to, in each workspace of a community."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.channels import Channel, ChannelState, Place, Purpose
from bot.ids import ChannelId, CommunityId, Lane, MemberId
from storage.rows import upsert
from storage.tables import channels, workspaces


class Channels:
    """The channels of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def places(self, community: CommunityId) -> tuple[Place, ...]:
        """Every workspace where the bot is installed now, with its channels."""
        found = self._channels(channels.c.community == community)
        rows = self._connection.execute(
            sa.select(workspaces.c.lane, workspaces.c.name)
            .where(workspaces.c.community == community, workspaces.c.uninstalled_at.is_(None))
            .order_by(workspaces.c.id)
        )
        return tuple(
            Place(
                Lane(row.lane),
                row.name,
                tuple(each for each in found if each.lane == row.lane),
            )
            for row in rows
        )

    def choose(
        self,
        community: CommunityId,
        purpose: Purpose,
        lane: Lane,
        channel: str,
        *,
        name: str,
        by: MemberId,
        now: datetime,
    ) -> Channel:
        """Set where a purpose posts in a workspace, not yet checked; there is one place each."""
        values = {
            "community": community,
            "purpose": purpose,
            "lane": lane,
            "channel": channel,
            "name": name,
            "state": ChannelState.CHECKING,
            "reason": "",
            "set_by": by,
            "set_at": now,
        }
        upsert(self._connection, channels, values, keys=("community", "purpose", "lane"))
        (chosen,) = self._channels(
            channels.c.community == community,
            channels.c.purpose == purpose,
            channels.c.lane == lane,
        )
        return chosen

    def find(self, community: CommunityId, channel: ChannelId) -> Channel | None:
        """The channel of this number if it is the community's."""
        found = self._channels(channels.c.community == community, channels.c.id == channel)
        return found[0] if found else None

    def at(self, community: CommunityId, lane: Lane, channel: str) -> tuple[Channel, ...]:
        """Everything that is posted to one channel of a workspace."""
        return self._channels(
            channels.c.community == community,
            channels.c.lane == lane,
            channels.c.channel == channel,
        )

    def set_state(self, channel: ChannelId, state: ChannelState, *, reason: str = "") -> None:
        """Note whether the bot can post there."""
        self._connection.execute(
            channels.update().where(channels.c.id == channel).values(state=state, reason=reason)
        )

    def remove(self, channel: ChannelId) -> None:
        """Post there no longer."""
        self._connection.execute(channels.delete().where(channels.c.id == channel))

    def _channels(self, *conditions: sa.ColumnElement[bool]) -> tuple[Channel, ...]:
        rows = self._connection.execute(
            sa.select(channels).where(*conditions).order_by(channels.c.id)
        )
        return tuple(_channel(row) for row in rows)


def _channel(row: sa.Row[Any]) -> Channel:
    return Channel(
        community=CommunityId(row.community),
        purpose=Purpose(row.purpose),
        lane=Lane(row.lane),
        channel=row.channel,
        name=row.name,
        state=ChannelState(row.state),
        reason=row.reason,
        set_by=MemberId(row.set_by) if row.set_by is not None else None,
        set_at=row.set_at,
        id=ChannelId(row.id),
    )
