"""What goes out: drains a lane of the outbox by claim, send and settle.

A drain takes its lane over under a token of its own and first settles what the drainers before it
left under way. Then it keeps a few messages under way at once: what has ended is settled, and as
much claimed anew, in one short transaction; the network is touched between those, never inside.
A drainer that was replaced claims nothing any more, and what it had claimed is not its own: a
process that was paused and wakes sends nothing beside its successor.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.chat.platform import DeliveryKind, Destination, Finds, Leave, Platform
from bot.errors import CannotDeliver, DatabaseUnready, TryLater, Uncertain
from bot.ids import Lane, platform_of
from storage.database import Database
from storage.drain import Claimed, Settled
from storage.outbox import Priority, State
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger()

# So many messages of a lane are under way at once: about one second's worth, so that a reminder
# overtakes an announcement within a second, and no more are in doubt when a process is killed.
BATCH = 10
ATTEMPTS = 8
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)
# A platform that has not answered by now never will.
SEND_TIMEOUT_SECONDS = 30.0
# A database that is full or locked is asked again this often; each asking waits by itself too.
UNREADY_SECONDS = 1.0
# For so long a claim counts without another look. It takes a replica nine seconds of silence to be
# replaced; a message that waited its turn for longer than this is looked up before it leaves.
FRESH_SECONDS = 1.0
# So long after a lane is taken over all that its former drainer may have sent has arrived.
HEARD_BY_THEN = 2 * FRESH_SECONDS

DIED = "the bot stopped while sending this; it may have arrived"
NOT_THERE = "the bot stopped while sending this, and it did not arrive"
ONCE_MORE = "the bot stopped while sending this, so it was sent once more"
UNREADABLE = "it can't be read, which is a fault of the bot (ref {})"
NOT_OURS = "it was cancelled or taken over before it left"
PAUSED = "its workspace asked for patience"
STOPPING = "the bot stopped before it left"
NOT_CONNECTED = "the bot is not connected to this platform now"
NO_ANSWER = "the platform did not answer"

Clock = Callable[[], datetime]
Result = Callable[[UnitOfWork, Settled], None]


@dataclass(frozen=True, slots=True)
class Postponed:
    """A delivery that is to be tried later; ``counts`` says whether it was an attempt."""

    row: Claimed
    until: datetime
    reason: str
    counts: bool = False
    whole_lane: bool = False


Ended = Settled | Postponed


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
        timer: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._clock = clock
        self._results = results
        self._timer = timer
        self._sleep = sleep
        self._is_stopping = False
        # What is under way in a lane when its platform asks for patience does not ask too.
        self._paused: dict[Lane, datetime] = {}

    def stop(self) -> None:
        """Begin no further message; what is claimed and has not left goes back to the queue."""
        self._is_stopping = True

    async def drain(self, lane: Lane) -> int:
        """Take a lane over and send what it may send now; how many rows were settled or put back.

        What a former drainer left under way is looked up where the platform can do that; else a
        personal reminder is sent once more, and anything else stays uncertain, because somebody
        may have it already.
        """
        drainer = secrets.token_hex(8)
        left = await self._database.run(
            lambda db: db.drain.take_over(lane, drainer, now=self._clock())
        )
        if left:
            log.warning("rows_left_under_way", lane=lane, count=len(left))
            # Whoever was let go just before we came may still be sending; see ``FRESH_SECONDS``.
            await self._sleep(HEARD_BY_THEN)
        for row, claim in left:
            settle = await self._left(row, claim)
            await self._database.run(settle)
        return await self._send_all(lane, drainer)

    async def _send_all(self, lane: Lane, drainer: str) -> int:
        under_way: list[asyncio.Task[Ended]] = []
        # Messages to one conversation leave one after the other, in their order.
        last_to: dict[Destination, asyncio.Task[Ended]] = {}
        ended: list[Ended] = []
        handled = 0
        try:
            while True:
                asked = self._timer()
                rows = await self._turn(lane, drainer, ended, room=BATCH - len(under_way))
                for row in rows:
                    to = row.delivery.destination
                    leave = self._leave(row, drainer, asked=asked)
                    last_to[to] = asyncio.create_task(self._send(row, leave, last_to.get(to)))
                    under_way.append(last_to[to])
                if not under_way:
                    return handled
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                ended = [task.result() for task in under_way if task.done()]
                under_way = [task for task in under_way if not task.done()]
                last_to = {to: task for to, task in last_to.items() if not task.done()}
                handled += len(ended)
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _turn(
        self, lane: Lane, drainer: str, ended: Sequence[Ended], *, room: int
    ) -> tuple[Claimed, ...]:
        """Settle what has ended and claim as much as there is room for.

        However long the database takes nothing: sent and not noted would be in doubt.
        """
        is_careful = False

        def turn(db: UnitOfWork) -> tuple[Claimed, ...]:
            self._settle(db, drainer, ended, is_careful=is_careful)
            # None where somebody else drains the lane by now.
            if self._is_stopping or not db.drain.drains(lane, drainer):
                return ()
            return db.drain.claim(lane, drainer, now=self._clock(), limit=room)

        while True:
            try:
                return await self._database.run_behind(turn)
            except DatabaseUnready as error:
                if self._is_stopping:
                    raise
                log.warning("settling_waits", reason=str(error))
                await self._sleep(UNREADY_SECONDS)
            except Exception:
                if is_careful or not ended:
                    raise
                # What follows from one of them broke; the others are not to wait for that.
                is_careful = True

    def _settle(
        self, db: UnitOfWork, drainer: str, ended: Sequence[Ended], *, is_careful: bool
    ) -> None:
        settled = [each for each in ended if isinstance(each, Settled)]
        if settled:
            for ours in db.drain.settle(drainer, *settled):
                self._tell(db, ours, is_careful=is_careful)
        for each in ended:
            if isinstance(each, Postponed):
                db.drain.postpone(
                    each.row.id,
                    drainer,
                    until=each.until,
                    reason=each.reason,
                    counts=each.counts,
                )
                if each.whole_lane:
                    db.drain.pause_lane(each.row.delivery.lane, until=each.until)

    def _tell(self, db: UnitOfWork, ended: Settled, *, is_careful: bool) -> None:
        """Tell the results; where that is done carefully, one that breaks breaks nothing else."""
        for result in self._results:
            if not is_careful:
                result(db, ended)
                continue
            try:
                db.attempt(lambda own, result=result: result(own, ended))  # type: ignore[misc]
            except DatabaseUnready:
                raise
            except Exception:
                log.exception(
                    "result_broke",
                    result=getattr(result, "__name__", ""),
                    lane=ended.row.delivery.lane,
                    key=ended.row.delivery.key,
                )

    async def _send(
        self, row: Claimed, leave: Leave, former: "asyncio.Task[Ended] | None"
    ) -> Ended:
        """Do one delivery once the former one to the same conversation has ended; how it ended."""
        delivery = row.delivery
        if row.fault is not None:
            return self._unreadable(row, row.fault)
        platform = self._platforms.get(platform_of(delivery.lane))
        if platform is None:
            return self._cannot(row, NOT_CONNECTED)
        if former is not None:
            await asyncio.wait([former])
        try:
            await leave()
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                receipt = await platform.send(replace(delivery, leave=leave))
        except TryLater as error:
            return self._later(row, error)
        except CannotDeliver as error:
            return self._cannot(row, error.reason, account_gone=error.account_gone)
        except (Uncertain, TimeoutError) as error:
            reason = error.reason if isinstance(error, Uncertain) else NO_ANSWER
            log.warning("delivery_uncertain", lane=delivery.lane, reason=reason)
            return Settled(row, State.UNCERTAIN, self._clock(), reason)
        except Exception as error:
            reference = _reference()
            log.exception(
                "delivery_broke", lane=delivery.lane, key=delivery.key, reference=reference
            )
            return self._retry(row, type(error).__name__, reference=reference)
        return Settled(row, State.SENT, self._clock(), receipt=receipt)

    def _leave(self, row: Claimed, drainer: str, *, asked: float) -> Leave:
        """Whether a row is still its drainer's to send; ``asked`` is when it was claimed.

        Looked up again where that is a while ago, since a process does not notice how long it was
        paused: the row may have been cancelled since, or another drainer have settled it.
        """
        fresh_until = asked + FRESH_SECONDS

        async def leave() -> None:
            nonlocal fresh_until
            while self._timer() > fresh_until and not self._is_stopping:
                asked = self._timer()
                try:
                    holds = await self._database.run(lambda db: db.drain.holds(row.id, drainer))
                except DatabaseUnready as error:
                    raise TryLater(str(error), after=FIRST_RETRY, whole_lane=False) from error
                if not holds:
                    raise TryLater(NOT_OURS, after=timedelta(), whole_lane=False)
                fresh_until = asked + FRESH_SECONDS
            if self._is_stopping:
                raise TryLater(STOPPING, after=timedelta(), whole_lane=False)
            pause = self._paused.get(row.delivery.lane, self._clock()) - self._clock()
            if pause > timedelta():
                raise TryLater(PAUSED, after=pause, whole_lane=False)

        return leave

    def _cannot(self, row: Claimed, reason: str, *, account_gone: bool = False) -> Settled:
        log.warning("delivery_impossible", lane=row.delivery.lane, reason=reason)
        return Settled(row, State.CANNOT, self._clock(), reason, account_gone=account_gone)

    def _unreadable(self, row: Claimed, fault: Exception) -> Settled:
        reference = _reference()
        log.error(
            "delivery_unreadable",
            lane=row.delivery.lane,
            key=row.delivery.key,
            reference=reference,
            exc_info=fault,
        )
        return self._cannot(row, UNREADABLE.format(reference))

    def _later(self, row: Claimed, error: TryLater) -> Postponed:
        log.info("delivery_delayed", lane=row.delivery.lane, seconds=error.after.total_seconds())
        until = self._clock() + error.after
        if error.whole_lane:
            self._paused[row.delivery.lane] = until
        return Postponed(row, until, error.reason, whole_lane=error.whole_lane)

    def _retry(self, row: Claimed, reason: str, *, reference: str) -> Ended:
        if row.attempts >= ATTEMPTS:
            return self._cannot(row, f"it failed {ATTEMPTS} times ({reason}, ref {reference})")
        wait = min(FIRST_RETRY * 2**row.attempts, LONGEST_RETRY)
        return Postponed(row, self._clock() + wait, reason, counts=True)

    async def _left(self, row: Claimed, claim: str) -> Callable[[UnitOfWork], None]:
        """What to write down about a row that was left under way."""
        delivery = row.delivery
        if row.fault is not None:
            unreadable = self._unreadable(row, row.fault)
            return lambda db: self._settle(db, claim, [unreadable], is_careful=True)
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
            except Exception:
                # A look-up that breaks must not keep the lane from being drained.
                log.exception("look_up_broke", lane=delivery.lane, key=delivery.key)
            else:
                log.info("delivery_looked_up", lane=delivery.lane, is_there=found is not None)
                if found is None:
                    return self._again(row, claim, NOT_THERE)
                sent = Settled(row, State.SENT, self._clock(), receipt=found)
                return lambda db: self._settle(db, claim, [sent], is_careful=True)
        if _may_come_twice(row) and row.reason != ONCE_MORE:
            return self._again(row, claim, ONCE_MORE)
        return lambda db: self._doubt(db, row, claim)

    def _doubt(self, db: UnitOfWork, row: Claimed, claim: str) -> None:
        now = self._clock()
        if db.drain.doubt(row.id, claim, now=now, reason=DIED):
            self._tell(db, Settled(row, State.UNCERTAIN, now, DIED), is_careful=True)

    def _again(self, row: Claimed, claim: str, reason: str) -> Callable[[UnitOfWork], None]:
        return lambda db: db.drain.requeue(row.id, claim, at=self._clock(), reason=reason)


def _reference() -> str:
    """By which an organiser's sentence is found in the log."""
    return secrets.token_hex(2).upper()


def _may_come_twice(row: Claimed) -> bool:
    """Whether the message is a reminder to one person, whom a second one hardly disturbs."""
    to = row.delivery.destination
    return row.priority is Priority.REMINDER and len(to.users) == 1 and not to.channel
