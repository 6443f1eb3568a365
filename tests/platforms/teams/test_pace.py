"""When the next call to Teams may leave."""

from datetime import timedelta

import pytest

from bot.errors import TryLater
from bot.ids import Lane
from bot.pacing import JITTER, RECOVERS_IN
from bot.platforms.teams.pace import (
    GAP,
    READ,
    REASON,
    TENANT,
    WRITTEN,
    Pace,
    Throttled,
)
from tests import teams_connector
from tests.platforms.teams.around import Clock

LANE, OTHER = Lane("teams:t1"), Lane("teams:t2")
AGES = 7.0


def paced() -> tuple[Clock, Pace]:
    clock = Clock()
    return clock, Pace(clock=clock, sleep=clock.sleep)


async def write(pace: Pace, conversation: str = "a:1", lane: Lane = LANE, **more: bool) -> None:
    async with pace.turn(lane, conversation, **more):
        pass


async def deliver(pace: Pace, conversation: str, lane: Lane = LANE) -> None:
    await write(pace, conversation, lane, is_patient=True)


async def refuse(pace: Pace, conversation: str, *, is_of_conversation: bool = False) -> None:
    """Teams answers a call to a conversation that it had too many."""
    after = timedelta(seconds=AGES)
    with pytest.raises(TryLater):
        async with pace.turn(LANE, conversation):
            raise Throttled("send", after=after, is_of_conversation=is_of_conversation)


async def sent_at(clock: Clock, pace: Pace, *, messages: int, gap: float = 0.0) -> list[float]:
    """When each of several messages to one conversation left, from the start on."""
    began, left = clock.now, []
    for _ in range(messages):
        try:
            await write(pace)
        except TryLater as later:
            clock.now += later.after.total_seconds()
            await write(pace)
        left.append(round(clock.now - began, 6))
        clock.now += gap
    return left


def test_limits_are_those_that_microsoft_documents() -> None:
    assert (WRITTEN, READ) == (teams_connector.WRITTEN, teams_connector.READ)
    assert teams_connector.IN_ALL == TENANT == ((50, 1.0),)


@pytest.mark.parametrize("gap", [0.0, 0.2, 0.4, 1.0])
async def test_no_window_of_any_limit_is_ever_overfull(gap: float) -> None:
    clock, pace = paced()

    left = await sent_at(clock, pace, messages=2000, gap=gap)

    for count, seconds in WRITTEN:
        closest = min(after - first for first, after in zip(left, left[count:], strict=False))
        assert closest > seconds
    # An hour takes 1,800 of them, and the other 200 come after it.
    assert left[1799] < 3600 < left[1800] < 3600 + 2


async def test_conversations_do_not_wait_for_each_other() -> None:
    clock, pace = paced()

    for number in range(30):
        await write(pace, f"a:{number}")

    assert clock.slept == []


async def test_people_are_read_twice_as_often_as_messages_are_written() -> None:
    clock, pace = paced()

    for _ in range(14):
        await write(pace, is_reading=True)
    for _ in range(7):
        await write(pace)
    assert clock.slept == []
    await write(pace, is_reading=True)

    assert clock.slept == [pytest.approx(1 + JITTER)]


async def test_tenant_takes_fifty_calls_a_second_and_deliveries_fewer() -> None:
    clock, pace = paced()

    for number in range(49):
        await write(pace, f"a:{number}")
    await write(pace, "a:0", OTHER)
    assert clock.slept == []
    await write(pace, "a:49", is_reading=True)
    await write(pace, "a:50")
    assert clock.slept == [pytest.approx(1 + JITTER)]

    clock.now, began = clock.now + 60, clock.now + 60
    for number in range(900):
        await deliver(pace, f"b:{number}")
    assert clock.now - began == pytest.approx(900 * GAP, abs=0.15)


def test_even_pace_takes_at_most_a_fifth_longer_than_the_limit() -> None:
    ((count, seconds),) = TENANT

    assert 1.0 < GAP * count / (seconds + JITTER) < 1.2


async def test_429_stops_what_is_written_in_that_tenant() -> None:
    clock, pace = paced()

    await refuse(pace, "a:1")
    with pytest.raises(TryLater, match=REASON) as later:
        await deliver(pace, "a:2")
    with pytest.raises(TryLater):
        await write(pace, "a:2")
    await write(pace, "a:2", is_reading=True)
    await deliver(pace, "a:2", OTHER)

    assert (later.value.after, later.value.whole_lane) == (timedelta(seconds=AGES), False)
    assert clock.slept == []
    clock.now += AGES
    await deliver(pace, "a:2")


@pytest.mark.parametrize("is_told", [True, False])
async def test_429_of_a_busy_conversation_and_a_412_stop_that_one_alone(is_told: bool) -> None:
    clock, pace = paced()
    for _ in range(0 if is_told else 2):
        await write(pace, "a:1")

    await refuse(pace, "a:1", is_of_conversation=is_told)
    await deliver(pace, "a:2")
    with pytest.raises(TryLater):
        await deliver(pace, "a:1")

    assert clock.slept == []
    clock.now += AGES
    await deliver(pace, "a:1")


async def test_after_a_429_it_is_slower_for_a_while() -> None:
    clock, pace = paced()
    await refuse(pace, "a:1")
    clock.now += AGES
    began = clock.now

    for number in range(300):
        await deliver(pace, f"a:{number}")
    slow = clock.now - began
    clock.now = began + RECOVERS_IN
    for number in range(300):
        await deliver(pace, f"b:{number}")

    assert 1.7 * 300 * GAP < slow < 2 * 300 * GAP
    assert clock.now - began - RECOVERS_IN == pytest.approx(300 * GAP, abs=0.15)


async def test_conversations_that_are_free_again_are_forgotten() -> None:
    clock, pace = paced()
    for number in range(20):
        await write(pace, f"a:{number}")

    clock.now += 3600 + 2 * JITTER
    await write(pace, "a:0")

    assert set(pace._conversations) == {(LANE, "a:0", False)}
