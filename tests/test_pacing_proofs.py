"""A message to thousands keeps every limit, takes little longer than they ask for, and holds
nobody up.

The stand-ins refuse and note whatever comes too often, in a time that passes only in waiting. The
suite runs a short form; ``python -m bench.pacing`` runs the long one and prints figures.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.chat.messages import Account, message, text
from bot.chat.platform import DeliveryKind, Destination, Platform, Receipt, TeamsConversation
from bot.delivery import Delivery
from bot.ids import Lane, platform_of
from bot.lanes.tasks import TaskLanes
from bot.platforms.slack.pace import Pace
from storage.database import Database
from storage.drain import Settled
from storage.outbox import Priority, State
from tests import slack_rates, teams_connector, virtual_time
from tests.leaders import START
from tests.platforms.slack.conftest import LANE as SLACK
from tests.platforms.slack.conftest import Bot, started
from tests.platforms.teams.around import LANE as TEAMS
from tests.platforms.teams.around import TENANT, Around, Clock, around
from tests.rates import Limits, least_seconds
from tests.slack_stand_in import SlackStandIn

IS_LONG = os.environ.get("PACING") == "long"
# The least time is a whole number of windows: one more than fills them wastes none in a short form.
ON_SLACK = int(os.environ.get("PEOPLE", "5000" if IS_LONG else "201"))
IN_TEAMS = int(os.environ.get("PEOPLE", "5000" if IS_LONG else "501"))
GROUPS = int(os.environ.get("GROUPS", "2500" if IS_LONG else "301"))
ASKED_MEANWHILE = 1000 if IS_LONG else 150
# Messages that go out in real time, in the long form alone.
IN_REAL_TIME = int(os.environ.get("REAL_TIME", "60" if IS_LONG else "0"))
# Seconds that a platform takes to answer.
LATENCY = float(os.environ.get("LATENCY", "0"))
AT_MOST = 1.2
ANSWERED_WITHIN = 3.0
HELLO = message(text("The programme of the autumn is here."))


@pytest.fixture(autouse=True)
def _unhurried(database: Database) -> None:
    """What is proved here is pacing: the disk need not confirm each of thousands of rows."""
    connection = database.engine.raw_connection()
    connection.cursor().execute("PRAGMA synchronous=OFF")
    connection.close()


def tell(**figures: object) -> None:
    """Figures for ``bench.pacing``; a test that passes shows nothing."""
    listed = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
    sys.stdout.write(f"\nfigures: {listed}\n")


class LoopTime(Clock):
    """The time of the event loop."""

    def __call__(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass
class Post:
    """The outbox and its lanes; what became of each row, and when."""

    database: Database
    platform: Platform
    lane: Lane
    ended: dict[str, tuple[State, float]] = field(default_factory=dict)
    wanted: int = 0

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._is_over = asyncio.Event()
        platforms = {platform_of(self.lane): self.platform}
        self.delivery = Delivery(
            self.database, platforms, clock=self._now, results=[self._has_ended]
        )
        self.lanes = TaskLanes(self.delivery.drain, self._pending)

    def add(
        self,
        kind: DeliveryKind,
        destinations: Iterable[Destination],
        *,
        name: str,
        priority: Priority = Priority.BULK,
        receipt: Receipt | None = None,
    ) -> None:
        """One row for each destination, all at once."""
        with self.database.transaction() as db:
            community = db.communities.all()[0].id
            for number, to in enumerate(destinations):
                self.wanted += 1
                db.outbox.add(
                    community, self.lane, kind, to, key=f"{name}:{number}", subject="proof",
                    now=START, message=HELLO, priority=priority, receipt=receipt,
                )  # fmt: skip

    async def everything_is_sent(self) -> float:
        """Returns when every row has ended; how many seconds that took."""
        began = self._loop.time()
        self.lanes.start()
        await self._is_over.wait()
        await self.lanes.stop()
        return max(at for _, at in self.ended.values()) - began

    def states(self) -> Counter[State]:
        return Counter(state for state, _ in self.ended.values())

    def _has_ended(self, _: Any, ended: Settled) -> None:
        self.ended[ended.row.delivery.key] = (ended.state, self._loop.time())
        if len(self.ended) == self.wanted:
            self._loop.call_soon_threadsafe(self._is_over.set)

    async def _pending(self) -> tuple[Lane, ...]:
        return await self.database.run(lambda db: db.drain.pending(self._now()))

    def _now(self) -> datetime:
        return START + timedelta(seconds=self._loop.time())


@asynccontextmanager
async def slack_with(people: int) -> AsyncIterator[tuple[SlackStandIn, Bot]]:
    """A workspace of so many, none of whom the bot has met."""
    clock = asyncio.get_running_loop().time
    async with SlackStandIn(clock=clock) as slack:
        for number in range(people):
            slack.person(f"U{number:04}", "Somebody")
        slack.latency = lambda: LATENCY
        bot, stop = await started(slack, pace=Pace(clock=clock))
        try:
            yield slack, bot
        finally:
            await stop()


@asynccontextmanager
async def teams_with(database: Database, people: int) -> AsyncIterator[Around]:
    """A tenant in which so many have added the bot."""
    async with around(database, clock=LoopTime()) as here:
        here.teams.latency = lambda: LATENCY
        with database.transaction() as db:
            for number in range(people):
                user = here.teams.person(f"p{number:04}", "Somebody", installed=True)
                known = here.teams.personal(user)
                here.teams.tenant_of[known] = TENANT
                url = here.teams.service_url(TENANT)
                db.teams.hear(TeamsConversation(TEAMS, known, url, user=user), now=START)
        yield here


def each_of(people: Sequence[str]) -> list[Destination]:
    return [Destination((user,)) for user in people]


def in_virtual_time(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    virtual_time.run(main)


def check(post: Post, *, what: str, taken: float, least: float, over: list[str]) -> None:
    """Everything arrived within the limits, and little later than they ask for."""
    tell(
        **{what: post.wanted},
        least=f"{least:.0f} s",
        taken=f"{taken:.1f} s",
        ratio=f"{taken / least:.3f}",
        over_a_limit=len(over),
    )
    assert over == []
    assert post.states() == {State.SENT: post.wanted}
    assert taken <= AT_MOST * least


def least_of_each(calls: dict[Limits, int]) -> float:
    """The least that any of the limits asks for, where each has so many calls to keep."""
    return max(least_seconds(count, limits) for limits, count in calls.items())


def test_message_to_all_of_a_workspace(database: Database) -> None:
    async def main() -> None:
        database_with_community(database)
        async with slack_with(ON_SLACK) as (slack, bot):
            post = Post(database, bot.platform, SLACK)
            post.add(DeliveryKind.POST, each_of(list(slack.users)), name="all")

            taken = await post.everything_is_sent()

            told = Counter(one.channel for one in slack.said)
            assert told == {slack.direct(user): 1 for user in slack.users}
            least = least_of_each({slack_rates.WORKSPACE: ON_SLACK})
            check(post, what="people on Slack", taken=taken, least=least, over=slack.over_limit)

    in_virtual_time(main)


def test_message_to_all_of_a_tenant(database: Database) -> None:
    async def main() -> None:
        async with teams_with(database, IN_TEAMS) as here:
            users = [user for user in here.teams.people if user.startswith("p")]
            post = Post(database, here.platform, TEAMS)
            post.add(DeliveryKind.POST, each_of(users), name="all")

            taken = await post.everything_is_sent()

            told = Counter(one.conversation for one in here.teams.said)
            assert told == {here.teams.personal(user): 1 for user in users}
            least = least_of_each({teams_connector.IN_ALL: IN_TEAMS})
            check(
                post, what="people in Teams", taken=taken, least=least, over=here.teams.over_limit
            )

    in_virtual_time(main)


def test_round_that_opens_a_conversation_for_each_pair(database: Database) -> None:
    async def main() -> None:
        database_with_community(database)
        async with slack_with(2 * GROUPS) as (slack, bot):
            users = list(slack.users)
            pairs = [Destination(pair) for pair in zip(users[::2], users[1::2], strict=True)]
            post = Post(database, bot.platform, SLACK)
            post.add(DeliveryKind.POST, pairs, name="round", priority=Priority.PERSONAL)

            taken = await post.everything_is_sent()

            assert len({one.channel for one in slack.said}) == len(slack.said) == GROUPS
            opening = slack_rates.TIERS["conversations.open"]
            least = least_of_each({opening: GROUPS, slack_rates.WORKSPACE: GROUPS})
            check(post, what="pairs on Slack", taken=taken, least=least, over=slack.over_limit)

    in_virtual_time(main)


def database_with_community(database: Database) -> None:
    with database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)


async def asked_every(
    seconds: float, ask: Callable[[int], Coroutine[Any, Any, None]], *, times: int
) -> list[float]:
    """How long each of several questions waited for its answer."""
    clock = asyncio.get_running_loop().time

    async def waited(number: int) -> float:
        await asyncio.sleep(seconds * number)
        began = clock()
        await ask(number)
        return clock() - began

    return list(await asyncio.gather(*(waited(number) for number in range(times))))


def test_person_on_slack_is_answered_while_the_message_goes_out(database: Database) -> None:
    async def main() -> None:
        database_with_community(database)
        async with slack_with(ASKED_MEANWHILE) as (slack, bot):
            people = each_of(list(slack.users))
            askers = [slack.person(f"UASKS{number}", "Asker") for number in range(20)]
            bot.store.known |= {Account(SLACK, user) for user in askers}
            post = Post(database, bot.platform, SLACK)
            post.add(DeliveryKind.POST, people, name="all")

            async def ask(number: int) -> None:
                await slack.says(askers[number % len(askers)], "help")
                # What is answered after the request was acknowledged is waited for too.
                while bot.app._working:
                    await asyncio.gather(*bot.app._working)

            # One question every two seconds, for as long as the message takes at the least.
            times = ASKED_MEANWHILE // 8
            waits, taken = await asyncio.gather(
                asked_every(2.0, ask, times=times), post.everything_is_sent()
            )

            answered = [one for one in slack.said if one.channel.startswith("DASKS")]
            assert len(answered) == times
            check_answers(post, waits=waits, taken=taken, over=slack.over_limit)

    in_virtual_time(main)


def test_person_in_teams_is_answered_while_the_message_goes_out(database: Database) -> None:
    async def main() -> None:
        async with teams_with(database, ASKED_MEANWHILE) as here:
            users = [user for user in here.teams.people if user.startswith("p")]
            places = [here.knows("ada"), here.knows("grace")]
            post = Post(database, here.platform, TEAMS)
            post.add(DeliveryKind.POST, each_of(users), name="all")

            async def ask(number: int) -> None:
                await here.api.send(places[number % 2], {"type": "message", "text": "My answer."})

            # Four questions a second, for as long as the message takes at the least.
            times = ASKED_MEANWHILE * 4 // 50
            waits, taken = await asyncio.gather(
                asked_every(0.25, ask, times=times), post.everything_is_sent()
            )

            check_answers(post, waits=waits, taken=taken, over=here.teams.over_limit)

    in_virtual_time(main)


def check_answers(post: Post, *, waits: list[float], taken: float, over: list[str]) -> None:
    tell(
        **{f"answers on {platform_of(post.lane)}": len(waits)},
        while_sending=post.wanted,
        longest_wait=f"{max(waits):.2f} s",
        all_sent=f"{taken:.1f} s",
        over_a_limit=len(over),
    )
    assert max(waits) < ANSWERED_WITHIN
    assert over == []
    assert post.states() == {State.SENT: post.wanted}


def test_429_of_posts_pauses_the_lane_and_slows_it_for_a_while(database: Database) -> None:
    async def main() -> None:
        database_with_community(database)
        async with slack_with(61) as (slack, bot):
            old = slack.keep("DADA", {"text": "Old."})
            post = Post(database, bot.platform, SLACK)
            post.add(DeliveryKind.POST, each_of(list(slack.users)), name="all")
            post.add(
                DeliveryKind.UPDATE, [Destination()], name="change", priority=Priority.UPKEEP,
                receipt=Receipt("DADA", old.ts),
            )  # fmt: skip
            slack.limit("chat.postMessage", retry_after=30)

            taken = await post.everything_is_sent()

            posted = [at for key, (_, at) in post.ended.items() if key.startswith("all")]
            assert post.ended["change:0"][1] > 30
            assert min(posted) == pytest.approx(30)
            assert post.states() == {State.SENT: 62}
            assert len(slack.said) == 62
            # Half as fast at first: it takes longer than the usual 16 seconds, and not twice.
            assert 30 + 1.3 * 60 * 0.27 < taken < 30 + 2 * 60 * 0.27
            assert slack.over_limit == []

    in_virtual_time(main)


if IN_REAL_TIME:

    async def test_message_in_real_time(database: Database) -> None:
        database_with_community(database)
        async with slack_with(IN_REAL_TIME) as (slack, bot):
            post = Post(database, bot.platform, SLACK)
            post.add(DeliveryKind.POST, each_of(list(slack.users)), name="all")

            taken = await post.everything_is_sent()

            least = least_of_each({slack_rates.WORKSPACE: IN_REAL_TIME})
            what = "people on Slack in real time"
            check(post, what=what, taken=taken, least=least, over=slack.over_limit)
