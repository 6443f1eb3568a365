"""The stand-ins refuse whoever calls too often, and note it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.chat.platform import Installation, TeamsConversation
from bot.errors import TryLater
from bot.ids import Lane
from bot.platforms.slack.api import Api as SlackApi
from bot.platforms.slack.pace import Pace as SlackPace
from bot.platforms.teams.api import Api as TeamsApi
from bot.platforms.teams.pace import Pace as TeamsPace
from storage.database import Database
from tests.platforms.teams.around import LANE as TENANT
from tests.platforms.teams.around import Around, Clock, around
from tests.rates import Rates, least_seconds
from tests.slack_stand_in import BOT_TOKEN, SlackStandIn

TEAM = Lane("slack:T0LEADERS")
HELLO = {"text": "Hello."}
SAID = {"type": "message", "text": "Hello."}


class HastySlackPace(SlackPace):
    """Waits for nothing."""

    async def turn(self, *_: Any, **__: Any) -> None:
        return


class HastyTeamsPace(TeamsPace):
    """Waits for nothing."""

    @asynccontextmanager
    async def turn(self, *_: Any, **__: Any) -> AsyncIterator[None]:
        yield


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(clock=Clock()) as slack:
        slack.person("UADA", "Ada")
        yield slack


@pytest.fixture
async def hasty(slack: SlackStandIn) -> AsyncIterator[SlackApi]:
    async def installed(lane: Lane) -> Installation:
        return Installation(lane, "T0LEADERS", "Leaders", BOT_TOKEN)

    api = SlackApi(slack.api_url, installed, pace=HastySlackPace())
    yield api
    await api.close()


def test_window_slides_and_what_was_refused_does_not_count() -> None:
    clock = Clock(now=0)
    rates = Rates(clock=clock)
    every = [("posts", ((2, 1.0), (3, 60.0)))]
    taken = []

    for moment in (0.0, 0.4, 0.9, 1.0, 1.1, 59.0, 60.0, 60.4):
        clock.now = moment
        taken.append(rates.take(every))

    assert taken == [0, 0, 1, 0, 59, 1, 0, 0]
    assert rates.over == ["posts: 2 in 1 s"] * 2 + ["posts: 3 in 60 s"] * 2


def test_call_that_one_limit_refuses_is_taken_by_none() -> None:
    rates = Rates(clock=lambda: 0.0)

    assert rates.take([("channel", ((1, 1.0),)), ("posts", ((2, 1.0),))]) == 0
    assert rates.take([("channel", ((1, 1.0),)), ("posts", ((2, 1.0),))]) == 1
    assert rates.take([("other", ((1, 1.0),)), ("posts", ((2, 1.0),))]) == 0


@pytest.mark.parametrize(
    ("calls", "least"), [(1, 0), (4, 0), (5, 1), (100, 24), (101, 60), (240, 120)]
)
def test_least_time_is_that_of_the_slowest_limit(calls: int, least: float) -> None:
    assert least_seconds(calls, ((4, 1.0), (100, 60.0))) == least


async def test_slack_takes_a_post_a_second_in_a_conversation_by_either_name(
    slack: SlackStandIn, hasty: SlackApi
) -> None:
    await hasty.call(TEAM, "chat.postMessage", channel="UADA", **HELLO)
    with pytest.raises(TryLater) as early:
        await hasty.call(TEAM, "chat.postMessage", channel="DADA", **HELLO)

    assert early.value.after == timedelta(seconds=1)
    assert slack.over_limit == ["T0LEADERS DADA: 1 in 1 s"]
    assert len(slack.seen_by("UADA")) == 1
    slack.rates.clock.now += 1
    await hasty.call(TEAM, "chat.postMessage", channel="DADA", **HELLO)


async def test_slack_takes_so_many_posts_in_a_workspace(
    slack: SlackStandIn, hasty: SlackApi
) -> None:
    refused = []

    for number in range(24):
        user = slack.person(f"U{number}", "Somebody")
        slack.rates.clock.now += 0.2
        try:
            await hasty.call(TEAM, "chat.postMessage", channel=user, **HELLO)
        except TryLater:
            refused.append(number)

    # Every fifth of a second is once too often in a second.
    assert refused == [4, 9, 14, 19]
    assert slack.over_limit == ["T0LEADERS chat.postMessage: 4 in 1 s"] * 4


@pytest.mark.parametrize(
    ("method", "most", "arguments"),
    [
        ("users.list", 20, {"limit": 1}),
        ("conversations.open", 50, {"users": "UADA"}),
        ("users.info", 100, {"user": "UADA"}),
    ],
)
async def test_slack_takes_each_method_by_its_tier(
    slack: SlackStandIn, hasty: SlackApi, method: str, most: int, arguments: dict[str, Any]
) -> None:
    for _ in range(most):
        await hasty.call(TEAM, method, **arguments)
    with pytest.raises(TryLater) as early:
        await hasty.call(TEAM, method, **arguments)

    assert early.value.after == timedelta(seconds=60)
    assert slack.over_limit == [f"T0LEADERS {method}: {most} in 60 s"]


def hastily(here: Around) -> TeamsApi:
    here.api._pace = HastyTeamsPace()
    return here.api


async def refused(here: Around, place: TeamsConversation, calls: int) -> list[int]:
    """Which of so many messages at once Teams refused."""
    api, found = hastily(here), []
    for number in range(calls):
        try:
            await api.send(place, SAID)
        except TryLater:
            found.append(number)
    over, here.teams.rates.over = here.teams.over_limit, []
    assert len(over) >= len(found)
    return found


async def test_teams_takes_so_many_messages_in_a_conversation(database: Database) -> None:
    async with around(database) as here:
        place, clock = here.knows("ada"), here.clock

        assert await refused(here, place, 9) == [7, 8]
        clock.now += 1
        assert await refused(here, place, 2) == [1]
        for _ in range(7):
            clock.now += 2.1
            assert await refused(here, place, 7) == []
        clock.now += 2.1
        assert await refused(here, place, 7) == [3, 4, 5, 6]


async def test_teams_takes_fifty_calls_a_second_in_a_tenant(database: Database) -> None:
    async with around(database) as here:
        place = here.knows("ada")
        api = hastily(here)
        for number in range(49):
            user = here.teams.person(f"p{number}", "Somebody", installed=True)
            await api.open(place.service_url, lane=TENANT, user=user)
        await api.member(place, "ada")

        with pytest.raises(TryLater) as early:
            await api.send(place, SAID)

        assert early.value.after == timedelta(seconds=1)
        assert [name.partition(": ")[2] for name in here.teams.over_limit] == ["50 in 1 s"]
        here.teams.rates.over = []


async def test_teams_lets_people_be_read_twice_as_often(database: Database) -> None:
    async with around(database) as here:
        place = here.knows("ada")
        api = hastily(here)
        for _ in range(14):
            await api.member(place, "ada")

        with pytest.raises(TryLater):
            await api.member(place, "ada")
        await api.send(place, SAID)

        assert [name.partition(" read")[2] for name in here.teams.over_limit] == [": 14 in 1 s"]
        here.teams.rates.over = []
