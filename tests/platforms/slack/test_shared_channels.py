"""People of other workspaces in shared channels, and guests: told apart, and answered there."""

from typing import Any

import pytest

from bot.chat.forms import Form, TextField
from bot.chat.messages import Account, buttons, message, text
from bot.chat.messages import Button as MessageButton
from bot.chat.platform import Delivery, DeliveryKind, Destination, Installation
from bot.chat.requests import Profile
from bot.ids import Lane
from bot.platforms.slack import met, payload, read
from tests.platforms.slack.conftest import LANE, Bot
from tests.slack_stand_in import BOT_TOKEN, BOT_USER, TEAM

ZOE = Account(LANE, "UZOE")
SORRY = message(text("I can only talk with members of this workspace."))


@pytest.fixture
def shared(bot: Bot) -> Bot:
    """Channel CX is shared with T2, whose Zoe is there with Ada of ours."""
    bot.slack.workspace("T2", "Bromley")
    bot.slack.person("UZOE", "Zoe External", team="T2", email="zoe@bromley.example")
    bot.slack.channel("CX", "UADA", "UZOE")
    return bot


async def test_external_person_who_mentions_the_bot_is_answered_in_the_channel_alone(
    shared: Bot,
) -> None:
    shared.answer("coffee", SORRY)

    await shared.slack.mentions("UZOE", "coffee", channel="CX")

    (heard,) = shared.heard
    assert (heard.account, heard.channel) == (ZOE, "CX")
    assert heard.profile == Profile(
        "Zoe External", "zoe@bromley.example", "Europe/London", is_external=True
    )
    (said,) = shared.slack.seen_by("UZOE", "CX")
    assert (said.text, said.only_for) == ("I can only talk with members of this workspace.", "UZOE")
    assert shared.slack.called("chat.postMessage") == []


async def test_first_contact_is_external_even_when_slack_does_not_say_who_it_is(
    shared: Bot,
) -> None:
    shared.slack.answer_with("users.info", "internal_error", times=2)

    await shared.slack.mentions("UZOE", "coffee", channel="CX")
    shared.store.known.clear()
    await shared.slack.mentions("UADA", "coffee", channel="CX")

    assert [one.profile for one in shared.heard] == [Profile(is_external=True), Profile()]


async def test_tap_of_an_external_person_is_external(shared: Bot) -> None:
    shared.slack.answer_with("users.info", "internal_error")
    shared.answer("coffee join", SORRY)
    asked = message(text("Coffee?"), buttons(MessageButton("Join", route="coffee join")))
    await shared.platform.send(
        Delivery("c1", LANE, DeliveryKind.POST, Destination(channel="CX"), asked)
    )

    said = await shared.slack.taps("UZOE", shared.slack.said[-1], "Join")

    (heard,) = shared.heard
    assert heard.account == ZOE
    assert heard.profile.is_external is True
    assert (said.text, said.only_for, said.channel) == (
        "I can only talk with members of this workspace.",
        "UZOE",
        "CX",
    )


async def test_external_person_is_never_written_to_directly(shared: Bot) -> None:
    shared.slack.answer_with("chat.postEphemeral", "not_in_channel")

    await shared.slack.mentions("UZOE", "coffee", channel="CX")

    assert shared.slack.called("chat.postMessage") == []


async def test_external_person_is_looked_up_seldom(shared: Bot, monkeypatch: Any) -> None:
    for _ in range(3):
        shared.store.known.clear()
        await shared.slack.mentions("UZOE", "coffee", channel="CX")
    assert len(shared.slack.called("users.info")) == 1

    monkeypatch.setattr(met, "EXTERNAL_FOR", 0)
    monkeypatch.setattr(met, "REMEMBERED", 1)
    for user in ("UZOE", "UZOE"):
        shared.store.known.clear()
        await shared.slack.mentions(user, "coffee", channel="CX")

    assert len(shared.slack.called("users.info")) == 3
    assert [one.profile.is_external for one in shared.heard] == [True] * 5
    assert len(shared.app._met._external) == 1


