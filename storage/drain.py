"""What delivery sees of the outbox: the rows of a lane, claimed, sent and settled.

Every change names the claim it is made under, so that a drainer whose rows were taken over changes
nothing any more.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.ids import CommunityId, Lane, OutboxId
from storage import codec, held
from storage.outbox import Priority, State
from storage.rows import upsert
from storage.tables import Instant, lanes, outbox


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row taken on by a drainer; ``reason`` is why it was put back, where it was.

    ``words`` is the message as it is stored; ``fault`` is why the row can't be read, where it
    can't: its delivery is empty then, and nothing of it was ever sent, or will be.
    """

    id: OutboxId
    community: CommunityId
    attempts: int
    delivery: Delivery
    claimed_at: datetime
    subject: str = ""
    priority: Priority = Priority.PERSONAL
    reason: str = ""
    words: str | None = field(default=None, repr=False)
    fault: Exception | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """How a delivery ended, for what follows from it.

    ``receipt`` is what the platform gave for a row that was sent; ``account_gone`` says that the
    one account it was for can't be reached any more; ``is_as_claimed`` that its message is known
    not to have been changed or taken down since it was claimed.
    """

    row: Claimed
    state: State
    now: datetime
    reason: str = ""
    receipt: Receipt = field(default_factory=Receipt)
    account_gone: bool = False
    is_as_claimed: bool = False


_PRIORITIES = frozenset(Priority)

# What goes back to the queue, unless it was taken down or stopped while it was under way.
_BACK = sa.case(
    (outbox.c.is_stopped, State.CANCELLED.value),
    (
        sa.and_(
            outbox.c.kind.in_((DeliveryKind.POST, DeliveryKind.UPDATE)), outbox.c.message.is_(None)
        ),
        State.CANCELLED.value,
    ),
    else_=State.QUEUED.value,
)


def _pausing(now: Any) -> sa.Select[tuple[str]]:
    return sa.select(lanes.c.lane).where(lanes.c.paused_until > now)


def _claiming(*, skip_locked: bool) -> sa.Update:
    of, at = sa.bindparam("of", type_=sa.Text), sa.bindparam("at", type_=Instant)
    chosen = (
        sa.select(outbox.c.id)
        .where(
            outbox.c.lane == of,
            outbox.c.state == State.QUEUED,
            outbox.c.not_before <= at,
            outbox.c.lane.not_in(_pausing(at)),
        )
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )
    if skip_locked:
        chosen = chosen.with_for_update(skip_locked=True)
    return (
        outbox.update()
        .where(outbox.c.id.in_(chosen))
        .values(
            state=State.SENDING,
            claim=sa.bindparam("by"),
            claimed_at=at,
            attempts=outbox.c.attempts + 1,
        )
        .returning(outbox)
    )


