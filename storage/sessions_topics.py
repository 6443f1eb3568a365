"""Topics that members suggest for learning sessions, and their votes."""

from typing import Any

import sqlalchemy as sa

from bot.domain.sessions_topics import Topic, TopicState
from bot.ids import CommunityId, MemberId, SessionId, TopicId
from storage.rows import insert_new, insert_row
from storage.tables import session_topics, session_votes


class SessionTopics:
    """The topics of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, community: CommunityId, member: MemberId, title: str) -> TopicId:
        """A new topic, with its suggester's vote."""
        number = insert_row(
            self._connection,
            session_topics,
            community=community,
            title=title,
            suggested_by=member,
            state=TopicState.OPEN,
        )
        self.vote(community, TopicId(number), member)
        return TopicId(number)

    def find(self, community: CommunityId, number: TopicId) -> Topic | None:
        """The topic of this number if it belongs to the community."""
        found = self._topics(session_topics.c.community == community, session_topics.c.id == number)
        return found[0] if found else None

    def open(self, community: CommunityId) -> tuple[Topic, ...]:
        """The topics that wait for a session, those with most votes first."""
        return self._topics(
            session_topics.c.community == community, session_topics.c.state == TopicState.OPEN
        )

    def vote(self, community: CommunityId, topic: TopicId, member: MemberId) -> None:
        """One vote a member, however often it is given."""
        values = {"community": community, "topic": topic, "member": member}
        insert_new(self._connection, session_votes, values)

    def take_vote_back(self, topic: TopicId, member: MemberId) -> None:
        """The member wants it no more."""
        self._connection.execute(
            session_votes.delete().where(
                session_votes.c.topic == topic, session_votes.c.member == member
            )
        )

    def settle(
        self, topic: TopicId, state: TopicState, *, session: SessionId | None = None
    ) -> None:
        """A topic got a session, or will not get one."""
        self._connection.execute(
            session_topics.update()
            .where(session_topics.c.id == topic)
            .values(state=state, session=session)
        )

    def _topics(self, *conditions: sa.ColumnElement[bool]) -> tuple[Topic, ...]:
        voters: dict[int, list[MemberId]] = {}
        numbers = sa.select(session_topics.c.id).where(*conditions)
        for row in self._connection.execute(
            sa.select(session_votes)
            .where(session_votes.c.topic.in_(numbers))
            .order_by(session_votes.c.member)
        ):
            voters.setdefault(row.topic, []).append(MemberId(row.member))
        rows = self._connection.execute(sa.select(session_topics).where(*conditions))
        found = [_topic(row, tuple(voters.get(row.id, ()))) for row in rows]
        return tuple(sorted(found, key=lambda each: (-len(each.voters), each.id)))


def _topic(row: sa.Row[Any], voters: tuple[MemberId, ...]) -> Topic:
    return Topic(
        id=TopicId(row.id),
        title=row.title,
        state=TopicState(row.state),
        voters=voters,
        session=SessionId(row.session) if row.session is not None else None,
    )
