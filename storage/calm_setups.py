"""How calm communities are, and what each member wishes."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from bot.domain.calm import Hours, Reader, Setup, Silence, Wishes
from bot.domain.members import Member
from bot.ids import CommunityId, MemberId
from storage.rows import batches, upsert
from storage.tables import calm_setups, calm_wishes


class CalmSetups:
    """The ways of all communities and the wishes of their members."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, community: CommunityId) -> Setup:
        """How a community has it; the defaults before anybody changed them."""
        row = self._connection.execute(
            sa.select(calm_setups).where(calm_setups.c.community == community)
        ).one_or_none()
        return _setup(row) if row else Setup(community)

    def save(self, wanted: Setup) -> None:
        """Keep how a community wants it."""
        values = {
            "community": wanted.community,
            "weekly_limit": wanted.weekly_limit,
            "weekday": wanted.weekday,
            "time": wanted.time,
            "quiet_starts": wanted.hours.starts,
            "quiet_ends": wanted.hours.ends,
            "quiet_weekends": wanted.hours.weekends,
            "quiet_since": wanted.quiet_since,
            "quiet_until": wanted.quiet_until,
            "quiet_why": wanted.quiet_why,
        }
        upsert(self._connection, calm_setups, values, keys=("community",))

    def wishes(self, member: MemberId) -> Wishes:
        """What a member wishes; nothing of their own before they said so."""
        return self.several([member])[member]

    def several(self, wanted: Iterable[MemberId]) -> dict[MemberId, Wishes]:
        """What each of these members wishes."""
        numbers = list(wanted)
        found = {number: Wishes(number) for number in numbers}
        for batch in batches(numbers):
            rows = self._connection.execute(
                sa.select(calm_wishes).where(calm_wishes.c.member.in_(batch))
            )
            found.update((MemberId(row.member), _wishes(row)) for row in rows)
        return found

    def save_wishes(self, community: CommunityId, wanted: Wishes) -> None:
        """Keep what a member wishes."""
        values = {
            "member": wanted.member,
            "community": community,
            "quiet_starts": wanted.hours.starts if wanted.hours else None,
            "quiet_ends": wanted.hours.ends if wanted.hours else None,
            "quiet_weekends": bool(wanted.hours and wanted.hours.weekends),
            "best_time": wanted.best_time,
            "silence": wanted.silence,
            "silent_until": wanted.silent_until,
        }
        upsert(self._connection, calm_wishes, values, keys=("member",))

    def readers(self, community: CommunityId, people: Iterable[Member]) -> dict[MemberId, Reader]:
        """These members as far as calm goes."""
        several = list(people)
        ways = self.of(community)
        wanted = self.several(each.id for each in several)
        return {each.id: Reader(each.zone, ways, wanted[each.id]) for each in several}


def _setup(row: sa.Row[Any]) -> Setup:
    return Setup(
        community=CommunityId(row.community),
        weekly_limit=row.weekly_limit,
        weekday=row.weekday,
        time=row.time,
        hours=Hours(row.quiet_starts, row.quiet_ends, row.quiet_weekends),
        quiet_since=row.quiet_since,
        quiet_until=row.quiet_until,
        quiet_why=row.quiet_why,
    )


def _wishes(row: sa.Row[Any]) -> Wishes:
    has_hours = row.quiet_starts is not None
    return Wishes(
        member=MemberId(row.member),
        hours=Hours(row.quiet_starts, row.quiet_ends, row.quiet_weekends) if has_hours else None,
        best_time=row.best_time,
        silence=Silence(row.silence),
        silent_until=row.silent_until,
    )
