"""Whom the bot may write to: asked one by one, or by the list where there are many."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.chat.messages import Account, message, text
from bot.chat.platform import Delivery, DeliveryKind, Destination, Installation
from bot.errors import CannotDeliver, TryLater, Uncertain
from bot.ids import Lane
from bot.platforms.slack.api import Api, Refusal
from bot.platforms.slack.members import CAUTIOUS_PAGE, FEW, LISTED, PAGE, Members
from bot.platforms.slack.pace import Pace
from bot.platforms.slack.send import NOT_READY, READY_WITHIN, SlackPlatform
from tests import virtual_time
from tests.platforms.slack.conftest import LANE, Store
from tests.platforms.slack.test_send import Clock
from tests.slack_stand_in import BOT_TOKEN, TEAM, SlackStandIn


async def installed(_: Lane) -> Installation:
    return Installation(LANE, TEAM, "Leaders", BOT_TOKEN, "U0BOT")


@dataclass
class Asking:
    """Members of the stand-in, and the time that passes."""

    slack: SlackStandIn
    members: Members
    clock: Clock

    async def is_active(self, *users: str) -> list[bool]:
        """What is said of several who are asked about at the same time."""
        asked = (self.members.is_active(Account(LANE, user)) for user in users)
        return await asyncio.gather(*asked)

    def pages(self) -> list[str]:
        return [asked["limit"] for asked in self.slack.called("users.list")]


@pytest.fixture
async def asking(slack: SlackStandIn) -> AsyncIterator[Asking]:
    clock = Clock()
    slack.rates.clock = clock
    api = Api(slack.api_url, installed, pace=Pace(clock=clock, sleep=clock.sleep))
    yield Asking(slack, Members(api, clock=clock), clock)
    await api.close()


def crowd(slack: SlackStandIn, count: int) -> list[str]:
    return [slack.person(f"U{number}", "Somebody") for number in range(count)]


async def test_list_is_read_once_for_all_who_ask_at_the_same_time(asking: Asking) -> None:
    people = crowd(asking.slack, 2500)
    asking.slack.person("UOLD", "Old", deleted=True)

    said = await asking.is_active(*people, "UOLD")

    assert said == [True] * 2500 + [False]
    assert asking.pages() == [str(PAGE)] * 3
    assert len(asking.slack.called("users.info")) == FEW


async def test_list_is_not_read_again_for_each_who_is_not_on_it(asking: Asking) -> None:
    people = crowd(asking.slack, FEW + 1)
    strangers = [f"UELSEWHERE{number}" for number in range(30)]

    await asking.is_active(*people)
    assert await asking.is_active(*strangers) == [True] * 30
    assert len(asking.pages()) == 1

    asking.clock.now += LISTED
    newcomers = [asking.slack.person(f"UNEW{number}", "New") for number in range(FEW)]
    await asking.is_active(*newcomers, *strangers)
    assert len(asking.pages()) == 2


async def test_list_that_slack_stumbled_over_goes_on_in_smaller_pages(asking: Asking) -> None:
    people = crowd(asking.slack, 450)
    asking.slack.answer_status("users.list", 500)

    with pytest.raises(Uncertain):
        await asking.members.everyone(LANE)
    found = await asking.members.everyone(LANE)

    # Ada and Grace were there before.
    assert [user for user, _ in found] == ["UADA", "UGRACE", *people]
    assert asking.pages() == [str(PAGE)] + [str(CAUTIOUS_PAGE)] * 3


async def test_list_whose_place_slack_forgot_is_begun_anew(asking: Asking) -> None:
    asking.slack.page = 1
    asking.slack.answer_with("users.list", "invalid_cursor")

    with pytest.raises(Refusal):
        await asking.members.everyone(LANE)
    found = await asking.members.everyone(LANE)

    assert [user for user, _ in found] == ["UADA", "UGRACE"]
    assert [asked.get("cursor", "") for asked in asking.slack.called("users.list")] == ["", "", "1"]


async def test_list_of_more_pages_than_a_minute_takes_goes_on_after_it(asking: Asking) -> None:
    asking.slack.page = 10
    people = crowd(asking.slack, 250)

    with pytest.raises(TryLater, match=r"users\.list") as later:
        await asking.members.everyone(LANE)
    asking.clock.now += later.value.after.total_seconds()
    found = await asking.members.everyone(LANE)

    assert len(found) == len(people) + 2
    assert len(asking.pages()) == 26
    assert later.value.whole_lane is False


async def test_somebody_gone_is_named_by_whoever_asks(asking: Asking) -> None:
    with pytest.raises(CannotDeliver):
        await asking.is_active("UNOBODY")


def test_message_whose_reader_is_not_known_in_time_is_sent_later() -> None:
    async def main() -> None:
        clock = asyncio.get_running_loop().time
        async with SlackStandIn(clock=clock) as slack:
            slack.person("UADA", "Ada")
            slack.delay("users.info", READY_WITHIN + 1)
            api = Api(slack.api_url, installed, pace=Pace(clock=clock))
            members = Members(api, clock=clock)
            platform = SlackPlatform(api, members, Store(), base_url="https://b.example")
            hello = message(text("Hello."))
            delivery = Delivery("k", LANE, DeliveryKind.POST, Destination(("UADA",)), hello)

            with pytest.raises(TryLater, match=NOT_READY) as later:
                await platform.send(delivery)
            assert clock() == pytest.approx(READY_WITHIN)
            assert slack.seen_by("UADA") == []
            await platform.send(delivery)

            assert later.value.whole_lane is False
            assert len(slack.seen_by("UADA")) == 1
            await api.close()

    virtual_time.run(main)
