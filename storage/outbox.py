"""The outbox: whatever reaches anybody but the asker, written with its cause in one transaction."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account, Message, has_buttons, stamped
from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.domain.members import Member, Reachable, shared_lane
from bot.ids import CommunityId, Lane, MemberId, OutboxId
from storage import codec
from storage.rows import insert_new
from storage.tables import outbox


class Priority(IntEnum):
    """What goes first within a lane; a lower number goes earlier."""

    URGENT = 0
    PERSONAL = 10
    REMINDER = 20
    BULK = 30
    UPKEEP = 40


class State(StrEnum):
    """The life of a row. ``CANNOT`` and ``UNCERTAIN`` carry the reason in plain words."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    CANNOT = "cannot"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row taken on by a drainer."""

    id: OutboxId
    community: CommunityId
    attempts: int
    delivery: Delivery
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """How a delivery ended, for what follows from it.

    ``receipt`` is what the platform gave for a row that was sent; ``account_gone`` says that the
    one account it was for can't be reached any more.
    """

    row: Claimed
    state: State
    now: datetime
    reason: str = ""
    receipt: Receipt = field(default_factory=Receipt)
    account_gone: bool = False


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


# What goes back to the queue, unless it was taken down while it was under way.
_BACK = sa.case(
    (
        sa.and_(
            outbox.c.kind.in_((DeliveryKind.POST, DeliveryKind.UPDATE)), outbox.c.message.is_(None)
        ),
        State.CANCELLED.value,
    ),
    else_=State.QUEUED.value,
)


