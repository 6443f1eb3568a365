"""What the outbox holds reaches Slack, or says why it does not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.chat.messages import Account, message, text
from bot.chat.platform import Delivery, DeliveryKind, Destination, Installation, Receipt
from bot.chat.requests import Profile
from bot.errors import CannotDeliver, TryLater, Uncertain
from bot.ids import Lane
from bot.platforms.slack import reasons
from bot.platforms.slack.api import Api
from bot.platforms.slack.members import FEW, FRESH, Members
from bot.platforms.slack.pace import Pace
from bot.platforms.slack.send import (
    CLOCKS_DIFFER,
    EVENT_TYPE,
    LOOKED_THROUGH,
    SlackPlatform,
)
from tests.platforms.slack.conftest import LANE, Store
from tests.slack_stand_in import BOT_TOKEN, TEAM, SlackStandIn

HELLO = message(text("Hello & welcome."))


@dataclass
class Clock:
    """A time that passes when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Sender:
    platform: SlackPlatform
    members: Members
    clock: Clock


@pytest.fixture
async def sender(slack: SlackStandIn) -> AsyncIterator[Sender]:
    async def installed(lane: Lane) -> Installation | None:
        known = Installation(LANE, TEAM, "Leaders", BOT_TOKEN, "U0BOT")
        return known if lane == LANE else None

    clock = Clock()
    slack.rates.clock = clock
    api = Api(slack.api_url, installed, pace=Pace(clock=clock, sleep=clock.sleep))
    members = Members(api, clock=clock)
    platform = SlackPlatform(api, members, Store(), base_url="https://bot.example")
    yield Sender(platform, members, clock)
    await api.close()


def post(*users: str, channel: str = "", key: str = "coffee:41:7", lane: Lane = LANE) -> Delivery:
    return Delivery(key, lane, DeliveryKind.POST, Destination(users, channel), HELLO)


def change(kind: DeliveryKind, receipt: Receipt) -> Delivery:
    return Delivery("coffee:41:8", LANE, kind, Destination(), message(text("New.")), receipt)


async def test_post_to_one_person_goes_to_their_conversation(
    slack: SlackStandIn, sender: Sender
) -> None:
    receipt = await sender.platform.send(post("UADA"))

    (said,) = slack.seen_by("UADA")
    assert receipt == Receipt("DADA", said.ts)
    assert said.text == "Hello &amp; welcome."
    assert said.metadata == {"event_type": EVENT_TYPE, "event_payload": {"key": "coffee:41:7"}}
    (asked,) = slack.called("chat.postMessage")
    assert (asked["channel"], asked["unfurl_links"]) == ("UADA", False)
    assert slack.called("conversations.open") == []


async def test_post_to_several_opens_a_group(slack: SlackStandIn, sender: Sender) -> None:
    receipt = await sender.platform.send(post("UADA", "UGRACE"))

    assert receipt.conversation == "GADAGRACE"
    assert [one.text for one in slack.seen_by("UADA", "GADAGRACE")] == ["Hello &amp; welcome."]


async def test_post_to_a_channel(slack: SlackStandIn, sender: Sender) -> None:
    receipt = await sender.platform.send(post(channel="C1"))

    assert receipt.conversation == "C1"


async def test_update_and_delete_by_receipt(slack: SlackStandIn, sender: Sender) -> None:
    receipt = await sender.platform.send(post("UADA"))

    assert await sender.platform.send(change(DeliveryKind.UPDATE, receipt)) == receipt
    assert [one.text for one in slack.seen_by("UADA")] == ["New."]
    assert await sender.platform.send(change(DeliveryKind.DELETE, receipt)) == receipt
    assert slack.seen_by("UADA") == []
    assert await sender.platform.send(change(DeliveryKind.DELETE, receipt)) == receipt


async def test_update_of_a_message_that_is_gone_says_so(sender: Sender) -> None:
    with pytest.raises(CannotDeliver, match="no longer there"):
        await sender.platform.send(change(DeliveryKind.UPDATE, Receipt("C1", "1.2")))


