"""What goes out: drains a lane of the outbox by claim, send and settle.

A claim and a settlement are short transactions of their own; the network is touched between them,
never inside. Each drain takes its lane over under a token of its own and first settles what the
drainers before it left under way. From then on they claim nothing, and what they had claimed is not
theirs any more: a process that was paused and wakes sends nothing beside its successor.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.chat.platform import DeliveryKind, Finds, Platform, Receipt
from bot.errors import CannotDeliver, DatabaseUnready, TryLater, Uncertain
from bot.ids import Lane, platform_of
from storage.database import Database
from storage.drain import Claimed, Settled
from storage.outbox import Priority, State
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

# About one second's worth: a reminder overtakes an announcement within a second, and no more than
# this many rows are in doubt when a process is killed.
BATCH = 10
ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)
# A platform that has not answered by now never will.
SEND_TIMEOUT_SECONDS = 30.0
# A database that is full or locked is asked again this often; each asking waits by itself too.
UNREADY_SECONDS = 1.0
DIED = "the bot stopped while sending this; it may have arrived"
NOT_THERE = "the bot stopped while sending this, and it did not arrive"
ONCE_MORE = "the bot stopped while sending this, so it was sent once more"

Clock = Callable[[], datetime]
Result = Callable[[UnitOfWork, Settled], None]


class Delivery:
    """Drains lanes through their platforms; see the module.

    Each of ``results`` is told how a delivery ended, in the transaction that writes it down.
    """

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        *,
        clock: Clock,
        results: Sequence[Result],
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._clock = clock
        self._results = results
        self._is_stopping = False

    def stop(self) -> None:
        """Begin no further message; what is claimed and not begun goes back to the queue."""
        self._is_stopping = True

    async def drain(self, lane: Lane) -> int:
        """Take a lane over and send what it may send now; how many rows were settled or put back.

        What a former drainer left under way is looked up where the platform can do that; else a
        personal reminder is sent once more, and anything else stays uncertain, because somebody
        may have it already.
        """
        drainer = secrets.token_hex(8)
        left = await self._database.run(lambda db: self._take_over(db, lane, drainer))
        for row, claim in left:
            await self._write_down(await self._left(row, claim))
        rows = await self._database.run(lambda db: self._claim(db, lane, drainer))
        handled = 0
        while rows:
            for row in rows:
                if self._is_stopping:
                    await self._database.run(lambda db: db.drain.release(lane, drainer))
                    return handled
                settle = await self._send(row, drainer)
                await self._write_down(settle)
                handled += 1
            rows = await self._database.run(lambda db: self._claim(db, lane, drainer))
        return handled

    def _take_over(
        self, db: UnitOfWork, lane: Lane, drainer: str
    ) -> tuple[tuple[Claimed, str], ...]:
        """What is left counts as uncertain at first, so that nobody else can send it any more."""
        left = db.drain.take_over(lane, drainer, now=self._clock())
        for row, claim in left:
            db.drain.settle(row.id, claim, State.UNCERTAIN, now=self._clock(), reason=DIED)
        if left:
            log.warning("rows_left_under_way", lane=lane, count=len(left))
        return left

    def _claim(self, db: UnitOfWork, lane: Lane, drainer: str) -> tuple[Claimed, ...]:
        """The next rows to send; none where somebody else drains the lane by now."""
        if not db.drain.drains(lane, drainer):
            return ()
        return db.drain.claim(lane, drainer, now=self._clock(), limit=BATCH)

    async def _write_down(self, settle: Callable[[UnitOfWork], None]) -> None:
        """Settle, however long the database takes nothing: sent and not noted would be in doubt."""
        while True:
            try:
                return await self._database.run(settle)
            except DatabaseUnready as error:
                if self._is_stopping:
                    raise
                log.warning("settling_waits", reason=str(error))
                await asyncio.sleep(UNREADY_SECONDS)

    async def _send(self, row: Claimed, claim: str) -> Callable[[UnitOfWork], None]:
        """Do one delivery; what to write down about it."""
        delivery = row.delivery
        platform = self._platforms.get(platform_of(delivery.lane))
        if platform is None:
            return self._cannot(row, claim, "the bot is not connected to this platform now")
        if not await self._database.run(lambda db: db.drain.holds(row.id, claim)):
            return _nothing
        try:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                receipt = await platform.send(delivery)
        except TryLater as error:
            return self._later(row, claim, error)
        except CannotDeliver as error:
            return self._cannot(row, claim, error.reason, account_gone=error.account_gone)
        except (Uncertain, TimeoutError) as error:
            reason = error.reason if isinstance(error, Uncertain) else "the platform did not answer"
            log.warning("delivery_uncertain", lane=delivery.lane, reason=reason)
            return self._settled(row, claim, State.UNCERTAIN, reason=reason)
        except Exception as error:
            log.exception("delivery_broke", lane=delivery.lane, key=delivery.key)
            return self._retry(row, claim, type(error).__name__)
        return self._settled(row, claim, State.SENT, receipt=receipt)

    def _settled(
        self,
        row: Claimed,
        claim: str,
        state: State,
        *,
        reason: str = "",
        receipt: Receipt | None = None,
        account_gone: bool = False,
    ) -> Callable[[UnitOfWork], None]:
        def settle(db: UnitOfWork) -> None:
            now = self._clock()
            is_ours = db.drain.settle(row.id, claim, state, now=now, reason=reason, receipt=receipt)
            if is_ours:
                ended = Settled(row, state, now, reason, receipt or Receipt(), account_gone)
                self._tell(db, ended)

        return settle

    def _cannot(
        self, row: Claimed, claim: str, reason: str, *, account_gone: bool = False
    ) -> Callable[[UnitOfWork], None]:
        log.warning("delivery_impossible", lane=row.delivery.lane, reason=reason)
        return self._settled(row, claim, State.CANNOT, reason=reason, account_gone=account_gone)

    def _later(self, row: Claimed, claim: str, error: TryLater) -> Callable[[UnitOfWork], None]:
        until = self._clock() + error.after
        log.info("delivery_delayed", lane=row.delivery.lane, seconds=error.after.total_seconds())

        def settle(db: UnitOfWork) -> None:
            db.drain.postpone(row.id, claim, until=until, reason=error.reason, counts=False)
            if error.whole_lane:
                db.drain.release(row.delivery.lane, claim)
                db.drain.delay_lane(row.delivery.lane, until=until)

        return settle

    def _retry(self, row: Claimed, claim: str, reason: str) -> Callable[[UnitOfWork], None]:
        if row.attempts >= ATTEMPTS:
            return self._cannot(row, claim, f"it failed {ATTEMPTS} times ({reason})")
        wait = min(FIRST_RETRY * 2**row.attempts, LONGEST_RETRY)
        until = self._clock() + wait
        return lambda db: db.drain.postpone(row.id, claim, until=until, reason=reason)

    async def _left(self, row: Claimed, claim: str) -> Callable[[UnitOfWork], None]:
        """What to write down about a row that was left under way."""
        delivery = row.delivery
        if delivery.kind is not DeliveryKind.POST:
            # Changing, deleting and reading come to the same when they are done twice.
            return self._again(row, claim, NOT_THERE)
        platform: object = self._platforms.get(platform_of(delivery.lane))
        if isinstance(platform, Finds):
            try:
                async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                    found = await platform.find(delivery, since=row.claimed_at)
            except (Uncertain, CannotDeliver, TryLater, TimeoutError):
                log.warning("delivery_not_looked_up", lane=delivery.lane)
            else:
                log.info("delivery_looked_up", lane=delivery.lane, is_there=found is not None)
                if found is None:
                    return self._again(row, claim, NOT_THERE)
                return self._settled(row, claim, State.SENT, receipt=found)
        if _may_come_twice(row) and row.reason != ONCE_MORE:
            return self._again(row, claim, ONCE_MORE)
        return lambda db: self._tell(db, Settled(row, State.UNCERTAIN, self._clock(), DIED))

    def _again(self, row: Claimed, claim: str, reason: str) -> Callable[[UnitOfWork], None]:
        return lambda db: db.drain.requeue(row.id, claim, at=self._clock(), reason=reason)

    def _tell(self, db: UnitOfWork, ended: Settled) -> None:
        for result in self._results:
            result(db, ended)


def _may_come_twice(row: Claimed) -> bool:
    """Whether the message is a reminder to one person, whom a second one hardly disturbs."""
    to = row.delivery.destination
    return row.priority is Priority.REMINDER and len(to.users) == 1 and not to.channel


def _nothing(_db: UnitOfWork) -> None:
    """A row that was cancelled or taken over meanwhile needs nothing written."""
