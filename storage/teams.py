"""What the Teams platform remembers: tenants, and the conversations the bot is in."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.platform import TeamsConversation
from bot.ids import Lane
from storage import waits
from storage.rows import upsert
from storage.tables import teams_conversations as conversations
from storage.tables import workspaces as tenants
from storage.workspaces import Workspaces


class Teams:
    """The tenants and conversations of all communities."""

    def __init__(self, connection: sa.Connection, workspaces: Workspaces) -> None:
        self._connection = connection
        self._workspaces = workspaces

    def admit(self, tenant: str, *, now: datetime) -> Lane:
        """The lane of a tenant that is served; a new one belongs to the oldest real community."""
        return self._workspaces.admit(tenant, now=now)

    def knows(self, account: Account) -> bool:
        """Whether somebody with this account has been met before."""
        return self._workspaces.knows(account)

    def hear(self, conversation: TeamsConversation, *, now: datetime) -> None:
        """Keep a conversation with its newest service address."""
        community = (
            sa.select(tenants.c.community)
            .where(tenants.c.lane == conversation.lane)
            .scalar_subquery()
        )
        values = {
            "community": community,
            "lane": conversation.lane,
            "conversation": conversation.id,
            "user": conversation.user,
            "teams_user": conversation.teams_user,
            "service_url": conversation.service_url,
            "heard_at": now,
        }
        upsert(self._connection, conversations, values, keys=("lane", "conversation"))

    def personal(self, account: Account) -> TeamsConversation | None:
        """The bot's own conversation with somebody, the newest; None where there was none yet."""
        return self._one(
            conversations.c.lane == account.lane,
            conversations.c.user == account.user,
            conversations.c.user != "",
        )

    def all_shared(self, lane: Lane) -> tuple[TeamsConversation, ...]:
        """Every group chat and channel of a tenant that the bot is in, the oldest first."""
        rows = self._connection.execute(
            sa.select(conversations)
            .where(conversations.c.lane == lane, conversations.c.user == "")
            .order_by(conversations.c.id)
        )
        return tuple(_conversation(row) for row in rows)

    def conversation(self, lane: Lane, conversation: str) -> TeamsConversation | None:
        """Any conversation by its id, with one person or shared."""
        return self._one(conversations.c.lane == lane, conversations.c.conversation == conversation)

    def service_url(self, lane: Lane) -> str:
        """The newest service address of a tenant; empty where nothing came from it yet."""
        found = self._one(conversations.c.lane == lane)
        return found.service_url if found else ""

    def forget(self, lane: Lane, conversation: str) -> None:
        """The bot was taken out of a conversation."""
        self._connection.execute(
            conversations.delete().where(
                conversations.c.lane == lane, conversations.c.conversation == conversation
            )
        )

    def put_off(self, key: str) -> int:
        """How often the delivery of this key was put off before; this time counts from now on."""
        return waits.put_off(self._connection, key)

    def _one(self, *conditions: sa.ColumnElement[bool]) -> TeamsConversation | None:
        row = self._connection.execute(
            sa.select(conversations)
            .where(*conditions)
            .order_by(conversations.c.heard_at.desc(), conversations.c.id.desc())
            .limit(1)
        ).one_or_none()
        return _conversation(row) if row else None


def _conversation(row: sa.Row[Any]) -> TeamsConversation:
    return TeamsConversation(
        lane=Lane(row.lane),
        id=row.conversation,
        service_url=row.service_url,
        user=row.user,
        teams_user=row.teams_user,
    )
