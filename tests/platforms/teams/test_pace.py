"""When the next call to Teams may leave."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.errors import TryLater
from bot.ids import Lane
from bot.platforms.teams.pace import (
    CONVERSATION,
    FORGOTTEN_EVERY,
    JITTER,
    LONGEST_SLEEP,
    TENANT,
    Pace,
)

LANE = Lane("teams:t1")
OTHER = Lane("teams:t2")


@dataclass
class Clock:
    """A time that passes when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 6))
        self.now += seconds


async def sent_at(clock: Clock, pace: Pace, *, messages: int, gap: float = 0.0) -> list[float]:
    """When each of several messages to one conversation left, from the start on."""
    began, left = clock.now, []
    for _ in range(messages):
        try:
            await pace.turn(LANE, "a:1")
        except TryLater as later:
            clock.now += later.after.total_seconds()
            await pace.turn(LANE, "a:1")
        left.append(round(clock.now - began, 6))
        clock.now += gap
    return left


# Per bot and conversation, https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
PER_SECOND, PER_TWO, PER_HALF_MINUTE, PER_HOUR = (7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0)


@pytest.mark.parametrize(
    ("limit", "messages", "gap", "last"),
    [
        (PER_SECOND, 7, 0.0, 0.0),
        (PER_SECOND, 8, 0.0, 1.0 + JITTER),
        (PER_TWO, 8, 0.2, 1.4),
        (PER_TWO, 9, 0.2, 2.0 + JITTER),
        (PER_HALF_MINUTE, 60, 0.4, 23.6),
        (PER_HALF_MINUTE, 61, 0.4, 30.0 + JITTER),
        (PER_HOUR, 1800, 1.0, 1799.0),
        (PER_HOUR, 1801, 1.0, 3600.0 + JITTER),
    ],
)
async def test_conversation_takes_so_many_messages_in_a_time(
    limit: tuple[int, float], messages: int, gap: float, last: float
) -> None:
    clock = Clock()
    pace = Pace(conversation=(limit,), clock=clock, sleep=clock.sleep)

    left = await sent_at(clock, pace, messages=messages, gap=gap)

    assert left[-1] == pytest.approx(last)


def test_every_documented_limit_of_a_conversation_is_kept() -> None:
    assert CONVERSATION == (PER_SECOND, PER_TWO, PER_HALF_MINUTE, PER_HOUR)


async def test_no_window_of_any_limit_is_ever_overfull() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)

    left = await sent_at(clock, pace, messages=300)

    for count, seconds in (PER_SECOND, PER_TWO, PER_HALF_MINUTE):
        for first, after in zip(left, left[count:], strict=False):
            assert after - first > seconds


async def test_conversations_do_not_wait_for_each_other() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)

    for number in range(30):
        await pace.turn(LANE, f"a:{number}")

    assert clock.slept == []


async def test_tenant_is_called_less_often_than_teams_allows() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    ((most, _),) = TENANT

    for number in range(most):
        await pace.turn(LANE, f"a:{number}")
    await pace.turn(OTHER, "a:0")
    assert clock.slept == []

    await pace.turn(LANE)
    assert clock.slept == [1.0 + JITTER]
    assert most < 50


async def test_long_wait_gives_way_and_takes_no_turn() -> None:
    clock = Clock()
    pace = Pace(conversation=((1, 60.0),), clock=clock, sleep=clock.sleep)
    await pace.turn(LANE, "a:1")

    for _ in range(3):
        with pytest.raises(TryLater) as later:
            await pace.turn(LANE, "a:1")
    await pace.turn(LANE, "a:2")

    assert later.value.after == timedelta(seconds=60.0 + JITTER)
    assert later.value.whole_lane is False
    assert clock.slept == []
    clock.now += 60.0 + JITTER - LONGEST_SLEEP
    await pace.turn(LANE, "a:1")
    assert clock.slept == [LONGEST_SLEEP]


async def test_two_at_once_get_a_moment_each() -> None:
    clock = Clock()
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(round(seconds, 6))

    pace = Pace(conversation=((1, 1.0),), clock=clock, sleep=sleep)

    await asyncio.gather(*(pace.turn(LANE, "a:1") for _ in range(3)))

    assert waits == [1.0 + JITTER, 2 * (1.0 + JITTER)]


async def test_one_who_waits_does_not_hold_up_the_tenant() -> None:
    clock = Clock()
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(round(seconds, 6))

    pace = Pace(conversation=((1, 3.0),), tenant=((2, 1.0),), clock=clock, sleep=sleep)
    await pace.turn(LANE, "a:1")
    clock.now += 2.0
    await pace.turn(LANE, "a:1")
    clock.now += 0.05

    await pace.turn(LANE, "a:2")

    assert waits == [1.1]


async def test_conversations_that_are_free_again_are_forgotten() -> None:
    clock = Clock()
    pace = Pace(conversation=((1, 1.0),), clock=clock, sleep=clock.sleep)
    for number in range(20):
        await pace.turn(LANE, f"a:{number}")

    clock.now += FORGOTTEN_EVERY
    await pace.turn(LANE, "a:0")

    assert set(pace._calls) == {(LANE, ""), (LANE, "a:0")}