async def test_delete_that_is_forbidden_says_so(slack: SlackStandIn, sender: Sender) -> None:
    slack.answer_with("chat.delete", "cant_delete_message")

    with pytest.raises(CannotDeliver, match="does not let this message be changed"):
        await sender.platform.send(change(DeliveryKind.DELETE, Receipt("C1", "1.2")))


async def test_fetch_members_reads_all_pages_without_bots(sender: Sender) -> None:
    async with SlackStandIn(page=2) as slack:
        slack.person("USLACKBOT", "Slackbot")
        slack.person("UADA", "Ada", email="ada@nhs.example")
        slack.person("UHELP", "Helper", is_bot=True)
        slack.person("UOLD", "Old", deleted=True)
        slack.person("UGRACE", "Grace", is_restricted=True)
        sender.platform._api._url = slack.api_url

        receipt = await sender.platform.send(
            Delivery("m", LANE, DeliveryKind.FETCH_MEMBERS, Destination())
        )

        assert len(slack.called("users.list")) == 3
    london = "Europe/London"
    assert receipt.people == (
        ("UADA", Profile("Ada", "ada@nhs.example", london)),
        ("UOLD", Profile("Old", "", london, is_active=False)),
        ("UGRACE", Profile("Grace", "", london, is_guest=True)),
    )


async def test_member_list_goes_on_where_a_429_stopped_it(
    slack: SlackStandIn, sender: Sender
) -> None:
    slack.page = 1
    fetch = Delivery("m", LANE, DeliveryKind.FETCH_MEMBERS, Destination())
    real, turns = sender.platform._api.call_patiently, []

    async def second_page_waits(lane: Lane, method: str, **arguments: Any) -> dict[str, Any]:
        turns.append(arguments["cursor"])
        if len(turns) == 2:
            slack.limit("users.list", retry_after=30)
        return await real(lane, method, **arguments)

    sender.platform._api.call_patiently = second_page_waits

    with pytest.raises(TryLater) as waited:
        await sender.platform.send(fetch)
    sender.clock.now += 31
    receipt = await sender.platform.send(fetch)

    assert waited.value.after == timedelta(seconds=30)
    assert waited.value.whole_lane is False
    assert [user for user, _ in receipt.people] == ["UADA", "UGRACE"]
    assert turns == ["", "1", "1"]


async def test_unclear_member_list_is_asked_again(slack: SlackStandIn, sender: Sender) -> None:
    slack.answer_status("users.list", 502)

    with pytest.raises(TryLater):
        await sender.platform.send(Delivery("m", LANE, DeliveryKind.FETCH_MEMBERS, Destination()))


# Trap 10: Slack takes a message to a deactivated account and says nothing.
async def test_deactivated_account_is_not_written_to(slack: SlackStandIn, sender: Sender) -> None:
    slack.person("UOLD", "Old", deleted=True)

    with pytest.raises(CannotDeliver, match="deactivated") as refused:
        await sender.platform.send(post("UOLD"))

    assert refused.value.account_gone is True
    assert slack.said == []


async def test_group_with_a_deactivated_account_is_not_opened(
    slack: SlackStandIn, sender: Sender
) -> None:
    slack.person("UOLD", "Old", deleted=True)

    with pytest.raises(CannotDeliver, match="One of these people") as refused:
        await sender.platform.send(post("UADA", "UOLD"))

    assert refused.value.account_gone is False
    assert slack.called("conversations.open") == []


async def test_account_is_asked_about_once_and_anew_after_hours(
    slack: SlackStandIn, sender: Sender
) -> None:
    await sender.platform.send(post("UADA"))
    await sender.platform.send(post("UADA"))
    assert len(slack.called("users.info")) == 1

    sender.clock.now += FRESH
    slack.users["UADA"]["deleted"] = True
    with pytest.raises(CannotDeliver):
        await sender.platform.send(post("UADA"))


async def test_many_unknown_accounts_are_looked_up_in_the_list(
    slack: SlackStandIn, sender: Sender
) -> None:
    users = [slack.person(f"U{number}", "Somebody") for number in range(FEW + 5)]
    slack.person("UOLD", "Old", deleted=True)

    for user in users:
        assert await sender.members.is_active(Account(LANE, user)) is True

    assert len(slack.called("users.info")) == FEW
    assert len(slack.called("users.list")) == 1
    assert await sender.members.is_active(Account(LANE, "UOLD")) is False
    assert await sender.members.is_active(Account(LANE, "UELSEWHERE")) is True
    sender.clock.now += 61
    slack.person("UNEW", "New")
    assert await sender.members.is_active(Account(LANE, "UNEW")) is True
    assert len(slack.called("users.info")) == FEW + 1


