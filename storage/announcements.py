"""Announcements as they are kept."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.announcements import Announcement, State, Way
from bot.domain.cadences import Cadence
from bot.ids import AnnouncementId, CommunityId, Lane, MemberId
from bot.times import IfOff
from storage import audiences
from storage.rows import insert_row
from storage.tables import announcements


class Announcements:
    """The announcements of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, made: Announcement, *, now: datetime) -> Announcement:
        """Keep a new announcement under the community's next number."""
        last = self._connection.execute(
            sa.select(sa.func.max(announcements.c.number)).where(
                announcements.c.community == made.community
            )
        ).scalar()
        number = insert_row(
            self._connection,
            announcements,
            **_columns(made) | {"number": (last or 0) + 1, "made_at": now},
        )
        return self.get(AnnouncementId(number))

    def save(self, changed: Announcement) -> None:
        """Keep what was changed."""
        self._connection.execute(
            announcements.update()
            .where(announcements.c.id == changed.id)
            .values(**_columns(changed))
        )

    def get(self, announcement: AnnouncementId) -> Announcement:
        """The announcement of this identity, which must exist."""
        return self._found(announcements.c.id == announcement)[0]

    def find(self, community: CommunityId, number: int) -> Announcement | None:
        """The community's announcement of this number."""
        found = self._found(
            announcements.c.community == community, announcements.c.number == number
        )
        return found[0] if found else None

    def newest(
        self, community: CommunityId, *, limit: int, offset: int = 0
    ) -> tuple[Announcement, ...]:
        """The newest announcements first."""
        return self._found(announcements.c.community == community, limit=limit, offset=offset)

    def count(self, community: CommunityId) -> int:
        """How many there are."""
        return int(
            self._connection.execute(
                sa.select(sa.func.count())
                .select_from(announcements)
                .where(announcements.c.community == community)
            ).scalar_one()
        )

    def _found(
        self, *conditions: sa.ColumnElement[bool], limit: int | None = None, offset: int = 0
    ) -> tuple[Announcement, ...]:
        rows = self._connection.execute(
            sa.select(announcements)
            .where(*conditions)
            .order_by(announcements.c.number.desc())
            .limit(limit)
            .offset(offset)
        )
        return tuple(_announcement(row) for row in rows)


def _columns(one: Announcement) -> dict[str, Any]:
    return {
        "community": one.community,
        "number": one.number,
        "author": one.author,
        "parent": one.parent,
        "text": one.text,
        "audience": audiences.dump(one.audience),
        "way": one.way,
        "lanes": list(one.lanes),
        "wants_acknowledgement": one.wants_acknowledgement,
        "respects_quiet": one.respects_quiet,
        "state": one.state,
        "start": one.when.start if one.when else None,
        "rule": one.when.rule if one.when else "",
        "zone": one.zone,
        "if_off": one.if_off,
        "is_revised": one.is_revised,
        "made_at": one.made_at,
        "begun_at": one.begun_at,
        "ended_at": one.ended_at,
        "reminded_at": one.reminded_at,
    }


def _announcement(row: sa.Row[Any]) -> Announcement:
    return Announcement(
        id=AnnouncementId(row.id),
        community=CommunityId(row.community),
        number=row.number,
        author=None if row.author is None else MemberId(row.author),
        text=row.text,
        audience=audiences.load(row.audience),
        way=Way(row.way),
        lanes=tuple(map(Lane, row.lanes)),
        wants_acknowledgement=row.wants_acknowledgement,
        respects_quiet=row.respects_quiet,
        state=State(row.state),
        when=None if row.start is None else Cadence(row.start, row.rule),
        zone=row.zone,
        if_off=IfOff(row.if_off),
        is_revised=row.is_revised,
        parent=None if row.parent is None else AnnouncementId(row.parent),
        made_at=row.made_at,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        reminded_at=row.reminded_at,
    )
