"""Writing many members at once, and what has to be known of those already there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.domain import coffee
from bot.domain.coffee import Participation
from bot.domain.importing import Entry
from bot.domain.members import Member
from bot.ids import CommunityId, Lane, MemberId
from storage.members import Members
from storage.rows import batches, insert_each_new
from storage.tables import accounts, coffee_participations, members


class Imports:
    """Many members at a time."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def everybody_ever(self, community: CommunityId) -> tuple[Member, ...]:
        """All members, also those who left or are suspended."""
        numbers = self._connection.scalars(
            sa.select(members.c.id).where(members.c.community == community)
        )
        return tuple(Members(self._connection).many(numbers).values())

    def owners(self, lane: Lane) -> dict[str, MemberId]:
        """Whose each account of a workspace is."""
        rows = self._connection.execute(
            sa.select(accounts.c.user, accounts.c.member).where(accounts.c.lane == lane)
        )
        return {row.user: MemberId(row.member) for row in rows}

    def add(
        self, community: CommunityId, entries: Sequence[Entry], *, zone: str, now: datetime
    ) -> Iterator[MemberId]:
        """New members, neither greeted nor introduced; their numbers in the order of the entries.

        They are written as the numbers are asked for, a batch at a time.
        """
        statement = members.insert().returning(members.c.id, sort_by_parameter_order=True)
        for batch in batches(entries):
            rows = [
                {**_values(entry), "community": community, "zone": zone, "joined_at": now}
                for entry in batch
            ]
            yield from map(MemberId, self._connection.scalars(statement, rows).all())

    def update(self, entries: Sequence[Entry]) -> None:
        """Members as the entries have them now."""
        chosen = members.c.id == sa.bindparam("number")
        for batch in batches(entries):
            rows = [{**_values(entry), "number": entry.member} for entry in batch]
            changed = members.update().where(chosen)
            self._connection.execute(changed, rows)

    def add_accounts(
        self,
        community: CommunityId,
        where: Sequence[tuple[MemberId, str, Account]],
        *,
        now: datetime,
    ) -> None:
        """Reach members, each with a name, at accounts; one that somebody has stays theirs."""
        rows = [
            {
                "community": community,
                "member": member,
                "name": name,
                "lane": account.lane,
                "user": account.user,
                "met_at": now,
            }
            for member, name, account in where
        ]
        insert_each_new(self._connection, accounts, rows)

    def join_coffee(
        self, community: CommunityId, joining: Iterable[MemberId], *, now: datetime
    ) -> None:
        """Put members into the coffee programme who never were in it."""
        rows = [
            {
                **asdict(coffee.joined(Participation(member))),
                "community": community,
                "joined_at": now,
            }
            for member in joining
        ]
        insert_each_new(self._connection, coffee_participations, rows)


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "email": entry.email,
        "role": entry.role,
        **asdict(entry.profile),
    }