@pytest.fixture
def both(shared: Bot) -> Bot:
    """The bot is installed in T2 as well."""
    shared.slack.workspaces.tokens["xoxb-2"] = "T2"
    theirs = Installation(Lane("slack:T2"), "T2", "Bromley", "xoxb-2", "U0BOTT2")
    shared.store.installations[theirs.lane] = theirs
    return shared


async def test_member_of_a_workspace_that_has_the_bot_too_is_asked_as_theirs(both: Bot) -> None:
    await both.slack.mentions("UZOE", "coffee", channel="CX")

    (heard,) = both.heard
    assert heard.account == Account(Lane("slack:T2"), "UZOE")
    assert heard.profile.is_external is False
    # Their own bot is not in the channel; ours, which heard it, is.
    assert [one.only_for for one in both.slack.seen_by("UZOE", "CX")] == ["UZOE"]
    both.slack.answer_with("chat.postEphemeral", "not_in_channel")
    await both.slack.mentions("UZOE", "coffee", channel="CX")
    assert [one.text for one in both.slack.seen_by("UZOE")] == ["You said coffee."]
    assert both.slack.calls[-1].token == "xoxb-2"


async def test_somebody_known_in_our_workspace_is_asked_as_ours(both: Bot) -> None:
    both.store.known.add(ZOE)

    await both.slack.mentions("UZOE", "coffee", channel="CX")

    assert both.heard[0].account == ZOE
    assert both.heard[0].profile.is_external is False


async def test_tap_on_the_other_workspaces_card_is_answered_through_its_bot(both: Bot) -> None:
    form = Form("Introduce", "introduce", (TextField("name", "Your name"),), submit="Send")
    both.answer("introduce", form)
    asked = message(text("Who are you?"), buttons(MessageButton("Begin", route="introduce")))
    await both.platform.send(
        Delivery("c1", LANE, DeliveryKind.POST, Destination(channel="CX"), asked)
    )

    await both.slack.taps("UZOE", both.slack.said[-1], "Begin")

    assert both.heard[0].account == Account(Lane("slack:T2"), "UZOE")
    assert both.slack.modals["UZOE"]["title"]["text"] == "Introduce"
    [opened] = [call for call in both.slack.calls if call.method == "views.open"]
    assert opened.token == BOT_TOKEN


async def test_people_are_looked_up_where_the_asker_belongs(both: Bot) -> None:
    body = {
        "type": "block_suggestion",
        "team": {"id": TEAM},
        "user": {"id": "UZOE", "team_id": "T2"},
        "action_id": "person",
        "block_id": "person",
        "value": "nobody here",
        "view": {"id": "V0", "type": "modal"},
    }

    found = await both.slack.deliver("interactive", body)
    nowhere = await both.slack.deliver(
        "interactive", body | {"user": {"id": "UYAN", "team_id": "T9"}}
    )

    assert [one["value"] for one in found["options"]] == ["#7", "#8"]
    assert nowhere == {"options": []}
    theirs = Account(Lane("slack:T2"), "UZOE")
    assert [account for account, _ in both.people] == [ZOE, theirs, Account(LANE, "UYAN")]


async def test_member_of_ours_is_none_of_theirs_in_a_shared_channel(shared: Bot) -> None:
    await shared.slack.mentions("UADA", "coffee", channel="CX")

    assert shared.heard[0].profile.is_external is False


async def test_guest_is_a_guest_and_not_external(shared: Bot) -> None:
    await shared.slack.command("UGRACE", "/coffee")

    profile = shared.heard[0].profile
    assert (profile.is_guest, profile.is_external) == (True, False)


