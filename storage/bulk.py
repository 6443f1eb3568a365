"""One message to very many: their rows are written by one statement.

However many people there are, the words are written here once and copied by the database.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.chat.messages import Message, stamped
from bot.chat.platform import DeliveryKind
from bot.domain.members import MAIL
from bot.ids import CommunityId, Lane
from storage import codec
from storage.outbox import Priority, State, token_for
from storage.reach import ToEach
from storage.tables import outbox, workspaces


class Bulk:
    """What is said to very many at once; it tells which lanes have work."""

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
            "not_before": sa.literal(now, outbox.c.not_before.type),
            "added_at": sa.literal(now, outbox.c.added_at.type),
        }
        # SQLite needs a condition here: without one it takes ON CONFLICT for a part of a join.
        rows = sa.select(*columns.values()).select_from(people).where(sa.true())
        dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(outbox).from_select(list(columns), rows, include_defaults=False)
        self._connection.execute(statement.on_conflict_do_nothing())
        # Every lane of the community: to look which of them have rows now would take longer.
        lanes = sa.select(workspaces.c.lane).where(workspaces.c.community == community)
        self._touched |= {MAIL, *(Lane(row.lane) for row in self._connection.execute(lanes))}

    def _to_user(self, user: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
        """The destination of one user, as :func:`codec.dump_destination` writes it."""
        quoted = (
            sa.func.json_quote(user)
            if self._connection.dialect.name == "sqlite"
            else sa.cast(sa.func.to_json(user), sa.Text)
        )
        return sa.literal('{"users":[', sa.Text) + quoted + sa.literal("]}", sa.Text)
