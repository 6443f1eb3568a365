"""When the next call to Slack may leave."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import TryLater
from bot.ids import Lane
from bot.pacing import JITTER, RECOVERS_IN
from bot.platforms.slack.pace import CHANNEL, FORGOTTEN_EVERY, GAPS, POST, POSTS, TIERS, Pace
from tests import slack_rates
from tests.platforms.slack.test_send import Clock

LANE, OTHER = Lane("slack:T1"), Lane("slack:T2")
FOLDER = Path(__file__).parents[3] / "bot" / "platforms" / "slack"


def paced() -> tuple[Clock, Pace]:
    clock = Clock()
    return clock, Pace(clock=clock, sleep=clock.sleep)


def methods_called() -> set[str]:
    """Every method of Slack's that is named in the code of the platform."""
    families = ("auth.", "chat.", "conversations.", "oauth.", "users.", "views.")
    return {
        node.value
        for file in FOLDER.glob("*.py")
        # The manifest names events, which have names like methods.
        if file.name not in {"manifest.py", "check.py"}
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(families)
        and node.value.replace(".", "").isalnum()
    }


def test_every_method_that_is_called_has_its_tier() -> None:
    assert methods_called() == set(TIERS)


def test_limits_are_those_that_slack_documents() -> None:
    documented = {**slack_rates.TIERS, POST: slack_rates.WORKSPACE}

    assert {method: TIERS[method] for method in documented} == documented
    assert slack_rates.CHANNEL == CHANNEL


@pytest.mark.parametrize(("method", "gap"), GAPS.items())
def test_even_pace_is_within_the_limit_and_takes_at_most_a_fifth_longer(method, gap) -> None:
    for count, seconds in TIERS[method]:
        assert 1.0 < gap * count / (seconds + JITTER) < 1.2


async def test_conversation_takes_a_message_a_second_whoever_writes() -> None:
    clock, pace = paced()

    await pace.turn(LANE, POST, "C1", is_patient=True)
    await pace.turn(LANE, POST, "C1")
    assert clock.slept == [pytest.approx(1 + JITTER)]
    await pace.turn(LANE, POST, "C2")
    await pace.turn(OTHER, POST, "C1")

    assert clock.slept == [pytest.approx(1 + JITTER)]


async def test_deliveries_are_spread_over_the_minute() -> None:
    clock, pace = paced()

    for number in range(240):
        await pace.turn(LANE, POST, f"U{number}", is_patient=True)

    assert clock.now - 1000 == pytest.approx(239 * 0.27, abs=0.11)


async def test_method_takes_its_tier_a_minute_and_others_do_not_wait_for_it() -> None:
    clock, pace = paced()

    for _ in range(20):
        await pace.turn(LANE, "users.list")
    with pytest.raises(TryLater, match=r"users\.list") as later:
        await pace.turn(LANE, "users.list")
    for _ in range(50):
        await pace.turn(LANE, "chat.update")
    await pace.turn(OTHER, "users.list")

    assert later.value.after == timedelta(seconds=60 + JITTER)
    assert clock.slept == []


async def test_method_of_no_known_tier_is_called_like_the_third() -> None:
    _, pace = paced()

    for _ in range(50):
        await pace.turn(LANE, "reactions.add")
    with pytest.raises(TryLater):
        await pace.turn(LANE, "reactions.add")


async def test_429_is_of_one_method_and_workspace() -> None:
    clock, pace = paced()

    pace.refused(LANE, POST, 30)
    with pytest.raises(TryLater) as delivery:
        await pace.turn(LANE, POST, "U1", is_patient=True)
    with pytest.raises(TryLater) as answer:
        await pace.turn(LANE, POST, "U1")
    await pace.turn(LANE, "chat.update", is_patient=True)
    await pace.turn(LANE, "views.open")
    await pace.turn(OTHER, POST, "U1", is_patient=True)

    assert delivery.value.after == answer.value.after == timedelta(seconds=30)
    assert delivery.value.whole_lane is False
    assert clock.slept == []


async def test_after_a_429_it_is_slower_for_a_while() -> None:
    clock, pace = paced()
    pace.refused(LANE, POST, 30)
    clock.now += 30
    began = clock.now

    for number in range(40):
        await pace.turn(LANE, POST, f"U{number}", is_patient=True)
    slow = clock.now - began
    clock.now = began + RECOVERS_IN
    for number in range(40):
        await pace.turn(LANE, POST, f"V{number}", is_patient=True)

    assert 1.7 * 39 * 0.27 < slow < 2 * 39 * 0.27
    assert clock.now - began - RECOVERS_IN == pytest.approx(39 * 0.27, abs=0.11)
    assert POSTS == ((4, 1.0), (240, 60.0))


async def test_conversations_that_are_free_again_are_forgotten() -> None:
    clock, pace = paced()
    for number in range(20):
        await pace.turn(LANE, POST, f"U{number}")
    pace.refused(LANE, "chat.update", 1)

    clock.now += FORGOTTEN_EVERY
    await pace.turn(OTHER, POST, "U0")

    assert set(pace._channels) == {(OTHER, "U0")}
    assert set(pace._methods) == {(LANE, "chat.update"), (OTHER, POST), (LANE, POST)}