async def test_unknown_account_cannot_be_reached(sender: Sender) -> None:
    with pytest.raises(CannotDeliver, match="does not know this account") as refused:
        await sender.platform.send(post("UNOBODY"))

    assert refused.value.account_gone is True


async def test_without_the_scope_a_message_too_many_is_the_smaller_harm(
    slack: SlackStandIn, sender: Sender
) -> None:
    slack.answer_with("users.info", "missing_scope")

    await sender.platform.send(post("UADA"))

    assert len(slack.seen_by("UADA")) == 1


async def test_other_refusals_of_a_look_up_count(slack: SlackStandIn, sender: Sender) -> None:
    slack.answer_with("users.info", "invalid_auth")

    with pytest.raises(CannotDeliver, match="install it again"):
        await sender.platform.send(post("UADA"))


# Trap 2: waiting is ours, for the method and workspace that asked for it.
async def test_429_is_waited_for_and_other_methods_go_on(
    slack: SlackStandIn, sender: Sender
) -> None:
    slack.limit("chat.postMessage", retry_after=7)
    with pytest.raises(TryLater) as waited:
        await sender.platform.send(post("UADA"))
    with pytest.raises(TryLater) as still:
        await sender.platform.send(post("UADA"))
    receipt = Receipt("DADA", slack.keep("DADA", {"text": "Old."}).ts)

    await sender.platform.send(change(DeliveryKind.UPDATE, receipt))
    sender.clock.now += 7
    await sender.platform.send(post("UADA"))

    assert (waited.value.after, waited.value.whole_lane) == (timedelta(seconds=7), True)
    assert timedelta(seconds=5) < still.value.after <= timedelta(seconds=7)
    assert len(slack.called("chat.postMessage")) == 2


async def test_429_without_a_time_waits_a_minute(slack: SlackStandIn, sender: Sender) -> None:
    slack.limit("conversations.open", retry_after=None)

    with pytest.raises(TryLater) as waited:
        await sender.platform.send(post("UADA", "UGRACE"))

    assert (waited.value.after, waited.value.whole_lane) == (timedelta(seconds=60), False)


# Trap 1: the line breaks after Slack took the message.
async def test_dropped_connection_is_uncertain_and_posted_once(
    slack: SlackStandIn, sender: Sender
) -> None:
    slack.drop("chat.postMessage")

    with pytest.raises(Uncertain):
        await sender.platform.send(post("UADA"))

    assert len(slack.called("chat.postMessage")) == 1
    assert len(slack.seen_by("UADA")) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_broken_post_is_uncertain(slack: SlackStandIn, sender: Sender, status: int) -> None:
    slack.answer_status("chat.postMessage", status)

    with pytest.raises(Uncertain):
        await sender.platform.send(post("UADA"))


async def test_nonsense_instead_of_an_answer_is_uncertain(
    slack: SlackStandIn, sender: Sender
) -> None:
    slack.answer_status("chat.postMessage", 200, body="<html>")

    with pytest.raises(Uncertain):
        await sender.platform.send(post("UADA"))


@pytest.mark.parametrize("code", ["fatal_error", "internal_error", "request_timeout"])
async def test_post_that_slack_broke_over_is_uncertain(
    slack: SlackStandIn, sender: Sender, code: str
) -> None:
    slack.answer_with("chat.postMessage", code)

    with pytest.raises(Uncertain):
        await sender.platform.send(post("UADA"))


async def test_update_that_broke_is_tried_again(slack: SlackStandIn, sender: Sender) -> None:
    slack.drop("chat.update")

    with pytest.raises(TryLater) as later:
        await sender.platform.send(change(DeliveryKind.UPDATE, Receipt("C1", "1.2")))

    assert later.value.whole_lane is False


