"""What delivery sees of the outbox: the rows of a lane, claimed, sent and settled.

Every change names the claim it is made under, so that a drainer whose rows were taken over changes
nothing any more.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.platform import Delivery, DeliveryKind, Receipt
from bot.ids import CommunityId, Lane, OutboxId
from storage import codec
from storage.outbox import Priority, State
from storage.rows import upsert
from storage.tables import lanes, outbox


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row taken on by a drainer; ``reason`` is why it was put back, where it was."""

    id: OutboxId
    community: CommunityId
    attempts: int
    delivery: Delivery
    claimed_at: datetime
    subject: str = ""
    priority: Priority = Priority.PERSONAL
    reason: str = ""


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


class Drain:
    """The rows that may go out, are under way, or were just settled."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def pending(self, now: datetime) -> tuple[Lane, ...]:
        """The lanes with something to send now, or that is under way and to be settled."""
        rows = self._connection.execute(sa.select(outbox.c.lane).where(_has_work(now)).distinct())
        return tuple(Lane(row.lane) for row in rows)

    def take_over(
        self, lane: Lane, drainer: str, *, now: datetime
    ) -> tuple[tuple[Claimed, str], ...]:
        """Make a drainer the only one of a lane; what the former ones left under way.

        Each such row comes with the claim it is held by. Where the lane has nothing to do, nothing
        is written, so that a wake in vain costs a reading.
        """
        has_work = sa.select(outbox.c.id).where(outbox.c.lane == lane, _has_work(now)).limit(1)
        if self._connection.execute(has_work).first() is None:
            return ()
        # A former drainer that claims at this moment is waited for here and found below.
        upsert(self._connection, lanes, {"lane": lane, "drainer": drainer}, keys=("lane",))
        rows = self._connection.execute(
            sa.select(outbox)
            .where(outbox.c.lane == lane, outbox.c.state == State.SENDING)
            .order_by(outbox.c.id)
        )
        return tuple((_claimed(row), row.claim) for row in rows)

    def drains(self, lane: Lane, drainer: str) -> bool:
        """Whether a lane is still a drainer's, which it then is until the transaction ends."""
        found = self._connection.execute(
            sa.select(lanes.c.lane)
            .where(lanes.c.lane == lane, lanes.c.drainer == drainer)
            .with_for_update(read=True)
        ).first()
        return found is not None

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
        """Write down how a delivery ended; False where the claim does not stand any more.

        A late answer still puts right what a successor had to settle as uncertain.
        """
        correctable = () if state is State.UNCERTAIN else (State.UNCERTAIN,)
        return self._change(
            row,
            claim,
            (State.SENDING, *correctable),
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
        under_way = (State.SENDING,)
        self._change(
            row, claim, under_way, state=_BACK, reason=reason, not_before=until, attempts=attempts
        )

    def requeue(self, row: OutboxId, claim: str, *, at: datetime, reason: str) -> None:
        """Send once more what a former drainer left; its answer, should one come, is too late."""
        self._change(
            row,
            claim,
            (State.UNCERTAIN,),
            state=_BACK,
            reason=reason,
            not_before=at,
            settled_at=None,
            claim="",
        )

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

    def _change(
        self, row: OutboxId, held_claim: str, states: tuple[State, ...], **values: Any
    ) -> bool:
        # A row keeps its claim when a successor has settled it, so its state counts too.
        result = self._connection.execute(
            outbox.update()
            .where(outbox.c.id == row, outbox.c.claim == held_claim, outbox.c.state.in_(states))
            .values(**values)
        )
        return bool(result.rowcount)


def _has_work(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(outbox.c.state == State.QUEUED, outbox.c.not_before <= now),
        outbox.c.state == State.SENDING,
    )


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
        priority=Priority(row.priority),
        reason=row.reason,
        claimed_at=row.claimed_at,
    )
