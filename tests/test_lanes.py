"""One drainer a lane: woken, swept, mended and stopped."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot import lanes
from bot.ids import Lane
from bot.lanes import Lanes

ONE, TWO = Lane("slack:T1"), Lane("web:1")


class Work:
    """What the drainers do, written down; ``troubles`` are raised first, once each."""

    def __init__(self) -> None:
        self.done: list[tuple[str, Lane]] = []
        self.troubles: dict[str, int] = {}
        self.waiting: tuple[Lane, ...] = ()
        self.gate = asyncio.Event()
        self.gate.set()
        self.broke = 0
        self.moved = asyncio.Condition()
        self.lanes = Lanes(self.drain, self.recover, self.pending)

    async def drain(self, lane: Lane) -> int:
        return await self._do("drain", lane)

    async def recover(self, lane: Lane) -> int:
        return await self._do("recover", lane)

    async def pending(self, now) -> tuple[Lane, ...]:
        await self._do("sweep", Lane(""))
        return self.waiting

    async def _do(self, what: str, lane: Lane) -> int:
        if self.troubles.get(what):
            self.troubles[what] -= 1
            self.broke += 1
            async with self.moved:
                self.moved.notify_all()
            raise OSError("the database is away")
        if what == "drain":
            await self.gate.wait()
        if what != "sweep":
            self.done.append((what, lane))
            async with self.moved:
                self.moved.notify_all()
        return 0

    async def after(self, count: int) -> list[tuple[str, Lane]]:
        """What was done, once there is so much of it."""
        await self.until(lambda: len(self.done) >= count)
        return self.done

    async def until(self, is_so) -> None:
        async with asyncio.timeout(5), self.moved:
            await self.moved.wait_for(is_so)


@pytest.fixture
async def work(monkeypatch):
    # The real ones are seconds; nothing here depends on how long they are.
    monkeypatch.setattr(lanes, "SWEEP_SECONDS", 0.005)
    monkeypatch.setattr(lanes, "BROKEN_SECONDS", 0.005)
    made = Work()
    yield made
    made.gate.set()
    await made.lanes.stop()


async def test_a_woken_lane_settles_what_was_left_and_then_drains(work):
    work.lanes.wake(ONE)

    assert await work.after(2) == [("recover", ONE), ("drain", ONE)]


async def test_each_wake_drains_again_and_what_was_left_is_settled_once(work):
    work.lanes.wake(ONE)
    await work.after(2)
    work.lanes.wake(ONE)

    assert await work.after(3) == [("recover", ONE), ("drain", ONE), ("drain", ONE)]


async def test_a_wake_during_a_drain_is_not_lost(work):
    work.gate.clear()
    work.lanes.wake(ONE)
    await work.after(1)
    for _ in range(3):
        work.lanes.wake(ONE)
    work.gate.set()

    assert await work.after(3) == [("recover", ONE), ("drain", ONE), ("drain", ONE)]


async def test_a_lane_that_waits_holds_up_no_other(work):
    work.gate.clear()
    work.lanes.wake(ONE)
    await work.after(1)
    work.lanes.wake(TWO)

    assert await work.after(2) == [("recover", ONE), ("recover", TWO)]


async def test_the_sweep_finds_what_no_wake_told_of(work):
    work.waiting = (ONE, TWO)

    work.lanes.start()

    done = await work.after(4)
    assert set(done[:4]) == {(what, lane) for what in ("recover", "drain") for lane in (ONE, TWO)}


async def test_a_sweep_that_breaks_is_logged_and_tries_again(work):
    work.troubles["sweep"] = 2
    work.waiting = (ONE,)

    with capture_logs() as logged:
        work.lanes.start()
        await work.after(2)

    assert [line["event"] for line in logged] == ["sweep_broke", "sweep_broke"]


async def test_a_drain_that_breaks_is_tried_again_after_settling_what_it_left(work):
    work.troubles["drain"] = 1

    with capture_logs() as logged:
        work.lanes.wake(ONE)
        done = await work.after(3)

    assert done == [("recover", ONE), ("recover", ONE), ("drain", ONE)]
    assert [(line["event"], line["lane"]) for line in logged] == [("lane_broke", ONE)]


async def test_nothing_is_sent_before_what_was_left_is_settled(work):
    work.troubles["recover"] = 2

    with capture_logs():
        work.lanes.wake(ONE)
        done = await work.after(2)

    assert done == [("recover", ONE), ("drain", ONE)]


async def test_it_is_alive_from_start_to_stop(work):
    alive = [work.lanes.is_alive]
    work.lanes.start()
    alive.append(work.lanes.is_alive)
    await work.lanes.stop()
    alive.append(work.lanes.is_alive)

    assert alive == [False, True, False]


async def test_a_stop_waits_for_the_message_under_way_and_leaves_no_task(work):
    before = asyncio.all_tasks()
    work.gate.clear()
    work.lanes.start()
    work.lanes.wake(ONE)
    await work.after(1)

    stopping = asyncio.create_task(work.lanes.stop())
    await asyncio.sleep(0)
    is_waiting = not stopping.done()
    work.gate.set()
    await stopping

    assert is_waiting is True
    assert work.done == [("recover", ONE), ("drain", ONE)]
    assert asyncio.all_tasks() == before


async def test_a_stop_waits_no_longer_than_it_may(work, monkeypatch):
    monkeypatch.setattr(lanes, "STOP_SECONDS", 0.01)
    work.gate.clear()
    work.lanes.wake(ONE)
    await work.after(1)

    await work.lanes.stop()

    assert work.done == [("recover", ONE)]


async def test_a_stop_does_not_wait_for_a_broken_lane_to_try_again(work, monkeypatch):
    monkeypatch.setattr(lanes, "BROKEN_SECONDS", 3600)
    work.troubles["recover"] = 1
    with capture_logs():
        work.lanes.wake(ONE)
        await work.until(lambda: work.broke)

        async with asyncio.timeout(5):
            await work.lanes.stop()

    assert work.done == []


async def test_a_stopped_lane_is_not_woken_again(work):
    await work.lanes.stop()

    work.lanes.wake(ONE)
    await asyncio.sleep(0.01)

    assert work.done == []