async def test_slack_that_cannot_be_reached_is_tried_again(sender: Sender) -> None:
    sender.platform._api._url = "http://127.0.0.1:9/"

    with pytest.raises(TryLater, match="could not be reached"):
        await sender.platform.send(post(channel="C1"))


@pytest.mark.parametrize("code", sorted(reasons.LATER.keys() - {"ratelimited", "rate_limited"}))
async def test_patience_by_code(slack: SlackStandIn, sender: Sender, code: str) -> None:
    slack.answer_with("chat.postMessage", code)

    with pytest.raises(TryLater, match=reasons.LATER[code][:20]):
        await sender.platform.send(post(channel="C1"))


@pytest.mark.parametrize("code", sorted(reasons.PERMANENT))
async def test_permanent_error_has_a_reason_in_plain_words(
    slack: SlackStandIn, sender: Sender, code: str
) -> None:
    slack.answer_with("chat.postMessage", code)

    with pytest.raises(CannotDeliver) as refused:
        await sender.platform.send(post(channel="C1"))

    assert refused.value.reason == reasons.PERMANENT[code]
    assert refused.value.reason.endswith(".")
    assert code not in refused.value.reason
    assert refused.value.account_gone == (code in reasons.GONE)


async def test_new_code_of_slacks_is_named(slack: SlackStandIn, sender: Sender) -> None:
    slack.answer_with("chat.postMessage", "brand_new")

    with pytest.raises(CannotDeliver, match="the code “brand_new”"):
        await sender.platform.send(post(channel="C1"))


async def test_group_beyond_eight_is_refused_before_slack_is_asked(
    slack: SlackStandIn, sender: Sender
) -> None:
    users = [slack.person(f"U{number}", "Somebody") for number in range(8)]

    with pytest.raises(CannotDeliver, match="eight people"):
        await sender.platform.send(post(*users))
    await sender.platform.send(post(*users[:7]))

    assert len(slack.called("conversations.open")) == 1


async def test_message_without_destination_or_words_is_refused(sender: Sender) -> None:
    with pytest.raises(CannotDeliver, match="nowhere to go"):
        await sender.platform.send(post())
    with pytest.raises(CannotDeliver, match="no message"):
        await sender.platform.send(
            Delivery("k", LANE, DeliveryKind.POST, Destination(channel="C1"))
        )


async def test_workspace_without_installation_is_refused(sender: Sender) -> None:
    with pytest.raises(CannotDeliver, match="not installed"):
        await sender.platform.send(post(channel="C1", lane=Lane("slack:T2")))


async def test_lost_message_is_found_by_its_key(slack: SlackStandIn, sender: Sender) -> None:
    slack.drop("chat.postMessage")
    with pytest.raises(Uncertain):
        await sender.platform.send(post("UADA"))
    await sender.platform.send(post("UADA", key="coffee:41:9"))

    since = datetime.fromtimestamp(float(slack.seen_by("UADA")[0].ts), UTC)
    found = await sender.platform.find(post("UADA"), since=since)
    earlier = await sender.platform.find(post("UADA"), since=since + 2 * CLOCKS_DIFFER)

    assert found == Receipt("DADA", slack.seen_by("UADA")[0].ts)
    assert earlier is None
    assert await sender.platform.find(post("UADA", key="another"), since=since) is None


async def test_message_below_all_that_can_be_looked_through_stays_uncertain(
    slack: SlackStandIn, sender: Sender
) -> None:
    slack.drop("chat.postMessage")
    with pytest.raises(Uncertain):
        await sender.platform.send(post("UADA"))
    since = datetime.fromtimestamp(float(slack.seen_by("UADA")[0].ts), UTC)
    for number in range(LOOKED_THROUGH):
        await sender.platform.send(post("UADA", key=f"more:{number}"))

    with pytest.raises(Uncertain, match="Too much was said"):
        await sender.platform.find(post("UADA"), since=since)


async def test_message_in_a_conversation_we_may_not_read_stays_uncertain(sender: Sender) -> None:
    await sender.platform.send(post("UADA", "UGRACE"))

    with pytest.raises(Uncertain, match="may not look"):
        await sender.platform.find(post("UADA", "UGRACE"), since=datetime.now(UTC))
