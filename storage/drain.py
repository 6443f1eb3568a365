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
from storage.tables import outbox


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

    def _change(self, row: OutboxId, held_claim: str, **values: Any) -> bool:
        result = self._connection.execute(
            outbox.update().where(outbox.c.id == row, outbox.c.claim == held_claim).values(**values)
        )
        return bool(result.rowcount)


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
