"""When the next call may leave: who waits, for how long, and who goes first."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import TryLater
from bot.pacing import (
    JITTER,
    LONGEST_ANSWER,
    LONGEST_PATIENT,
    RECOVERS_IN,
    SHORT,
    SLOWEST,
    Calls,
    Limits,
    Turns,
)
from tests import virtual_time

FOUR_A_SECOND: Limits = ((4, 1.0),)
HUNDRED_A_MINUTE: Limits = ((100, 60.0),)
REASON = "The platform asks for patience."


class Queue:
    """Callers of one limit, on an event loop whose time passes only in waiting."""

    def __init__(self, *every: Calls) -> None:
        self.every = every
        self.left: list[tuple[str, float]] = []
        self.turns = Turns(clock=asyncio.get_running_loop().time)

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def call(self, name: str, *every: Calls, is_patient: bool = False) -> None:
        await self.turns.turn(every or self.every, is_patient=is_patient, reason=REASON)
        self.left.append((name, round(self.now, 3)))

    async def at(self, moment: float, name: str, *every: Calls, is_patient: bool = False) -> None:
        await asyncio.sleep(moment - self.now)
        await self.call(name, *every, is_patient=is_patient)

    async def deliver(self, count: int, *, at_once: int = 10) -> None:
        """So many deliveries, a few of them under way at any time, as a lane sends them."""
        names = [f"d{number}" for number in range(count)][::-1]

        async def one_after_the_other() -> None:
            while names:
                await self.deliver_one(names.pop())

        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))

    async def deliver_one(self, name: str) -> None:
        """Once more after a while, as long as it has to wait."""
        while True:
            try:
                return await self.call(name, is_patient=True)
            except TryLater as later:
                await asyncio.sleep(later.after.total_seconds())

    def moments(self, first_letter: str = "") -> list[float]:
        return [moment for name, moment in self.left if name.startswith(first_letter)]


def in_virtual_time(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    virtual_time.run(main)


def most_within(moments: list[float], seconds: float) -> int:
    """The most calls in any stretch of that length."""
    return max(sum(1 for each in moments if 0 <= each - first < seconds) for first in moments)


def test_answers_leave_at_once_up_to_the_limit_and_then_as_it_allows() -> None:
    async def main() -> None:
        queue = Queue(Calls(FOUR_A_SECOND))

        await asyncio.gather(*(queue.call(f"a{number}") for number in range(6)))

        later = 1.0 + JITTER
        assert queue.left == [
            ("a0", 0), ("a1", 0), ("a2", 0), ("a3", 0), ("a4", later), ("a5", later),
        ]  # fmt: skip

    in_virtual_time(main)


@pytest.mark.parametrize("gap", [0.0, 0.3])
def test_no_stretch_of_time_ever_holds_more_than_the_limit(gap: float) -> None:
    async def main() -> None:
        queue = Queue(Calls(((4, 1.0), (100, 30.0)), gap=gap))
        answers = (queue.at(number * 1.7, f"a{number}") for number in range(30))

        await asyncio.gather(queue.deliver(300), *answers)

        assert len(queue.left) == 330
        assert most_within(queue.moments(), 1.0) == 4
        assert 95 <= most_within(queue.moments(), 30.0) <= 100

    in_virtual_time(main)


def test_deliveries_keep_an_even_pace_in_the_order_they_came() -> None:
    async def main() -> None:
        queue = Queue(Calls(FOUR_A_SECOND, gap=0.27))

        await queue.deliver(100)

        assert [name for name, _ in queue.left] == [f"d{number}" for number in range(100)]
        assert queue.moments()[-1] == pytest.approx(99 * 0.27, abs=0.11)

    in_virtual_time(main)


def test_answer_overtakes_all_deliveries_that_wait() -> None:
    async def main() -> None:
        queue = Queue(Calls(FOUR_A_SECOND, gap=0.27))
        answers = [queue.at(10 + number / 1000, f"a{number}") for number in range(4)]

        await asyncio.gather(queue.deliver(100), *answers)

        among = [name for name, moment in queue.left if moment >= 10]
        first = among.index("a0")
        assert among[first : first + 4] == ["a0", "a1", "a2", "a3"]
        assert queue.moments("a")[0] - 10 < 0.3
        assert queue.moments("a")[-1] - 10 < 1.1

    in_virtual_time(main)


def test_deliveries_leave_a_part_of_a_large_limit_unused() -> None:
    async def main() -> None:
        queue = Queue(Calls(HUNDRED_A_MINUTE))

        for number in range(95):
            await queue.call(f"d{number}", is_patient=True)
        with pytest.raises(TryLater):
            await queue.call("d95", is_patient=True)

        await asyncio.gather(*(queue.call(f"a{number}") for number in range(5)))
        assert queue.now == 0

    in_virtual_time(main)


def test_delivery_that_would_wait_long_gives_way_alone() -> None:
    async def main() -> None:
        queue = Queue(Calls(((1, 60.0),)))
        await queue.call("first")

        with pytest.raises(TryLater) as patient:
            await queue.call("d", is_patient=True)
        with pytest.raises(TryLater) as waiting:
            await queue.call("a")

        assert patient.value.reason == REASON
        assert patient.value.whole_lane is False
        assert patient.value.after == waiting.value.after == timedelta(seconds=60 + JITTER)
        await asyncio.sleep(60 + JITTER - LONGEST_ANSWER)
        await queue.call("a")
        await asyncio.sleep(60 + JITTER - LONGEST_PATIENT)
        await queue.call("d", is_patient=True)
        assert queue.moments() == [0, 60.05, 120.1]

    in_virtual_time(main)


def test_delivery_that_stood_in_line_for_too_long_gives_way() -> None:
    async def main() -> None:
        queue = Queue(Calls((), gap=5.0))

        waited = await asyncio.gather(
            *(queue.call(f"d{number}", is_patient=True) for number in range(5)),
            return_exceptions=True,
        )

        # The first comes early by what is allowed to be made up for.
        assert [name for name, _ in queue.left] == ["d0", "d1", "d2"]
        assert [type(each) for each in waited[3:]] == [TryLater, TryLater]
        assert queue.now < LONGEST_PATIENT

    in_virtual_time(main)


def test_who_waits_for_a_narrow_limit_does_not_hold_up_the_wide_one() -> None:
    async def main() -> None:
        channel, other = Calls(((1, 3.0),)), Calls(((1, 3.0),))
        lane = Calls(((2, 1.0),))
        queue = Queue()
        await queue.call("first", channel, lane)

        await asyncio.gather(
            queue.at(0.1, "same", channel, lane, is_patient=True),
            queue.at(0.2, "other", other, lane, is_patient=True),
        )

        assert queue.left == [("first", 0), ("other", 0.2), ("same", 3 + JITTER)]

    in_virtual_time(main)


def test_slot_that_an_answer_took_meanwhile_is_waited_for_again() -> None:
    async def main() -> None:
        channel, lane = Calls(((1, 1.0),)), Calls((), gap=2.0)
        queue = Queue()
        await queue.call("d0", Calls(()), lane, is_patient=True)

        await asyncio.gather(
            # Free in its channel at once, it waits for the lane.
            queue.call("d1", channel, lane, is_patient=True),
            queue.at(1.5, "a", channel),
        )

        assert queue.left == [("d0", 0), ("a", 1.5), ("d1", 2.5 + JITTER)]

    in_virtual_time(main)


def test_late_delivery_is_made_up_for() -> None:
    calls = Calls((), gap=1.0)
    for moment in (10.0, 11.05, 12.0, 13.02):
        assert calls.free_at(moment, is_patient=True) <= moment
        calls.keep(moment, is_patient=True)

    assert calls.free_at(13.1, is_patient=True) == pytest.approx(13.95)


def test_too_many_requests_are_waited_for_then_come_slower_and_recover() -> None:
    calls = Calls(((10, 1.0),), gap=0.1)
    assert calls.speed(100) == 1

    calls.refused(100, 7)

    assert (calls.pause(100), calls.pause(106), calls.pause(107)) == (7, 1, 0)
    assert calls.free_at(100, is_patient=False) == 107
    assert calls.speed(107) == 0.5
    assert calls.speed(107 + RECOVERS_IN / 4) == 0.75
    assert calls.speed(107 + RECOVERS_IN / 2) == 1
    calls.keep(107, is_patient=True)
    assert calls.free_at(107, is_patient=True) == pytest.approx(106.9 + 0.2)
    for _ in range(10):
        calls.keep(107, is_patient=False)
    assert calls.free_at(107, is_patient=False) == pytest.approx(107 + 2 * (1 + JITTER))


def test_what_was_under_way_together_slows_down_once_and_each_time_anew() -> None:
    calls = Calls(FOUR_A_SECOND)

    for after in (7, 9, 5):
        calls.refused(100, after)
    assert (calls.speed(100), calls.pause(100)) == (0.5, 9)

    for moment in (109, 110, 111, 112):
        calls.refused(moment, 1)
    assert calls.speed(112) == SLOWEST


def test_pause_lets_deliveries_give_way_at_once_unless_it_is_short() -> None:
    async def main() -> None:
        calls = Calls(FOUR_A_SECOND)
        queue = Queue(calls)

        calls.refused(0, SHORT + 0.5)
        with pytest.raises(TryLater) as later:
            await queue.call("d0", is_patient=True)
        assert (queue.now, later.value.after) == (0, timedelta(seconds=SHORT + 0.5))
        await queue.call("a")
        calls.refused(queue.now, SHORT)
        await queue.call("d1", is_patient=True)

        assert queue.left == [("a", SHORT + 0.5), ("d1", 2 * SHORT + 0.5)]

    in_virtual_time(main)


def test_what_matters_no_more_is_known() -> None:
    async def main() -> None:
        calls = Calls(((2, 10.0),))
        queue = Queue(calls)
        assert calls.is_over(0)

        await queue.call("a")
        assert (calls.is_over(10), calls.is_over(10 + JITTER)) == (False, True)

        waiting = asyncio.ensure_future(queue.at(0, "b", Calls(((1, 1.0),)), calls))
        calls.refused(0, 3)
        await asyncio.sleep(1)
        assert calls.in_use == 1
        await waiting
        assert calls.in_use == calls.answers_waiting == 0
        # It is slow still, and that must not be forgotten.
        assert (calls.is_over(3 + 59), calls.is_over(3 + 60)) == (False, True)

    in_virtual_time(main)


def test_caller_who_gives_up_leaves_the_line() -> None:
    async def main() -> None:
        calls = Calls(((1, 1.0),))
        queue = Queue(calls)
        await queue.call("first")

        for is_patient in (True, False):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(queue.call("lost", is_patient=is_patient), 0.1)
        await queue.call("next")

        assert queue.left == [("first", 0), ("next", 1 + JITTER)]
        assert (calls.in_use, calls.answers_waiting) == (0, 0)

    in_virtual_time(main)
