"""What waits for members: read, told of, and held back for a member or a whole community."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.platform import Destination
from bot.domain.calm import Weight, Why, Wishes
from bot.ids import CommunityId, HeldId, MemberId
from storage import codec, held
from storage.calm_setups import CalmSetups
from storage.held import Held
from storage.rows import insert_new
from storage.states import State
from storage.tables import accounts, outbox, unasked
from storage.tables import held as held_table


class YourWeek:
    """What is kept for "Your week", and what keeps it back."""

    def __init__(self, connection: sa.Connection, setups: CalmSetups) -> None:
        self._connection = connection
        self._setups = setups

    def those_waiting(self, community: CommunityId) -> tuple[MemberId, ...]:
        """The members for whom something waits."""
        return held.those_waiting(self._connection, community)

    def waiting(self, people: Iterable[MemberId]) -> dict[MemberId, list[Held]]:
        """What each of these members has not been told of, the oldest first."""
        return held.waiting(self._connection, people)

    def readable(self, member: MemberId, *, now: datetime) -> tuple[Held, ...]:
        """What waits for a member or was told of lately, the oldest first."""
        return held.readable(self._connection, member, now=now)

    def find(self, member: MemberId, number: HeldId) -> Held | None:
        """The one of this number, if it is the member's."""
        return held.find(self._connection, member, number)

    def set_told(self, several: Sequence[HeldId], *, now: datetime) -> None:
        """The member was told of these."""
        held.set_told(self._connection, several, now=now)

    def silence(self, community: CommunityId, wishes: Wishes, *, now: datetime) -> int:
        """Keep a member's wish for silence, and at once all that is queued for them; how much."""
        self._setups.save_wishes(community, wishes)
        mine = outbox.c.member == wishes.member
        before = len(self.waiting([wishes.member]).get(wishes.member, ()))
        held.keep_from_the_silent(self._connection, mine, now=now)
        self._leave_conversations(wishes, now=now)
        return len(self.waiting([wishes.member]).get(wishes.member, ())) - before

    def hold_for_all(
        self, community: CommunityId, *, until: datetime, now: datetime
    ) -> tuple[MemberId, ...]:
        """Hold what is queued and not urgent until an instant; for whom it waits in "Your week".

        What goes by itself goes then; what would be too late by then still goes.
        """
        of_weight = sa.select(unasked.c.outbox).where(unasked.c.community == community)
        later = outbox.c.not_before < until
        ordinary = outbox.c.id.in_(of_weight.where(unasked.c.weight == Weight.ORDINARY))
        people = held.keep_back(self._connection, ordinary, later, why=Why.QUIET, now=now)
        alone = of_weight.where(
            unasked.c.weight == Weight.ALONE,
            sa.or_(unasked.c.about.is_(None), unasked.c.about > until),
        )
        self._connection.execute(
            outbox.update()
            .where(outbox.c.id.in_(alone), outbox.c.state == State.QUEUED, later)
            .values(not_before=until)
        )
        return people

    def release_for_all(self, community: CommunityId, *, held_until: datetime, at: datetime) -> int:
        """What was held until an instant goes at another; how many rows."""
        mine = sa.select(unasked.c.outbox).where(unasked.c.community == community)
        result = self._connection.execute(
            outbox.update()
            .where(
                outbox.c.id.in_(mine),
                outbox.c.state == State.QUEUED,
                outbox.c.not_before == held_until,
            )
            .values(not_before=at)
        )
        return int(result.rowcount)

    def _leave_conversations(self, wishes: Wishes, *, now: datetime) -> None:
        """A message that is queued for several reaches the others alone."""
        rows = self._connection.execute(
            sa.select(outbox, unasked.c.programme)
            .join(unasked, unasked.c.outbox == outbox.c.id)
            .where(
                unasked.c.member == wishes.member,
                outbox.c.member.is_(None),
                outbox.c.state == State.QUEUED,
            )
        ).all()
        for row in rows:
            if not wishes.is_silent(max(now, row.not_before)):
                continue
            self._keep_copy(row, wishes.member, now=now)
            users = codec.load_destination(row.destination).users
            mine = self._users(row.lane, wishes.member)
            others = tuple(each for each in users if each not in mine)
            there = codec.dump_destination(Destination(users=others))
            gone = {} if others else {"state": State.CANCELLED, "settled_at": now}
            self._connection.execute(
                outbox.update().where(outbox.c.id == row.id).values(destination=there, **gone)
            )
            self._connection.execute(
                unasked.delete().where(
                    unasked.c.outbox == row.id, unasked.c.member == wishes.member
                )
            )

    def _keep_copy(self, row: sa.Row[Any], member: MemberId, *, now: datetime) -> None:
        copy = {
            "community": row.community,
            "member": member,
            "key": f"{row.key}:{member}",
            "subject": row.subject,
            "programme": row.programme,
            "title": held.title_of(codec.load_message(row.message)),
            "message": row.message,
            "why": Why.SILENCE,
            "held_at": now,
        }
        insert_new(self._connection, held_table, copy)

    def _users(self, lane: str, member: MemberId) -> frozenset[str]:
        rows = self._connection.execute(
            sa.select(accounts.c.user).where(accounts.c.lane == lane, accounts.c.member == member)
        )
        return frozenset(row.user for row in rows)
