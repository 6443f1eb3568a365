"""One message to very many: rows written, changed and taken down by a few statements.

However many people there are, the words are written here once and copied by the database.
"""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.chat.messages import Message, stamped
from bot.chat.platform import DeliveryKind
from bot.domain.members import MAIL
from bot.ids import CommunityId, Lane
from storage import codec, held
from storage.outbox import Priority, State, token_for
from storage.reach import ToEach
from storage.tables import outbox, workspaces

EVERYBODY: sa.ColumnElement[bool] = sa.true()
_LIVE = (State.QUEUED, State.SENDING, State.SENT)


class Bulk:
    """What is said to very many at once. Each act tells which lanes have work."""

    def __init__(self, connection: sa.Connection, touched: set[Lane]) -> None:
        self._connection = connection
        self._touched = touched

    def post_many(
        self,
        community: CommunityId,
        to: ToEach,
        message: Message,
        *,
        key: str,
        subject: str,
        now: datetime,
        priority: Priority = Priority.BULK,
        not_before: datetime | None = None,
    ) -> None:
        """Send each of these people the same message.

        A member's row has the key ``<key>:<member>``; one that was used before stays as it is. All
        share one token, which counts for each member by itself.
        """
        token = token_for(message)
        people = to.subquery()
        columns: dict[str, Any] = {
            "community": sa.literal(community, sa.Integer),
            "key": sa.literal(f"{key}:", sa.Text) + sa.cast(people.c.member, sa.Text),
            "lane": people.c.lane,
            "kind": sa.literal(DeliveryKind.POST.value, sa.Text),
            "priority": sa.literal(int(priority), sa.Integer),
            "subject": sa.literal(subject, sa.Text),
            "member": people.c.member,
            "destination": self._to_user(people.c.user),
            "message": sa.literal(codec.dump_message(stamped(message, token)), sa.Text),
            "token": sa.literal(token, sa.Text),
            "state": sa.literal(State.QUEUED.value, sa.Text),
            "not_before": sa.literal(not_before or now, outbox.c.not_before.type),
            "added_at": sa.literal(now, outbox.c.added_at.type),
        }
        self._insert(columns, sa.select(*columns.values()).select_from(people))
        self._touch(community)

    def revise(
        self,
        community: CommunityId,
        subject: str,
        message: Message,
        *,
        now: datetime,
        whose: sa.ColumnElement[bool] = EVERYBODY,
    ) -> None:
        """Say something else wherever the same was said to many.

        Who waits gets the new words, who has the old ones gets a change, and what is under way is
        made up for once it is settled. ``whose`` is a condition on the outbox's rows.
        """
        held.reword(self._connection, community, subject, lambda: message)
        posts = self._posts(community, subject, whose)
        token = self._connection.execute(sa.select(outbox.c.token).where(*posts).limit(1)).scalar()
        if token is None:
            return
        words = codec.dump_message(stamped(message, token))
        changes = (
            outbox.c.community == community,
            outbox.c.subject == subject,
            outbox.c.kind == DeliveryKind.UPDATE,
            whose,
        )
        self._set(
            (*changes, outbox.c.state == State.QUEUED),
            state=State.CANCELLED, settled_at=now, reason="a later change took its place",
        )  # fmt: skip
        # One under way that fails is tried again: by then it must not bring back old words.
        self._set((*changes, outbox.c.state == State.SENDING), message=words)
        self._set(posts, message=words)
        self._change_sent(posts, DeliveryKind.UPDATE, words, now=now)
        self._touch(community)

    def take_down(self, community: CommunityId, subject: str, *, now: datetime) -> None:
        """Let nothing said about a subject be seen any more; the words leave the outbox too."""
        self._change_sent(
            self._posts(community, subject, EVERYBODY), DeliveryKind.DELETE, None, now=now
        )
        about = (outbox.c.community == community, outbox.c.subject == subject)
        spoken = outbox.c.kind.in_((DeliveryKind.POST, DeliveryKind.UPDATE))
        self._set(
            (*about, spoken, outbox.c.state == State.QUEUED),
            state=State.CANCELLED, settled_at=now,
        )  # fmt: skip
        self._set(about, message=None)
        held.drop(self._connection, community, subject)
        self._touch(community)

    def _posts(
        self, community: CommunityId, subject: str, whose: sa.ColumnElement[bool]
    ) -> tuple[sa.ColumnElement[bool], ...]:
        """The rows that post and were not taken down."""
        return (
            outbox.c.community == community,
            outbox.c.subject == subject,
            outbox.c.kind == DeliveryKind.POST,
            outbox.c.message.is_not(None),
            outbox.c.state.in_(_LIVE),
            whose,
        )

    def _change_sent(
        self,
        posts: tuple[sa.ColumnElement[bool], ...],
        kind: DeliveryKind,
        words: str | None,
        *,
        now: datetime,
    ) -> None:
        """Have every sent message changed, or deleted, where it can be found again."""
        priority = Priority.BULK if kind is DeliveryKind.UPDATE else Priority.URGENT
        # The same may be changed several times, twice at one instant too.
        mark = f":{kind}:{secrets.token_hex(6)}"
        columns: dict[str, Any] = {
            "community": outbox.c.community,
            "key": outbox.c.key + sa.literal(mark, sa.Text),
            "lane": outbox.c.lane,
            "kind": sa.literal(kind.value, sa.Text),
            "priority": sa.literal(int(priority), sa.Integer),
            "subject": outbox.c.subject,
            "member": outbox.c.member,
            "destination": outbox.c.destination,
            "message": sa.literal(words, sa.Text),
            "token": outbox.c.token,
            "state": sa.literal(State.QUEUED.value, sa.Text),
            "not_before": sa.literal(now, outbox.c.not_before.type),
            "receipt": outbox.c.receipt,
            "added_at": sa.literal(now, outbox.c.added_at.type),
        }
        chosen = sa.select(*columns.values()).where(
            *posts,
            outbox.c.state == State.SENT,
            outbox.c.receipt.is_not(None),
            outbox.c.receipt.not_like('%"message": ""%'),
        )
        self._insert(columns, chosen)

    def _insert(self, columns: dict[str, Any], chosen: sa.Select[Any]) -> None:
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        # SQLite needs a condition here: without one it takes ON CONFLICT for a part of a join.
        rows = chosen.where(sa.true())
        statement = dialect.insert(outbox).from_select(list(columns), rows, include_defaults=False)
        self._connection.execute(statement.on_conflict_do_nothing())

    def _set(self, conditions: tuple[sa.ColumnElement[bool], ...], **values: Any) -> None:
        self._connection.execute(outbox.update().where(*conditions).values(**values))

    def _touch(self, community: CommunityId) -> None:
        """Wake every lane of the community: to look at all rows again would take longer."""
        rows = self._connection.execute(
            sa.select(workspaces.c.lane).where(workspaces.c.community == community)
        )
        self._touched.update(Lane(row.lane) for row in rows)
        waits = sa.select(outbox.c.id).where(outbox.c.lane == MAIL, outbox.c.state == State.QUEUED)
        if self._connection.execute(waits.limit(1)).first() is not None:
            self._touched.add(MAIL)

    def _to_user(self, user: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
        """The destination of one user, as :func:`codec.dump_destination` writes it."""
        quoted = (
            sa.func.json_quote(user)
            if self._connection.dialect.name == "sqlite"
            else sa.cast(sa.func.to_json(user), sa.Text)
        )
        return sa.literal('{"users":[', sa.Text) + quoted + sa.literal("]}", sa.Text)
