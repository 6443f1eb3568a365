"""What the web chat remembers: sign-in links, sessions, conversations and posts in channels."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account, Message
from bot.chat.platform import Entry, Post, Visitor
from bot.chat.requests import Role
from bot.domain.channels import Purpose
from bot.domain.members import MemberState
from bot.ids import CommunityId, Lane, MemberId, workspace_of
from storage import codec, nudges
from storage.members import Members
from storage.rows import insert_new, insert_row, upsert
from storage.tables import (
    accounts,
    communities,
    members,
    web_entries,
    web_links,
    web_posts,
    web_reads,
)
from storage.tables import web_sessions as sessions
from storage.workspaces import web_lane

# A sign-in link waits in somebody's e-mail over a holiday; it works once.
LINK_LIFE = timedelta(days=14)
SESSION_LIFE = timedelta(days=60)


class Web:
    """Links, sessions and conversations of all communities' web chats."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def make_link(
        self,
        community: CommunityId,
        member: MemberId,
        *,
        now: datetime,
        lasts: timedelta = LINK_LIFE,
    ) -> str:
        """The secret of a new personal sign-in link; only its hash is kept."""
        secret = secrets.token_urlsafe(32)
        self._connection.execute(
            web_links.insert().values(
                hash=hashlib.sha256(secret.encode()).hexdigest(),
                community=community,
                member=member,
                expires_at=now + lasts,
            )
        )
        return secret

    def visitor(self, session_hash: str, *, now: datetime) -> Visitor | None:
        """Whose session this is; None when it ended or never was."""
        return self._visitor(
            sessions.join(members, members.c.id == sessions.c.member),
            sessions.c.hash == session_hash,
            sessions.c.expires_at > now,
        )

    def link(self, link_hash: str, *, now: datetime) -> Visitor | None:
        """Whom a personal sign-in link is for, without consuming it."""
        return self._visitor(
            web_links.join(members, members.c.id == web_links.c.member),
            web_links.c.hash == link_hash,
            web_links.c.used_at.is_(None),
            web_links.c.expires_at > now,
        )

    def enter(self, link_hash: str, session_hash: str, *, now: datetime) -> Visitor | None:
        """Consume a sign-in link and begin a session; None when it was used or ran out."""
        visitor = self.link(link_hash, now=now)
        used = self._connection.execute(
            web_links.update()
            .where(web_links.c.hash == link_hash, web_links.c.used_at.is_(None))
            .values(used_at=now)
        )
        if visitor is None or not used.rowcount:
            return None
        self._begin(visitor, session_hash, now=now)
        return visitor

    def example_people(self) -> Sequence[Visitor]:
        """The invented people one may act as, organisers first; empty outside the example."""
        rows = self._connection.execute(
            sa.select(members)
            .select_from(members.join(communities, communities.c.id == members.c.community))
            .where(
                communities.c.is_example,
                members.c.is_example,
                members.c.state == MemberState.ACTIVE,
            )
            .order_by(members.c.role != Role.ORGANISER, members.c.name)
        )
        return tuple(_visitor(row) for row in rows)

    def act_as(self, account: Account, session_hash: str, *, now: datetime) -> Visitor | None:
        """Begin a session as an invented person; None for anybody real."""
        found = [each for each in self.example_people() if each.account == account]
        if not found:
            return None
        self._begin(found[0], session_hash, now=now)
        return found[0]

    def leave(self, session_hash: str) -> None:
        """End a session."""
        self._connection.execute(sessions.delete().where(sessions.c.hash == session_hash))

    def entries(self, account: Account, *, before: int | None, limit: int) -> Sequence[Entry]:
        """The newest lines of a conversation, oldest first, older than ``before``."""
        conditions = [web_entries.c.member == _member(account)]
        if before is not None:
            conditions.append(web_entries.c.id < before)
        rows = self._connection.execute(
            sa.select(web_entries).where(*conditions).order_by(web_entries.c.id.desc()).limit(limit)
        ).all()
        return tuple(_entry(row) for row in reversed(rows))

    def keep_words(self, account: Account, words: str, *, now: datetime) -> Entry:
        """Keep what somebody typed."""
        return self._keep(account, at=now, words=words)

    def keep_message(
        self, account: Account, message: Message, *, key: str | None, now: datetime
    ) -> Entry:
        """Keep a message of the bot; with a ``key`` kept before, the entry of that time."""
        if key is not None:
            row = self._connection.execute(
                sa.select(web_entries).where(
                    web_entries.c.member == _member(account), web_entries.c.key == key
                )
            ).one_or_none()
            if row is not None:
                return _entry(row)
        return self._keep(account, at=now, message=codec.dump_message(message), key=key)

    def replace_message(self, account: Account, entry: int, message: Message) -> Entry | None:
        """Put a message in the place of another; None where there is none."""
        result = self._connection.execute(
            web_entries.update()
            .where(*self._mine(account, entry), web_entries.c.message.is_not(None))
            .values(message=codec.dump_message(message))
        )
        if not result.rowcount:
            return None
        row = self._connection.execute(
            sa.select(web_entries).where(*self._mine(account, entry))
        ).one()
        return _entry(row)

    def remove_message(self, account: Account, entry: int) -> bool:
        """Take a message away; False where there is none."""
        result = self._connection.execute(web_entries.delete().where(*self._mine(account, entry)))
        return bool(result.rowcount)

    def unread(self, account: Account) -> int:
        """How many of the bot's messages came after the last one read."""
        read = (
            sa.select(web_reads.c.entry)
            .where(web_reads.c.member == _member(account))
            .scalar_subquery()
        )
        return self._connection.execute(
            sa.select(sa.func.count())
            .select_from(web_entries)
            .where(
                web_entries.c.member == _member(account),
                web_entries.c.message.is_not(None),
                web_entries.c.id > sa.func.coalesce(read, 0),
            )
        ).scalar_one()

    def mark_read(self, account: Account, entry: int) -> None:
        """Everything up to this line has been seen."""
        values = {
            "member": _member(account),
            "community": _community(account),
            "entry": entry,
        }
        upsert(self._connection, web_reads, values, keys=("member",))
        if not self.unread(account):
            nudges.drop(self._connection, _member(account))

    def people_named(
        self, account: Account, words: str, *, limit: int
    ) -> Sequence[tuple[str, str]]:
        """Members of the visitor's community by name: (``#<member id>``, name and organisation)."""
        return Members(self._connection).suggestions(account, words, limit=limit)

    def channels(self, lane: Lane) -> Sequence[tuple[str, int]]:
        """Introductions, and every other purpose something was posted for, each with its posts."""
        rows = self._connection.execute(
            sa.select(web_posts.c.channel, sa.func.count().label("posts"))
            .where(web_posts.c.community == _community_of(lane))
            .group_by(web_posts.c.channel)
        )
        posts = {row.channel: row.posts for row in rows}
        return tuple(
            (purpose.value, posts.get(purpose, 0))
            for purpose in Purpose
            if purpose in posts or purpose is Purpose.INTRODUCTIONS
        )

    def posts(self, lane: Lane, channel: str, *, before: int | None, limit: int) -> Sequence[Post]:
        """The newest posts of a channel, newest first, older than ``before``."""
        conditions = [web_posts.c.community == _community_of(lane), web_posts.c.channel == channel]
        if before is not None:
            conditions.append(web_posts.c.id < before)
        rows = self._connection.execute(
            sa.select(web_posts).where(*conditions).order_by(web_posts.c.id.desc()).limit(limit)
        )
        return tuple(_post(row) for row in rows)

    def keep_post(
        self, lane: Lane, channel: str, message: Message, *, key: str, now: datetime
    ) -> Post:
        """Keep a post; with a ``key`` kept before, the post of that time."""
        values = {
            "community": _community_of(lane),
            "channel": channel,
            "at": now,
            "message": codec.dump_message(message),
            "key": key,
        }
        insert_new(self._connection, web_posts, values)
        return _post(
            self._connection.execute(
                sa.select(web_posts).where(
                    web_posts.c.community == _community_of(lane), web_posts.c.key == key
                )
            ).one()
        )

    def replace_post(self, lane: Lane, post: int, message: Message) -> Post | None:
        """Put a message in the place of a post's; None where there is none."""
        row = self._connection.execute(
            web_posts.update()
            .where(web_posts.c.community == _community_of(lane), web_posts.c.id == post)
            .values(message=codec.dump_message(message))
            .returning(web_posts)
        ).one_or_none()
        return _post(row) if row else None

    def remove_post(self, lane: Lane, post: int) -> bool:
        """Take a post away; False where there is none."""
        result = self._connection.execute(
            web_posts.delete().where(
                web_posts.c.community == _community_of(lane), web_posts.c.id == post
            )
        )
        return bool(result.rowcount)

    def _visitor(
        self, joined: sa.FromClause, *conditions: sa.ColumnElement[bool]
    ) -> Visitor | None:
        row = self._connection.execute(
            sa.select(members)
            .select_from(joined)
            .where(*conditions, members.c.state == MemberState.ACTIVE)
        ).one_or_none()
        return _visitor(row) if row else None

    def _begin(self, visitor: Visitor, session_hash: str, *, now: datetime) -> None:
        member, community = _member(visitor.account), _community(visitor.account)
        self._connection.execute(
            sessions.insert().values(
                hash=session_hash,
                community=community,
                member=member,
                expires_at=now + SESSION_LIFE,
            )
        )
        insert_new(
            self._connection,
            accounts,
            {
                "community": community,
                "member": member,
                "lane": visitor.account.lane,
                "user": visitor.account.user,
                "name": visitor.name,
                "met_at": now,
            },
        )
        # Who moved away from the web chat and signs in again is back.
        self._connection.execute(
            accounts.update()
            .where(accounts.c.lane == visitor.account.lane, accounts.c.user == visitor.account.user)
            .values(is_retired=False)
        )

    def _keep(self, account: Account, **values: Any) -> Entry:
        number = insert_row(
            self._connection,
            web_entries,
            community=_community(account),
            member=_member(account),
            **values,
        )
        row = self._connection.execute(
            sa.select(web_entries).where(web_entries.c.id == number)
        ).one()
        return _entry(row)

    @staticmethod
    def _mine(account: Account, entry: int) -> tuple[sa.ColumnElement[bool], ...]:
        return (web_entries.c.member == _member(account), web_entries.c.id == entry)


def web_account(community: CommunityId, member: MemberId) -> Account:
    """The account of a member in the web chat of the community."""
    return Account(web_lane(community), str(member))


def _member(account: Account) -> MemberId:
    return MemberId(int(account.user))


def _community(account: Account) -> CommunityId:
    return _community_of(account.lane)


def _community_of(lane: Lane) -> CommunityId:
    return CommunityId(int(workspace_of(lane)))


def _visitor(row: sa.Row[Any]) -> Visitor:
    return Visitor(
        account=web_account(row.community, row.id),
        name=row.name,
        about=" · ".join(filter(None, (row.job, row.organisation, row.place))),
        is_organiser=row.role == Role.ORGANISER,
        is_example=row.is_example,
    )


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        words=row.words,
        message=codec.load_message(row.message) if row.message else None,
    )


def _post(row: sa.Row[Any]) -> Post:
    return Post(row.id, row.channel, row.at, codec.load_message(row.message))
