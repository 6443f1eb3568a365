"""A community's priorities, and what belongs to each of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.domain.members import MemberState, Vocabulary
from bot.domain.priorities import Belonging, Overview, Priority
from bot.domain.sessions import Session
from bot.domain.stories import State
from bot.ids import CommunityId, TermId
from storage.rows import insert_new
from storage.sessions import Sessions
from storage.stories import Stories
from storage.tables import members, session_series, sessions, stories, terms

# A card names the next few; "sessions" and "stories" find the rest.
MOST_NAMED = 3
_IS_PRIORITY = terms.c.vocabulary == Vocabulary.PRIORITY


class Priorities:
    """The priorities of all communities, each list in its organisers' order."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def all(self, community: CommunityId) -> tuple[Priority, ...]:
        """The priorities in their order."""
        rows = self._connection.execute(
            sa.select(terms.c.id, terms.c.label, terms.c.why)
            .where(terms.c.community == community, _IS_PRIORITY)
            .order_by(terms.c.position, terms.c.id)
        )
        return tuple(Priority(TermId(row.id), row.label, row.why) for row in rows)

    def add(self, community: CommunityId, label: str, why: str) -> None:
        """A new priority, the last in the list."""
        last = self._connection.execute(
            sa.select(sa.func.max(terms.c.position)).where(
                terms.c.community == community, _IS_PRIORITY
            )
        ).scalar()
        row = {
            "community": community,
            "vocabulary": Vocabulary.PRIORITY,
            "label": label,
            "position": 0 if last is None else last + 1,
            "why": why,
        }
        insert_new(self._connection, terms, row)

    def save(
        self, community: CommunityId, changed: Priority, *, former: str, now: datetime
    ) -> None:
        """Another name or reason; whoever chose it and whatever is about it goes along."""
        self._connection.execute(
            terms.update()
            .where(terms.c.id == changed.id)
            .values(label=changed.label, why=changed.why)
        )
        if changed.label == former:
            return
        self._rename_interests(community, former, changed.label)
        for table in (sessions, session_series):
            self._connection.execute(
                table.update()
                .where(table.c.community == community, table.c.priority == former)
                .values(priority=changed.label)
            )
        Stories(self._connection).rename_priority(community, former, changed.label, now=now)

    def order(self, priorities: Sequence[Priority]) -> None:
        """Keep them in this order."""
        for position, each in enumerate(priorities):
            self._connection.execute(
                terms.update().where(terms.c.id == each.id).values(position=position)
            )

    def retire(self, priority: Priority) -> None:
        """Offer it no more; what members chose, and what sessions and stories say, stays."""
        self._connection.execute(terms.delete().where(terms.c.id == priority.id))

    def overview(self, community: CommunityId, *, now: datetime) -> Overview:
        """All of them, with what belongs to each."""
        care = self._care(community)
        told = self._told(community)
        coming: dict[str, list[Session]] = {}
        for each in Sessions(self._connection).upcoming(community, now=now):
            coming.setdefault(each.details.priority, []).append(each)
        every = self.all(community)
        return Overview(
            every,
            {
                each.label: Belonging(
                    care=care[each.label],
                    sessions=tuple(coming.get(each.label, ())[:MOST_NAMED]),
                    told=told[each.label],
                )
                for each in every
            },
        )

    def belonging(self, community: CommunityId, priority: Priority, *, now: datetime) -> Belonging:
        """What belongs to one of them, with its newest stories."""
        newest = Stories(self._connection).about(community, priority.label, limit=MOST_NAMED)
        return replace(self.overview(community, now=now).of(priority), stories=newest)

    def _care(self, community: CommunityId) -> Counter[str]:
        """How many chose each interest, of those who have introduced themselves."""
        rows = self._connection.execute(
            sa.select(members.c.interests).where(
                members.c.community == community,
                members.c.state == MemberState.ACTIVE,
                members.c.introduced_at.is_not(None),
            )
        )
        return Counter(each for row in rows for each in set(row.interests))

    def _told(self, community: CommunityId) -> Counter[str]:
        rows = self._connection.execute(
            sa.select(stories.c.priority, sa.func.count().label("told"))
            .where(stories.c.community == community, stories.c.state == State.PUBLISHED)
            .group_by(stories.c.priority)
        )
        return Counter({row.priority: int(row.told) for row in rows})

    def _rename_interests(self, community: CommunityId, former: str, label: str) -> None:
        rows = self._connection.execute(
            sa.select(members.c.id, members.c.interests).where(members.c.community == community)
        ).all()
        for row in rows:
            if former in row.interests:
                renamed = dict.fromkeys(label if each == former else each for each in row.interests)
                self._connection.execute(
                    members.update().where(members.c.id == row.id).values(interests=list(renamed))
                )
