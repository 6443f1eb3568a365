"""What the outbox holds reaches Teams, or says why it does not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.messages import message, text
from bot.chat.patience import UNANSWERED
from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.chat.requests import Profile
from bot.errors import CannotDeliver, TryLater, Uncertain
from bot.ids import Lane
from bot.pacing import JITTER
from bot.platforms.teams import reasons
from bot.platforms.teams.send import WAITS, TeamsPlatform
from storage.database import Database
from tests.platforms.teams.around import ADA, BASE, CHANNEL, LANE, OTHER_LANE, Around, around

HELLO = message(text("Hello & welcome."))


@pytest.fixture
async def sender(database: Database) -> AsyncIterator[Around]:
    async with around(database) as made:
        yield made


def post(*users: str, channel: str = "", key: str = "coffee:41:7", lane: Lane = LANE) -> Delivery:
    return Delivery(key, lane, DeliveryKind.POST, Destination(users, channel), HELLO)


def change(kind: DeliveryKind, receipt: Receipt) -> Delivery:
    return Delivery("coffee:41:8", LANE, kind, Destination(), message(text("New.")), receipt)


FETCH = Delivery("members", LANE, DeliveryKind.FETCH_MEMBERS, Destination())


async def test_post_to_somebody_known_writes_nothing_but_the_message(sender: Around) -> None:
    sender.knows("ada")
    await sender.platform.send(post("ada"))
    sender.store.used = 0

    receipt = await sender.platform.send(post("ada", key="coffee:41:9"))

    said = sender.teams.seen_by("ada")
    assert receipt == Receipt("a:ada", said[1].id)
    assert [one.text for one in said] == ["Hello & welcome."] * 2
    assert sender.store.used == 0
    assert sender.teams.called("open") == []


async def test_post_to_somebody_new_opens_their_conversation_once(sender: Around) -> None:
    sender.knows("grace")

    await sender.platform.send(post("ada"))
    await sender.platform.send(post("ada", key="coffee:41:9"))

    assert len(sender.teams.called("open")) == 1
    assert len(sender.teams.seen_by("ada")) == 2
    kept = sender.store.personal(ADA)
    assert kept is not None
    assert (kept.id, kept.service_url) == ("a:ada", sender.teams.service_url())


async def test_tenants_have_their_own_addresses(sender: Around) -> None:
    sender.knows("ada")
    sender.knows("olga", lane=OTHER_LANE)

    await sender.platform.send(post("olga", lane=OTHER_LANE))

    assert [call.tenant for call in sender.teams.calls] == [OTHER_LANE.partition(":")[2]]
    assert len(sender.teams.seen_by("olga")) == 1


async def test_post_to_a_channel_and_to_its_thread(sender: Around) -> None:
    sender.knows_channel()

    receipt = await sender.platform.send(post(channel=CHANNEL))
    await sender.platform.send(post(channel=f"{CHANNEL};messageid={receipt.message}"))

    assert receipt.conversation == CHANNEL
    assert [one.thread for one in sender.teams.seen_by("ada", CHANNEL)] == ["", receipt.message]


async def test_channel_that_never_spoke_is_reached_by_the_tenants_address(sender: Around) -> None:
    sender.knows("ada")
    sender.teams.channel(CHANNEL)

    await sender.platform.send(post(channel=CHANNEL))

    assert len(sender.teams.seen_by("ada", CHANNEL)) == 1


async def test_tenant_that_never_spoke_cannot_be_reached(sender: Around) -> None:
    with pytest.raises(CannotDeliver, match="Nobody of this organisation has spoken"):
        await sender.platform.send(post("ada"))
    with pytest.raises(CannotDeliver, match="Nobody of this organisation has spoken"):
        await sender.platform.send(post(channel=CHANNEL))


async def test_update_and_delete_by_receipt(sender: Around) -> None:
    sender.knows("ada")
    receipt = await sender.platform.send(post("ada"))

    assert await sender.platform.send(change(DeliveryKind.UPDATE, receipt)) == receipt
    assert [one.text for one in sender.teams.seen_by("ada")] == ["New."]
    assert await sender.platform.send(change(DeliveryKind.DELETE, receipt)) == receipt
    assert sender.teams.seen_by("ada") == []
    assert await sender.platform.send(change(DeliveryKind.DELETE, receipt)) == receipt


async def test_update_of_a_message_that_is_gone_says_so(sender: Around) -> None:
    sender.knows("ada")

    with pytest.raises(CannotDeliver, match="The message is no longer there"):
        await sender.platform.send(change(DeliveryKind.UPDATE, Receipt("a:ada", "1")))


async def test_message_that_was_never_sent_is_not_changed(sender: Around) -> None:
    with pytest.raises(CannotDeliver, match="never sent"):
        await sender.platform.send(change(DeliveryKind.UPDATE, Receipt()))


async def test_delete_that_is_forbidden_says_so(sender: Around) -> None:
    sender.knows("ada")
    sender.teams.fails(403, "NotEnoughPermissions", method="delete")

    with pytest.raises(CannotDeliver, match="lacks a permission"):
        await sender.platform.send(change(DeliveryKind.DELETE, Receipt("a:ada", "1")))


async def test_message_without_one_destination_or_words_is_refused(sender: Around) -> None:
    with pytest.raises(CannotDeliver, match="nowhere to go"):
        await sender.platform.send(post())
    with pytest.raises(CannotDeliver, match="no bot open a group chat"):
        await sender.platform.send(post("ada", "grace"))
    with pytest.raises(CannotDeliver, match="no message"):
        await sender.platform.send(replace(post("ada"), message=None))
    assert sender.teams.calls == []


async def test_members_are_fetched_into_the_receipt(sender: Around) -> None:
    sender.knows_channel(CHANNEL, "ada", "grace")

    receipt = await sender.platform.send(FETCH)

    assert receipt.people == (
        ("ada", Profile("Ada Example", "ada@nhs.example", address="ada@leaders.example")),
        ("grace", Profile("Grace Example", address="grace@leaders.example", is_guest=True)),
    )


async def test_list_that_every_team_refuses_says_why(sender: Around) -> None:
    sender.knows_channel(CHANNEL, "ada")
    sender.teams.fails(403, "BotNotInConversationRoster", method="members")

    with pytest.raises(CannotDeliver, match="The bot is not in this channel or chat"):
        await sender.platform.send(FETCH)


# Those who can't be reached.


async def test_somebody_without_the_app_cannot_be_reached(sender: Around) -> None:
    sender.knows("ada")

    with pytest.raises(CannotDeliver, match="has not added the bot in Teams") as refused:
        await sender.platform.send(post("ben"))

    assert refused.value.account_gone is True
    assert sender.teams.said == []


async def test_somebody_of_the_bots_team_is_reached_without_the_app(sender: Around) -> None:
    sender.knows_channel("19:empty@thread.tacv2")
    sender.knows_channel(CHANNEL, "ben")
    sender.knows_channel("19:later@thread.tacv2")

    await sender.platform.send(post("ben"))

    assert len(sender.teams.seen_by("ben")) == 1
    assert [call.body["members"][0]["id"] for call in sender.teams.called("open")] == [
        "ben",
        "29:ben",
    ]


async def test_somebody_who_blocked_the_bot_is_gone_until_they_let_it_in(sender: Around) -> None:
    sender.knows("ada")
    sender.teams.blocked.add("ada")

    with pytest.raises(CannotDeliver, match="has blocked the bot") as refused:
        await sender.platform.send(post("ada"))

    assert refused.value.account_gone is True
    assert sender.teams.said == []

    sender.teams.blocked.clear()
    await sender.platform.send(post("ada", key="coffee:41:9"))
    assert len(sender.teams.seen_by("ada")) == 1


@pytest.mark.parametrize("code", sorted(reasons.GONE))
async def test_gone_has_a_reason_for_a_person_and_for_a_channel(sender: Around, code: str) -> None:
    sender.knows("ada")
    sender.knows_channel()
    sender.teams.fails(403, code, times=2)

    with pytest.raises(CannotDeliver) as person:
        await sender.platform.send(post("ada"))
    with pytest.raises(CannotDeliver) as channel:
        await sender.platform.send(post(channel=CHANNEL))

    assert (person.value.reason, person.value.account_gone) == (reasons.GONE[code], True)
    assert (channel.value.reason, channel.value.account_gone) == (reasons.CLOSED[code], False)
    assert len(sender.teams.called("send")) == 2


# Teams says of about one conversation in a hundred that it is not there while it is.


async def test_conversation_that_teams_does_not_know_is_opened_again(sender: Around) -> None:
    sender.knows("ada", teams_user="29:ada")
    sender.teams.fails(404, "ConversationNotFound")

    receipt = await sender.platform.send(post("ada"))

    assert receipt.conversation == "a:ada"
    assert [call.body["members"] for call in sender.teams.called("open")] == [[{"id": "29:ada"}]]
    assert len(sender.teams.seen_by("ada")) == 1
    kept = sender.store.personal(ADA)
    assert kept is not None
    assert kept.teams_user == "29:ada"


async def test_conversation_that_stays_unknown_is_given_up_after_a_few_times(
    sender: Around,
) -> None:
    sender.knows("ada")
    sender.queue(post("ada"))
    sender.teams.fails(404, "ConversationNotFound", times=100)
    waits = []

    for _ in WAITS:
        with pytest.raises(TryLater) as later:
            await sender.platform.send(post("ada"))
        waits.append((later.value.after, later.value.whole_lane))
    with pytest.raises(CannotDeliver, match="no longer there") as given_up:
        await sender.platform.send(post("ada"))

    assert waits == [(wait, False) for wait in WAITS]
    assert given_up.value.account_gone is True


async def test_channel_that_is_gone_takes_no_account_with_it(sender: Around) -> None:
    sender.knows_channel()
    sender.queue(post(channel=CHANNEL))
    sender.teams.fails(404, "ConversationNotFound", times=len(WAITS) + 1)
    for _ in WAITS:
        with pytest.raises(TryLater):
            await sender.platform.send(post(channel=CHANNEL))

    with pytest.raises(CannotDeliver) as given_up:
        await sender.platform.send(post(channel=CHANNEL))

    assert given_up.value.account_gone is False


async def test_message_outlives_a_token_that_teams_does_not_take(sender: Around) -> None:
    sender.knows("ada")
    sender.teams.fails(401, "Unauthorized")

    with pytest.raises(TryLater) as later:
        await sender.platform.send(post("ada"))
    await sender.platform.send(post("ada"))

    assert (later.value.after, later.value.whole_lane) == (WAITS[0], False)
    assert len(sender.teams.seen_by("ada")) == 1


async def test_registration_that_stays_refused_takes_no_account_with_it(sender: Around) -> None:
    sender.knows("ada")
    sender.queue(post("ada"))
    sender.teams.fails(401, "Unauthorized", times=len(WAITS) + 1)
    for _ in WAITS:
        with pytest.raises(TryLater):
            await sender.platform.send(post("ada"))

    with pytest.raises(CannotDeliver, match="registration") as given_up:
        await sender.platform.send(post("ada"))

    assert given_up.value.account_gone is False


# Limits and faults.


@pytest.mark.parametrize("status", [412, 429])
async def test_limit_is_waited_for(sender: Around, status: int) -> None:
    sender.knows("ada")
    sender.teams.limit(status=status, retry_after=7)

    with pytest.raises(TryLater) as later:
        await sender.platform.send(post("ada"))
    sender.clock.now += 7
    await sender.platform.send(post("ada"))

    assert later.value.after == timedelta(seconds=7)
    assert len(sender.teams.seen_by("ada")) == 1


# Creating an activity is not idempotent: a 5xx may have been delivered.
@pytest.mark.parametrize("status", [0, 500, 502, 503, 504])
async def test_broken_post_is_uncertain_and_posted_once(sender: Around, status: int) -> None:
    sender.knows("ada")
    sender.teams.fails(status, "ServiceError", after_taking=True)

    with pytest.raises(Uncertain):
        await sender.platform.send(post("ada"))

    assert len(sender.teams.called("send")) == 1
    assert len(sender.teams.seen_by("ada")) == 1


@pytest.mark.parametrize("method", ["open", "update", "delete", "members"])
async def test_what_harms_nobody_twice_is_tried_again(sender: Around, method: str) -> None:
    sender.knows("ada")
    sender.knows_channel(CHANNEL, "ada")
    receipt = await sender.platform.send(post("ada"))
    sender.teams.fails(502, "ServiceError", method=method)
    asked = {
        "open": post("grace"),
        "update": change(DeliveryKind.UPDATE, receipt),
        "delete": change(DeliveryKind.DELETE, receipt),
        "members": FETCH,
    }[method]

    with pytest.raises(TryLater) as later:
        await sender.platform.send(asked)
    await sender.platform.send(asked)

    assert later.value.whole_lane is False


async def test_change_that_gets_no_answer_is_given_up_after_a_few_times(
    sender: Around,
) -> None:
    sender.knows("ada")
    asked = change(DeliveryKind.UPDATE, await sender.platform.send(post("ada")))
    sender.queue(asked)
    sender.teams.fails(502, "ServiceError", method="update", times=len(UNANSWERED) + 1)
    waits = []

    for _ in UNANSWERED:
        with pytest.raises(TryLater) as later:
            await sender.platform.send(asked)
        waits.append(later.value.after)
    # A restart does not begin anew.
    restarted = TeamsPlatform(
        sender.api, sender.conversations, sender.members, sender.store, base_url=BASE
    )
    with pytest.raises(CannotDeliver) as given_up:
        await restarted.send(asked)

    assert waits == list(UNANSWERED)
    assert given_up.value.reason == "Teams gave no answer to update. It was tried 5 times."


# Microsoft: "500: do not retry".
async def test_change_that_teams_broke_over_is_given_up(sender: Around) -> None:
    sender.knows("ada")
    receipt = await sender.platform.send(post("ada"))
    sender.teams.fails(500, "ServiceError", method="update")

    with pytest.raises(CannotDeliver, match="Teams broke"):
        await sender.platform.send(change(DeliveryKind.UPDATE, receipt))


async def test_message_that_is_too_long_says_so(sender: Around) -> None:
    sender.knows("ada")

    sender.teams.fails(413, "MessageSizeTooBig")

    with pytest.raises(CannotDeliver, match="longer than Teams takes"):
        await sender.platform.send(post("ada"))


async def test_pace_of_a_conversation_is_kept(sender: Around) -> None:
    sender.knows("ada")

    for number in range(9):
        await sender.platform.send(post("ada", key=f"k{number}"))

    assert sum(sender.clock.slept) == pytest.approx(2.0 + JITTER)
    assert sender.teams.over_limit == []


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [(code, 0, sentence) for code, sentence in sorted(reasons.PERMANENT.items())]
    + [(code, 0, sentence) for code, sentence in sorted(reasons.LATER.items())]
    + [(code, 0, sentence) for code, sentence in sorted(reasons.UNCLEAR.items())]
    + [("", status, sentence) for status, sentence in sorted(reasons.BY_STATUS.items())]
    + [
        ("BrandNew", 403, "Teams refused it with the code “BrandNew”."),
        ("BrandNew", 400, reasons.BY_STATUS[400]),
        ("", 418, "Teams refused it with the status 418."),
    ],
)
def test_every_code_has_a_reason_in_plain_words(code: str, status: int, expected: str) -> None:
    reason = reasons.reason(code, status=status)

    assert reason == expected
    assert reason.endswith(".")
    assert code == "BrandNew" or not code or code not in reason


GONE = "the account is gone"
CANNOT = "cannot"
TRIED_AGAIN = "tried again, and then given up"
GONE_IN_THE_END = "tried again, and then the account is gone"
WAITS_ALONE = "the message waits"
LANE_WAITS = "the tenant waits"
UNCERTAIN = "uncertain"

# "Status codes from bot conversational APIs", and what becomes of a post to one person.
DOCUMENTED = {
    (400, "BadArgument"): CANNOT,
    (400, "Bad Argument"): CANNOT,
    (400, "BadSyntax"): CANNOT,
    (400, "MissingProperty"): CANNOT,
    (400, "MessageSizeTooBig"): CANNOT,
    (401, "BotNotRegistered"): TRIED_AGAIN,
    (401, ""): TRIED_AGAIN,
    (403, "BotDisabledByAdmin"): GONE,
    (403, "BotNotInConversationRoster"): GONE,
    (403, "ConversationBlockedByUser"): GONE,
    (403, "ForbiddenOperationException"): GONE,
    (403, "InvalidBotApiHost"): CANNOT,
    (403, "MessageWritesBlocked"): GONE,
    (403, "NotEnoughPermissions"): CANNOT,
    (403, ""): CANNOT,
    (404, "ActivityNotFoundInConversation"): CANNOT,
    (404, "ConversationNotFound"): GONE_IN_THE_END,
    (404, "MemberNotFoundInConversation"): GONE,
    (404, ""): GONE_IN_THE_END,
    (405, ""): CANNOT,
    (412, "PreconditionFailed"): WAITS_ALONE,
    (413, "MessageSizeTooBig"): CANNOT,
    (429, "Throttled"): LANE_WAITS,
    (429, ""): LANE_WAITS,
    (500, "ServiceError"): UNCERTAIN,
    (502, "ServiceError"): UNCERTAIN,
    (503, ""): UNCERTAIN,
    (504, ""): UNCERTAIN,
}


async def test_every_code_has_its_rule(sender: Around) -> None:
    sender.knows("ada")
    found = {}

    for status, code in DOCUMENTED:
        # Whatever was asked to wait for is over.
        sender.clock.now += 3600
        asked = post("ada", key=f"{status}:{code}")
        sender.queue(asked)
        sender.teams.fails(status, code, times=2 * len(WAITS) + 2)
        found[status, code] = await rule(sender, asked)
        sender.teams.is_well()

    assert found == DOCUMENTED


async def rule(sender: Around, asked: Delivery) -> str:
    for attempt in range(len(WAITS) + 1):
        try:
            await sender.platform.send(asked)
        except TryLater as later:
            if later.whole_lane or later.after not in WAITS:
                return LANE_WAITS if later.whole_lane else WAITS_ALONE
        except CannotDeliver as ended:
            if attempt:
                return GONE_IN_THE_END if ended.account_gone else TRIED_AGAIN
            return GONE if ended.account_gone else CANNOT
        except Uncertain:
            return UNCERTAIN
    return "never given up"


def test_channel_has_a_reason_for_each_code_of_a_person() -> None:
    assert reasons.CLOSED.keys() == reasons.GONE.keys()
    assert (
        reasons.reason("MessageSizeTooBig", is_shared=True)
        == "The message is longer than Teams takes."
    )
