"""Ten sends of a lane at once keep the limits, however unevenly long calls are on their way."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bot.chat.messages import message, text
from bot.chat.platform import Delivery, DeliveryKind, Destination, Platform, Receipt
from bot.delivery import SEND_TIMEOUT_SECONDS
from bot.errors import TryLater
from bot.ids import Lane
from bot.pacing import JITTER
from storage.database import Database
from tests import slack_rates, virtual_time
from tests.platforms.slack.conftest import LANE as SLACK
from tests.platforms.teams.around import LANE as TEAMS
from tests.rates import least_seconds
from tests.test_pacing_proofs import slack_with, teams_with

HELLO = message(text("Hello."))
AT_ONCE = 10


def post(lane: Lane, *users: str, channel: str = "") -> Delivery:
    key = f"k:{users}:{channel}"
    return Delivery(key, lane, DeliveryKind.POST, Destination(users, channel), HELLO)


def uneven(shortest: float) -> Callable[[], float]:
    """How long calls are on their way: as unevenly as the pace allows for."""
    rng = random.Random(2026)
    return lambda: rng.uniform(shortest, shortest + 0.9 * JITTER)


async def sent(platform: Platform, deliveries: Sequence[Delivery]) -> float:
    """Send them, ten at once, each until it was taken; how many seconds the longest took."""
    clock = asyncio.get_running_loop().time
    queue, longest = list(deliveries)[::-1], 0.0

    async def one_after_the_other() -> None:
        nonlocal longest
        while queue:
            delivery, began = queue.pop(), clock()
            try:
                await platform.send(delivery)
            except TryLater as later:
                if later.whole_lane:
                    raise
                queue.insert(0, delivery)
                await asyncio.sleep(min(later.after.total_seconds(), 1))
            longest = max(longest, clock() - began)

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
    return longest


def in_virtual_time(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    virtual_time.run(main)


def test_people_groups_a_channel_and_changes_on_slack() -> None:
    async def main() -> None:
        async with slack_with(240) as (slack, bot):
            slack.latency = uneven(0.2)
            users = list(slack.users)
            slack.channel("C1")
            old = [slack.keep("C1", {"text": "Old."}) for _ in range(30)]
            people = [post(SLACK, user) for user in users]
            groups = [post(SLACK, *users[n : n + 3]) for n in range(0, 180, 3)]
            channel = [post(SLACK, channel="C1") for _ in range(20)]
            changes = [
                Delivery(
                    f"u:{said.ts}", SLACK, DeliveryKind.UPDATE, Destination(), HELLO,
                    Receipt("C1", said.ts),
                )
                for said in old
            ]  # fmt: skip
            everything = people + groups + channel + changes
            random.Random(7).shuffle(everything)

            longest = await sent(bot.platform, everything)

            told = Counter(one.channel for one in slack.said)
            assert told == {
                **{slack.direct(user): 1 for user in users},
                **{"G" + "".join(u[1:] for u in each.destination.users): 1 for each in groups},
                "C1": 50,
            }
            assert {said.text for said in old} == {"Hello."}
            assert slack.over_limit == []
            assert longest < SEND_TIMEOUT_SECONDS
            # 60 groups take more than a minute, and all 320 posts more than that.
            least = least_seconds(320, slack_rates.WORKSPACE)
            assert asyncio.get_running_loop().time() < 1.3 * least

    in_virtual_time(main)


def test_people_in_teams_whose_conversations_are_opened_first(database: Database) -> None:
    async def main() -> None:
        async with teams_with(database, 1) as here:
            here.teams.latency = uneven(0.1)
            users = [here.teams.person(f"n{n}", "New", installed=True) for n in range(300)]

            longest = await sent(here.platform, [post(TEAMS, user) for user in users])

            told = Counter(one.conversation for one in here.teams.said)
            assert told == {here.teams.personal(user): 1 for user in users}
            assert here.teams.over_limit == []
            assert longest < 1
            # Two calls each, at fifty a second.
            assert asyncio.get_running_loop().time() < 1.3 * 12

    in_virtual_time(main)
