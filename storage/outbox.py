"""The outbox: whatever reaches anybody but the asker, written with its cause in one transaction."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account, Message, has_buttons, stamped
from bot.chat.platform import DeliveryKind, Destination, Receipt
from bot.domain.members import Member, Reachable
from bot.ids import CommunityId, Lane, MemberId
from storage import codec, held
from storage.rows import insert_each_new, insert_new
from storage.states import State
from storage.tables import held as held_items
from storage.tables import outbox

__all__ = ["CONFIDENTIAL", "Outbox", "Priority", "Row", "State", "queued", "token_for"]

# What is filed under this is between two people: no list, count or note for organisers has it.
CONFIDENTIAL = "confidence"


class Priority(IntEnum):
    """What goes first within a lane; a lower number goes earlier."""

    URGENT = 0
    PERSONAL = 10
    REMINDER = 20
    BULK = 30
    UPKEEP = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A row as organisers see it; never with the message's words."""

    key: str
    lane: Lane
    member: MemberId | None
    state: State
    reason: str
    added_at: datetime
    settled_at: datetime | None


class Outbox:
    """What was added for delivery and what became of it. Adding tells which lanes have work."""

    def __init__(self, connection: sa.Connection, touched: set[Lane]) -> None:
        self._connection = connection
        self._touched = touched

    def post(
        self,
        community: CommunityId,
        account: Account,
        message: Message,
        *,
        key: str,
        subject: str,
        now: datetime,
        member: MemberId | None = None,
        priority: Priority = Priority.PERSONAL,
        not_before: datetime | None = None,
        is_asked_for: bool = False,
    ) -> bool:
        """Send one account a message; False when the key was used before.

        What is for a ``member`` who wants silence is kept for their "Your week" instead, unless
        it ``is_asked_for`` by themselves. What nobody asked for goes through ``calm`` rather.
        """
        return self.add(
            community,
            account.lane,
            DeliveryKind.POST,
            Destination(users=(account.user,)),
            message=message,
            key=key,
            subject=subject,
            now=now,
            member=member,
            priority=priority,
            not_before=not_before,
            is_asked_for=is_asked_for,
        )

    def add(
        self,
        community: CommunityId,
        lane: Lane,
        kind: DeliveryKind,
        destination: Destination,
        *,
        key: str,
        subject: str,
        now: datetime,
        message: Message | None = None,
        member: MemberId | None = None,
        priority: Priority = Priority.PERSONAL,
        not_before: datetime | None = None,
        receipt: Receipt | None = None,
        is_asked_for: bool = False,
    ) -> bool:
        """Ask a lane to do something; False when the key was used before.

        A message with buttons gets its one-time token here, so that however often it is sent, a
        tap has one effect; an update keeps the token of its card. ``receipt`` says which message
        to update or delete.
        """
        row = queued(
            community,
            lane,
            kind,
            destination,
            key=key,
            subject=subject,
            now=now,
            message=message,
            member=member,
            priority=priority,
            not_before=not_before,
            receipt=receipt,
        )
        self._touched.add(lane)
        is_new = bool(insert_new(self._connection, outbox, row))
        if is_new and member is not None and not is_asked_for:
            held.keep_from_the_silent(self._connection, outbox.c.key == key, now=now)
        return is_new

    def add_many(self, rows: list[dict[str, Any]]) -> None:
        """Add those of many queued rows whose keys are new."""
        self._touched.update(Lane(row["lane"]) for row in rows)
        insert_each_new(self._connection, outbox, rows)

    def post_each(
        self,
        community: CommunityId,
        people: Iterable[Reachable],
        message: Callable[[Member], Message],
        *,
        key: str,
        subject: str,
        now: datetime,
        priority: Priority = Priority.PERSONAL,
    ) -> int:
        """Send each of these people a message of their own; how many nothing reaches."""
        unreachable = 0
        for each in people:
            if each.account is None:
                unreachable += 1
                continue
            self.post(
                community,
                each.account,
                message(each.member),
                key=f"{key}:{each.member.id}",
                subject=subject,
                now=now,
                member=each.member.id,
                priority=priority,
            )
        return unreachable

    def fetch_members(self, community: CommunityId, lane: Lane, *, now: datetime) -> None:
        """Have a workspace's list of people read afresh.

        Each asking is kept: an import right after a start has new people to be found on the list.
        """
        self.add(
            community,
            lane,
            DeliveryKind.FETCH_MEMBERS,
            Destination(),
            key=f"members:{lane}:{now:%Y%m%d%H%M%S%f}",
            subject="members",
            now=now,
            priority=Priority.UPKEEP,
        )

    def again_later(
        self, community: CommunityId, token: str, account: Account, *, at: datetime, now: datetime
    ) -> bool:
        """Send the message with this token to an account once more; False where there is none.

        Without a token (the words were typed) it is the newest card the account was sent.
        """
        chosen = sa.select(outbox).where(
            outbox.c.community == community,
            outbox.c.lane == account.lane,
            outbox.c.destination == codec.dump_destination(Destination(users=(account.user,))),
            outbox.c.token == token if token else outbox.c.token != "",
            outbox.c.message.is_not(None),
        )
        row = self._connection.execute(chosen.order_by(outbox.c.id.desc()).limit(1)).one_or_none()
        if row is None:
            return False
        return self.post(
            community,
            account,
            codec.load_message(row.message),
            key=f"{row.key.partition(':again:')[0]}:again:{at:%Y%m%d%H%M}:{row.id}",
            subject=row.subject,
            member=row.member,
            priority=Priority.REMINDER,
            now=now,
            not_before=at,
            is_asked_for=True,
        )

    def cancel(self, community: CommunityId, subject: str, *, now: datetime) -> int:
        """Stop everything about a subject that is not under way; how many rows.

        What waits about it for "Your week" is taken out too.
        """
        dropped = held.drop(self._connection, community, subject)
        result = self._connection.execute(
            outbox.update()
            .where(
                outbox.c.community == community,
                outbox.c.subject == subject,
                outbox.c.state == State.QUEUED,
            )
            .values(state=State.CANCELLED, settled_at=now)
        )
        return int(result.rowcount) + dropped

    def call_back(
        self,
        community: CommunityId,
        *prefixes: str,
        now: datetime,
        member: MemberId | None = None,
    ) -> None:
        """Send nothing of what waits under keys that begin so; to this member, where one is named.

        A prefix is followed by a colon or by nothing.
        """
        begins = (
            (outbox.c.key == each, outbox.c.key.startswith(f"{each}:", autoescape=True))
            for each in prefixes
        )
        chosen = [
            outbox.c.community == community,
            outbox.c.state == State.QUEUED,
            sa.or_(*(condition for pair in begins for condition in pair)),
        ]
        if member is not None:
            chosen.append(outbox.c.member == member)
        self._connection.execute(
            outbox.update().where(*chosen).values(state=State.CANCELLED, settled_at=now)
        )
        held.drop_keys(self._connection, community, prefixes, member=member)

    def was_added(self, community: CommunityId, key: str) -> bool:
        """Whether a key was ever used, for what goes out or for what waits for "Your week"."""
        found = (
            self._connection.execute(
                sa.select(table.c.id).where(table.c.community == community, table.c.key == key)
            ).first()
            for table in (outbox, held_items)
        )
        return any(found)

    def is_on_its_way(self, community: CommunityId, prefix: str) -> bool:
        """Whether something under a key that begins so waits or is under way."""
        found = self._connection.execute(
            sa.select(outbox.c.id).where(
                outbox.c.community == community,
                outbox.c.key.startswith(prefix, autoescape=True),
                outbox.c.state.in_((State.QUEUED, State.SENDING)),
            )
        ).first()
        return found is not None

    def progress(self, community: CommunityId, subject: str) -> Counter[State]:
        """How many rows about a subject are in each state."""
        rows = self._connection.execute(
            sa.select(outbox.c.state, sa.func.count().label("rows"))
            .where(outbox.c.community == community, outbox.c.subject == subject)
            .group_by(outbox.c.state)
        )
        return Counter({State(row.state): int(row.rows) for row in rows})

    def rows(
        self, community: CommunityId, *, limit: int, states: tuple[State, ...] = ()
    ) -> tuple[Row, ...]:
        """The newest rows, of these states where some are named."""
        chosen = sa.select(outbox).where(
            outbox.c.community == community, outbox.c.subject != CONFIDENTIAL
        )
        if states:
            chosen = chosen.where(outbox.c.state.in_(states))
        found = self._connection.execute(chosen.order_by(outbox.c.id.desc()).limit(limit))
        return tuple(_row(row) for row in found)

    def queue_ages(self, now: datetime) -> dict[Lane, tuple[int, timedelta]]:
        """For each lane the rows waiting and how long the oldest of them is overdue."""
        rows = self._connection.execute(
            sa.select(
                outbox.c.lane,
                sa.func.count().label("rows"),
                sa.func.min(outbox.c.not_before).label("oldest"),
            )
            .where(outbox.c.state == State.QUEUED)
            .group_by(outbox.c.lane)
        )
        return {Lane(row.lane): (row.rows, max(now - row.oldest, timedelta())) for row in rows}