async def test_member_list_holds_our_own_people(shared: Bot) -> None:
    receipt = await shared.platform.send(
        Delivery("m", LANE, DeliveryKind.FETCH_MEMBERS, Destination())
    )

    assert [user for user, _ in receipt.people] == ["UADA", "UGRACE"]
    assert {"UZOE"} < {one["id"] for one in _listed(shared)}


def _listed(bot: Bot) -> list[dict[str, Any]]:
    bot.slack.caller = bot.slack.workspaces.all[TEAM]
    return bot.slack.api._users_list({"limit": 200})["members"]


@pytest.mark.parametrize("kind", ["team_join", "user_change"])
async def test_changes_of_external_people_are_none_of_ours(shared: Bot, kind: str) -> None:
    user = {"id": "UZOE", "team_id": "T2", "profile": {"real_name": "Zoe"}}

    await shared.slack.event({"type": kind, "user": user}, team=TEAM)

    assert shared.heard == []


# As Slack tells it.

EXTERNAL = [
    {"team_id": "T2"},
    {"team_id": "T2", "is_stranger": False},
    {"is_stranger": True},
    {"team_id": "T1", "is_stranger": True},
    {"team_id": "T2", "enterprise_user": {"teams": ["T2", "T3"]}},
    {"team_id": "T2", "enterprise_user": {"teams": "T1"}},
]
OURS = [
    {},
    {"team_id": "T1"},
    {"team_id": "T2", "enterprise_user": {"teams": ["T2", "T1"]}},
    {"team_id": 7},
]


@pytest.mark.parametrize(
    ("user", "is_external"), [(one, True) for one in EXTERNAL] + [(one, False) for one in OURS]
)
def test_profile_says_whether_somebody_is_of_our_workspace(
    user: dict[str, Any], is_external: bool
) -> None:
    assert payload.profile(user, team="T1").is_external is is_external


def test_profile_without_a_workspace_keeps_what_was_known() -> None:
    assert payload.profile({}, team="T1", is_external=True).is_external is True
    assert payload.profile({"team_id": "T1"}, team="T1", is_external=True).is_external is False


@pytest.mark.parametrize(
    ("event", "body", "is_external"),
    [
        ({"team": "T1"}, {}, False),
        ({}, {}, False),
        ({"team": "T2"}, {}, True),
        ({"team": "T1", "user_team": "T2"}, {}, True),
        ({"team": "T1", "source_team": "T2"}, {}, True),
        ({"user_team": "T1", "source_team": "T2"}, {}, False),
        ({"user_team": "E9"}, {}, True),
        ({"user_team": "E1"}, {"authorizations": [{"enterprise_id": "E1"}]}, False),
        ({"user_team": "E1"}, {"enterprise_id": "E1"}, False),
        ({"user_team": "E1"}, {"authorizations": [3]}, True),
    ],
)
def test_event_says_whose_person_speaks(
    event: dict[str, Any], body: dict[str, Any], is_external: bool
) -> None:
    mention = {"type": "app_mention", "channel": "C1", "user": "UZOE", "text": "hi", **event}

    heard = read.event({"event": mention, **body}, team="T1", bot_user=BOT_USER)

    assert heard.incoming.account == Account(Lane("slack:T1"), "UZOE")
    assert heard.incoming.profile == Profile(is_external=is_external)


@pytest.mark.parametrize(
    ("more", "is_external"),
    [
        ({"user": {"id": "UZOE", "team_id": "T2"}}, True),
        ({"user": {"id": "UZOE", "team_id": "T1"}}, False),
        ({"user": {"id": "UZOE"}}, False),
        ({"user": {"id": "UZOE", "team_id": "E1"}, "enterprise": {"id": "E1"}}, False),
    ],
)
def test_form_says_whose_person_sent_it(more: dict[str, Any], is_external: bool) -> None:
    body = {"view": {"id": "V1", "callback_id": "introduce", "state": {"values": {}}}, **more}

    assert read.submission(body, team="T1").incoming.profile.is_external is is_external
