"""Every error that Slack documents for a method of ours, and what becomes of the delivery."""

from collections.abc import Awaitable
from dataclasses import replace
from itertools import chain

import pytest

from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.errors import CannotDeliver, TryLater, Uncertain
from bot.platforms.slack import reasons
from bot.platforms.slack.members import FRESH
from tests.leaders import START
from tests.platforms.slack.conftest import LANE
from tests.platforms.slack.test_send import Sender, change, post, sender
from tests.slack_errors import COMMON, OWN, WORDS_ONLY
from tests.slack_stand_in import SlackStandIn

__all__ = ["sender"]

CANNOT = "cannot"
GONE = "the account is gone"
LANE_WAITS = "the workspace waits"
WAITS_ALONE = "the message waits"
UNCERTAIN = "uncertain"
DONE = "done"


# What is not listed here ends as "cannot", and touches neither the account nor the workspace.
RULES = {
    **dict.fromkeys(
        (
            "message_limit_exceeded",
            "org_login_required",
            "rate_limited",
            "ratelimited",
            "service_unavailable",
            "team_added_to_org",
        ),
        LANE_WAITS,
    ),
    **dict.fromkeys(
        ("external_channel_migrating", "streaming_state_conflict", "update_failed"), WAITS_ALONE
    ),
    **dict.fromkeys(("fatal_error", "internal_error", "request_timeout"), UNCERTAIN),
}
LIMITS = ("rate_limited", "ratelimited")
TO_PERSON = ("channel_not_found", "is_archived", "not_in_channel", "user_not_in_channel")
UNKNOWN = ("user_disabled", "user_not_found", "user_not_visible")

# How each method differs from the rules: what may be done twice is asked again, and a limit holds
# for the method alone.
TWICE = dict.fromkeys(("fatal_error", "internal_error", "request_timeout"), WAITS_ALONE)
METHOD_ALONE = dict.fromkeys(LIMITS, WAITS_ALONE)
DIFFERS = {
    "chat.postMessage": dict.fromkeys(TO_PERSON, GONE),
    "chat.update": {**TWICE, **METHOD_ALONE},
    "chat.delete": {**TWICE, **METHOD_ALONE, "message_not_found": DONE},
    "conversations.open": {**TWICE, **METHOD_ALONE, **dict.fromkeys(UNKNOWN, GONE)},
    # Without the scope a message too many is the smaller harm.
    "users.info": {
        **TWICE,
        **METHOD_ALONE,
        **dict.fromkeys(UNKNOWN, GONE),
        "missing_scope": DONE,
    },
    "users.list": {**TWICE, **METHOD_ALONE},
}
KINDS = {
    "chat.postMessage": post("UADA"),
    "chat.update": change(DeliveryKind.UPDATE, Receipt("C1", "1.2")),
    "chat.delete": change(DeliveryKind.DELETE, Receipt("C1", "1.2")),
    "conversations.open": post("UADA", "UGRACE"),
    "users.info": post("UADA"),
    "users.list": Delivery("members", LANE, DeliveryKind.FETCH_MEMBERS, Destination()),
}


async def ended(asking: Awaitable[object]) -> str:
    try:
        await asking
    except TryLater as later:
        return LANE_WAITS if later.whole_lane else WAITS_ALONE
    except CannotDeliver as error:
        return GONE if error.account_gone else CANNOT
    except Uncertain:
        return UNCERTAIN
    return DONE


@pytest.mark.parametrize("method", sorted(KINDS))
async def test_every_code_has_its_rule(slack: SlackStandIn, sender: Sender, method: str) -> None:
    codes = [*COMMON, *OWN[method]]
    found = {}

    for code in codes:
        # Whatever was learnt or asked to wait for is over.
        sender.clock.now += FRESH + 1
        slack.answer_with(method, code)
        asked = replace(KINDS[method], key=code)
        found[code] = await ended(sender.platform.send(asked))

    rules = {**RULES, **DIFFERS[method]}
    assert found == {code: rules.get(code, CANNOT) for code in codes}


async def test_what_can_not_be_looked_up_stays_uncertain_whatever_slack_says(
    slack: SlackStandIn, sender: Sender
) -> None:
    method = "conversations.history"
    codes = [*COMMON, *OWN[method]]
    found = {}

    for code in codes:
        sender.clock.now += FRESH + 1
        slack.answer_with(method, code)
        found[code] = await ended(sender.platform.find(post(channel="C1"), since=START))

    rules = {**RULES, **METHOD_ALONE}
    assert found == {code: rules.get(code, UNCERTAIN) for code in codes}


@pytest.mark.parametrize("code", sorted({*COMMON, *chain(*OWN.values(), *WORDS_ONLY.values())}))
def test_every_code_has_words_of_its_own(code: str) -> None:
    told = reasons.reason(code)

    assert code not in told
    assert told.endswith(".")
    assert sum(code in known for known in (reasons.PERMANENT, reasons.LATER, reasons.UNCLEAR)) == 1


@pytest.mark.parametrize("code", TO_PERSON)
def test_what_is_said_of_a_channel_is_told_of_a_person_in_other_words(code: str) -> None:
    assert reasons.reason(code, is_person=True) == reasons.NOT_TO_PERSON
    assert reasons.reason(code) == reasons.PERMANENT[code]


async def test_change_that_gets_no_answer_is_given_up_after_a_few_times(
    slack: SlackStandIn, sender: Sender
) -> None:
    slack.answer_with("chat.update", "internal_error", times=9)
    asked = KINDS["chat.update"]

    found = [await ended(sender.platform.send(asked)) for _ in range(5)]
    with pytest.raises(CannotDeliver) as given_up:
        await sender.platform.send(asked)

    assert found == [WAITS_ALONE] * 4 + [CANNOT]
    assert given_up.value.reason == ("Slack broke while it took the message. It was tried 6 times.")