# The statements of the hot path, made once: making them takes as long as running them.
_DRAINS = (
    sa.select(lanes.c.lane)
    .where(lanes.c.lane == sa.bindparam("of"), lanes.c.drainer == sa.bindparam("by"))
    .with_for_update(read=True)
)
_CLAIM = {"sqlite": _claiming(skip_locked=False), "postgresql": _claiming(skip_locked=True)}
_HELD = (
    sa.select(outbox.c.id, outbox.c.state, outbox.c.message)
    .where(
        outbox.c.id.in_(sa.bindparam("rows", expanding=True)),
        outbox.c.claim == sa.bindparam("by"),
        outbox.c.state.in_((State.SENDING, State.UNCERTAIN)),
    )
    .with_for_update()
)
_SETTLE = (
    outbox.update()
    .where(outbox.c.id == sa.bindparam("row"))
    .values(
        state=sa.bindparam("how"),
        reason=sa.bindparam("why"),
        settled_at=sa.bindparam("at"),
        receipt=sa.bindparam("given"),
    )
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

        Each such row comes with the claim it is held by, and is uncertain from now on, so that
        nobody else can send it any more; it stays left until it is settled, requeued or doubted.
        Where the lane has nothing to do, nothing is written: a wake in vain costs a reading.
        """
        has_work = sa.select(outbox.c.id).where(outbox.c.lane == lane, _has_work(now)).limit(1)
        if self._connection.execute(has_work).first() is None:
            return ()
        # A former drainer that claims at this moment is waited for here and found below.
        upsert(self._connection, lanes, {"lane": lane, "drainer": drainer}, keys=("lane",))
        is_left = outbox.c.lane == lane, _IS_LEFT
        left = self._connection.execute(
            sa.select(outbox).where(*is_left).order_by(outbox.c.id).with_for_update()
        ).all()
        if left:
            self._connection.execute(outbox.update().where(*is_left).values(state=State.UNCERTAIN))
        return tuple((_claimed(row), row.claim) for row in left)

    def drains(self, lane: Lane, drainer: str) -> bool:
        """Whether a lane is still a drainer's, which it then is until the transaction ends."""
        found = self._connection.execute(_DRAINS, {"of": lane, "by": drainer}).first()
        return found is not None

    def claim(self, lane: Lane, claim: str, *, now: datetime, limit: int) -> tuple[Claimed, ...]:
        """Take on what may be sent now, the most pressing first; nothing while the lane pauses."""
        statement = _CLAIM[self._connection.dialect.name]
        asked = {"of": lane, "by": claim, "at": now, "limit": limit}
        rows = self._connection.execute(statement, asked)
        in_order = sorted(rows, key=lambda row: (row.priority, row.id))
        return tuple(_claimed(row) for row in in_order)

    def holds(self, row: OutboxId, claim: str) -> bool:
        """Whether a claim still stands: not cancelled and not taken over."""
        found = self._connection.execute(
            sa.select(outbox.c.id).where(
                outbox.c.id == row, outbox.c.claim == claim, outbox.c.state == State.SENDING
            )
        ).first()
        return found is not None

    def settle(self, claim: str, *ended: Settled) -> tuple[Settled, ...]:
        """Write down how deliveries ended; those of them for which the claim stands.

        A late answer still puts right what a successor had to settle as uncertain.
        """
        found = self._connection.execute(
            _HELD, {"rows": [each.row.id for each in ended], "by": claim}
        )
        now_there = {row.id: row for row in found}
        ours = tuple(
            replace(each, is_as_claimed=now_there[each.row.id].message == each.row.words)
            for each in ended
            if each.row.id in now_there and each.state != now_there[each.row.id].state
        )
        if ours:
            self._connection.execute(_SETTLE, [_settlement(each) for each in ours])
        return ours

    def postpone(
        self, row: OutboxId, claim: str, *, until: datetime, reason: str, counts: bool = True
    ) -> None:
        """Put a row back to be tried later; whether what was tried counts as an attempt."""
        attempts = outbox.c.attempts if counts else outbox.c.attempts - 1
        under_way = (State.SENDING,)
        self._change(
            row, claim, under_way, state=_BACK, reason=reason, not_before=until, attempts=attempts
        )
        held.keep_from_the_silent(self._connection, outbox.c.id == row, now=until)

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
        held.keep_from_the_silent(self._connection, outbox.c.id == row, now=at)

    def doubt(self, row: OutboxId, claim: str, *, now: datetime, reason: str) -> bool:
        """Nobody can tell whether what a former drainer left arrived; whether that was news."""
        return self._change(row, claim, (State.UNCERTAIN,), settled_at=now, reason=reason)

    def pause_lane(self, lane: Lane, *, until: datetime) -> None:
        """Nothing of the lane is claimed before an instant."""
        upsert(self._connection, lanes, {"lane": lane, "paused_until": until}, keys=("lane",))

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


def _settlement(ended: Settled) -> dict[str, Any]:
    is_placed = ended.receipt != Receipt()
    return {
        "row": ended.row.id,
        "how": ended.state,
        "why": ended.reason,
        "at": ended.now,
        "given": codec.dump_receipt(ended.receipt) if is_placed else None,
    }


# Under way, or taken over by a drainer that has not said yet what became of it.
_IS_LEFT = sa.or_(
    outbox.c.state == State.SENDING,
    sa.and_(outbox.c.state == State.UNCERTAIN, outbox.c.settled_at.is_(None)),
)


def _has_work(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(
        _IS_LEFT,
        sa.and_(
            outbox.c.state == State.QUEUED,
            outbox.c.not_before <= now,
            outbox.c.lane.not_in(_pausing(now)),
        ),
    )


def _claimed(row: sa.Row[Any]) -> Claimed:
    fault = None
    try:
        delivery = _delivery(row)
    except ValueError as error:
        # One row that nobody can read must not keep the others of its lane from being claimed.
        fault = error
        delivery = Delivery(row.key, Lane(row.lane), DeliveryKind.POST, Destination())
    return Claimed(
        id=OutboxId(row.id),
        community=CommunityId(row.community),
        attempts=row.attempts,
        delivery=delivery,
        subject=row.subject,
        priority=Priority(row.priority) if row.priority in _PRIORITIES else Priority.UPKEEP,
        reason=row.reason,
        claimed_at=row.claimed_at,
        words=row.message,
        fault=fault,
    )


def _delivery(row: sa.Row[Any]) -> Delivery:
    return Delivery(
        key=row.key,
        lane=Lane(row.lane),
        kind=DeliveryKind(row.kind),
        destination=codec.load_destination(row.destination),
        message=codec.load_message(row.message) if row.message else None,
        receipt=codec.load_receipt(row.receipt) if row.receipt else Receipt(),
    )