def queued(
    community: CommunityId,
    lane: Lane,
    kind: DeliveryKind,
    destination: Destination,
    *,
    key: str,
    subject: str,
    now: datetime,
    message: Message | None = None,
    member: MemberId | None = None,
    priority: Priority = Priority.PERSONAL,
    not_before: datetime | None = None,
    receipt: Receipt | None = None,
) -> dict[str, Any]:
    """The row that asks a lane to do something; see :meth:`Outbox.add`."""
    kept = message.token if message and kind is DeliveryKind.UPDATE else ""
    token = kept or (token_for(message) if message else "")
    return {
        "community": community,
        "key": key,
        "lane": lane,
        "kind": kind,
        "priority": priority,
        "subject": subject,
        "member": member,
        "destination": codec.dump_destination(destination),
        "message": codec.dump_message(stamped(message, token)) if message else None,
        "token": token,
        "state": State.QUEUED,
        "not_before": not_before or now,
        "receipt": codec.dump_receipt(receipt) if receipt else None,
        "added_at": now,
    }


def token_for(message: Message) -> str:
    """A new one-time token where a message has buttons to tap; else empty."""
    return secrets.token_urlsafe(12) if has_buttons(message) else ""


def _row(row: sa.Row[Any]) -> Row:
    return Row(
        key=row.key,
        lane=Lane(row.lane),
        member=MemberId(row.member) if row.member is not None else None,
        state=State(row.state),
        reason=row.reason,
        added_at=row.added_at,
        settled_at=row.settled_at,
    )