class Outbox:
    """Rows waiting for, under or after delivery. Adding tells which lanes have work."""

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
    ) -> bool:
        """Send one account a message; False when the key was used before."""
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
    ) -> bool:
        """Ask a lane to do something; False when the key was used before.

        A message with buttons gets its one-time token here, so that however often it is sent, a
        tap has one effect; an update keeps the token of its card. ``receipt`` says which message
        to update or delete.
        """
        kept = message.token if message and kind is DeliveryKind.UPDATE else ""
        token = kept or _token(message)
        row = {
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
        self._touched.add(lane)
        return bool(insert_new(self._connection, outbox, row))

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

    def post_together(
        self,
        community: CommunityId,
        people: Sequence[Reachable],
        message: Callable[[Member | None], Message],
        *,
        key: str,
        subject: str,
        now: datetime,
    ) -> None:
        """Send a group one message in a conversation of theirs, or each their own.

        ``message`` is asked for None where all share a conversation, else for each member.
        """
        lane = shared_lane(people)
        if lane is None:
            self.post_each(community, people, message, key=key, subject=subject, now=now)
            return
        there = (each.account_in(lane) for each in people)
        users = tuple(account.user for account in there if account is not None)
        self.add(
            community,
            lane,
            DeliveryKind.POST,
            Destination(users=users),
            key=key,
            subject=subject,
            now=now,
            message=message(None),
        )

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
        )

    def pending(self, now: datetime) -> tuple[Lane, ...]:
        """The lanes that may send something now."""
        rows = self._connection.execute(
            sa.select(outbox.c.lane)
            .where(outbox.c.state == State.QUEUED, outbox.c.not_before <= now)
            .distinct()
        )
        return tuple(Lane(row.lane) for row in rows)

    def under_way(self) -> tuple[Lane, ...]:
        """The lanes with rows that are being sent, or were when a process died."""
        rows = self._connection.execute(
            sa.select(outbox.c.lane).where(outbox.c.state == State.SENDING).distinct()
        )
        return tuple(Lane(row.lane) for row in rows)

    def claim(self, lane: Lane, claim: str, *, now: datetime, limit: int) -> tuple[Claimed, ...]:
        """Take on what may be sent now, the most pressing first."""
        chosen = (
            sa.select(outbox.c.id)
            .where(
                outbox.c.lane == lane,
                outbox.c.state == State.QUEUED,
                outbox.c.not_before <= now,
            )
            .order_by(outbox.c.priority, outbox.c.id)
            .limit(limit)
        )
        if self._connection.dialect.name == "postgresql":
            chosen = chosen.with_for_update(skip_locked=True)
        numbers = [row.id for row in self._connection.execute(chosen)]
        if not numbers:
            return ()
        self._connection.execute(
            outbox.update()
            .where(outbox.c.id.in_(numbers), outbox.c.state == State.QUEUED)
            .values(
                state=State.SENDING,
                claim=claim,
                claimed_at=now,
                attempts=outbox.c.attempts + 1,
            )
        )
        rows = self._connection.execute(
            sa.select(outbox)
            .where(outbox.c.id.in_(numbers), outbox.c.claim == claim)
            .order_by(outbox.c.priority, outbox.c.id)
        )
        return tuple(_claimed(row) for row in rows)

    def holds(self, row: OutboxId, claim: str) -> bool:
        """Whether a claim still stands: not cancelled and not taken over."""
        found = self._connection.execute(
            sa.select(outbox.c.id).where(
                outbox.c.id == row, outbox.c.claim == claim, outbox.c.state == State.SENDING
            )
        ).first()
        return found is not None

    def settle(
        self,
        row: OutboxId,
        claim: str,
        state: State,
        *,
        now: datetime,
        reason: str = "",
        receipt: Receipt | None = None,
    ) -> bool:
        """Write down how a delivery ended; False where the claim was taken over meanwhile."""
        return self._change(
            row,
            claim,
            state=state,
            reason=reason,
            settled_at=now,
            receipt=codec.dump_receipt(receipt) if receipt else None,
        )

    def postpone(
        self, row: OutboxId, claim: str, *, until: datetime, reason: str, counts: bool = True
    ) -> None:
        """Put a row back to be tried later; whether what was tried counts as an attempt."""
        attempts = outbox.c.attempts if counts else outbox.c.attempts - 1
        self._change(row, claim, state=_BACK, reason=reason, not_before=until, attempts=attempts)

    def release(self, lane: Lane, claim: str) -> None:
        """Put back all that a claim still holds; none of it was tried."""
        self._connection.execute(
            outbox.update()
            .where(outbox.c.lane == lane, outbox.c.claim == claim, outbox.c.state == State.SENDING)
            .values(state=_BACK, attempts=outbox.c.attempts - 1)
        )

    def delay_lane(self, lane: Lane, *, until: datetime) -> None:
        """Nothing of the lane goes out before an instant."""
        self._connection.execute(
            outbox.update()
            .where(
                outbox.c.lane == lane,
                outbox.c.state == State.QUEUED,
                outbox.c.not_before < until,
            )
            .values(not_before=until)
        )

    def left_behind(self, lane: Lane, *, before: datetime) -> tuple[tuple[Claimed, str], ...]:
        """Rows that a drainer which died left under way, with its claim."""
        rows = self._connection.execute(
            sa.select(outbox).where(
                outbox.c.lane == lane,
                outbox.c.state == State.SENDING,
                outbox.c.claimed_at < before,
            )
        )
        return tuple((_claimed(row), row.claim) for row in rows)

    def cancel(self, community: CommunityId, subject: str, *, now: datetime) -> int:
        """Stop everything about a subject that is not under way; how many rows."""
        result = self._connection.execute(
            outbox.update()
            .where(
                outbox.c.community == community,
                outbox.c.subject == subject,
                outbox.c.state == State.QUEUED,
            )
            .values(state=State.CANCELLED, settled_at=now)
        )
        return int(result.rowcount)

    def was_added(self, community: CommunityId, key: str) -> bool:
        """Whether a key was ever used."""
        found = self._connection.execute(
            sa.select(outbox.c.id).where(outbox.c.community == community, outbox.c.key == key)
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
        chosen = sa.select(outbox).where(outbox.c.community == community)
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

    def _change(self, row: OutboxId, held_claim: str, **values: Any) -> bool:
        result = self._connection.execute(
            outbox.update().where(outbox.c.id == row, outbox.c.claim == held_claim).values(**values)
        )
        return bool(result.rowcount)


def _token(message: Message | None) -> str:
    return secrets.token_urlsafe(12) if message and has_buttons(message) else ""


def _claimed(row: sa.Row[Any]) -> Claimed:
    return Claimed(
        id=OutboxId(row.id),
        community=CommunityId(row.community),
        attempts=row.attempts,
        delivery=Delivery(
            key=row.key,
            lane=Lane(row.lane),
            kind=DeliveryKind(row.kind),
            destination=codec.load_destination(row.destination),
            message=codec.load_message(row.message) if row.message else None,
            receipt=codec.load_receipt(row.receipt) if row.receipt else Receipt(),
        ),
        subject=row.subject,
    )


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
