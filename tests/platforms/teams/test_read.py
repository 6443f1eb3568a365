"""Payloads as Microsoft documents them, and what is made of them."""

from typing import Any

import pytest

from bot.chat.messages import Account
from bot.chat.requests import Incoming, Kind, Profile
from bot.ids import Lane
from bot.platforms.teams import activities, carry, read
from bot.platforms.teams.activities import Malformed
from bot.platforms.teams.carry import Asked
from bot.platforms.teams.read import Heard, Where

TENANT = "7e0a0000-1111-4222-8333-444455556666"
LANE = Lane(f"teams:{TENANT}")
ADA_ID = "ada00000-1111-4222-8333-444455556666"
ADA = Account(LANE, ADA_ID)
GRACE_ID = "90ace000-1111-4222-8333-444455556666"
BOT = {"id": "28:b0700000-1111-4222-8333-444455556666", "name": "Leaders"}
SERVICE = "https://smba.trafficmanager.net/emea/"
PERSONAL = "a:1ada-and-the-bot"
CHANNEL = "19:c4a00000111142228333444455556666@thread.tacv2"
THREAD = f"{CHANNEL};messageid=1772485700000"
CHAT = "19:c4a70000111142228333444455556666@thread.v2"
KNOWN = Profile(name="Ada Example")


def activity(kind: str = "message", **more: Any) -> dict[str, Any]:
    """What Teams sends from a personal chat with Ada."""
    return {
        "type": kind,
        "id": "1772485808511",
        "timestamp": "2026-03-02T21:10:08.511Z",
        "localTimezone": "Europe/London",
        "serviceUrl": SERVICE,
        "channelId": "msteams",
        "from": {
            "id": "29:1adaExample-Ada_0123456789",
            "name": "Ada Example",
            "aadObjectId": ADA_ID.upper(),
        },
        "conversation": {
            "conversationType": "personal",
            "tenantId": TENANT,
            "id": PERSONAL,
        },
        "recipient": BOT,
        "entities": [{"locale": "en-GB", "country": "GB", "platform": "Web", "type": "clientInfo"}],
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "en-GB",
        **more,
    }


ADA_TEAMS = activity()["from"]["id"]
IN_CHANNEL = {
    "conversation": {"isGroup": True, "conversationType": "channel", "id": THREAD},
    "channelData": {
        "tenant": {"id": TENANT},
        "teamsChannelId": CHANNEL,
        "team": {"id": "19:7ea00000111142228333444455556666@thread.tacv2"},
        "channel": {"id": CHANNEL},
    },
}
IN_CHAT = {"conversation": {"isGroup": True, "conversationType": "groupChat", "id": CHAT}}
MENTION = {"type": "mention", "mentioned": BOT, "text": "<at>Leaders</at>"}


def at(where: Where, incoming: Incoming, **more: Any) -> Heard:
    """What is heard in the personal chat with Ada."""
    standard = {
        "service_url": SERVICE,
        "conversation": PERSONAL,
        "teams_user": ADA_TEAMS,
        "is_personal": True,
        "activity": "1772485808511",
    }
    return Heard(where, incoming, **(standard | more))


def said(words: str, **more: Any) -> Incoming:
    return Incoming(ADA, Kind.WORDS, text=words, profile=KNOWN, **more)


def test_words_in_the_personal_chat() -> None:
    given = activity(text="coffee <b>pause</b> 2&nbsp;weeks", textFormat="xml")

    assert read.heard(given) == at(
        Where.PERSONAL, said("coffee pause 2 weeks"), message="1772485808511"
    )


def test_mention_in_a_channel_is_shared_and_names_its_thread() -> None:
    given = activity(text="<at>Leaders</at> coffee next\n", entities=[MENTION], **IN_CHANNEL)

    assert read.heard(given) == at(
        Where.SHARED,
        said("coffee next", channel=CHANNEL),
        conversation=CHANNEL,
        thread=THREAD,
        is_personal=False,
        message="1772485808511",
    )


def test_mention_in_a_group_chat_has_no_thread() -> None:
    found = read.heard(activity(text="<at>Leaders</at>", entities=[MENTION], **IN_CHAT))

    assert found == at(
        Where.SHARED,
        said("help", channel=CHAT),
        conversation=CHAT,
        is_personal=False,
        message="1772485808511",
    )


OTHER = {
    "type": "mention",
    "mentioned": {"id": "29:1a", "name": "Grace Example"},
    "text": "<at>Grace Example</at>",
}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # What stands before a command in Slack is dispatch's to leave out.
        ("/leaders coffee next", "/leaders coffee next"),
        ("<at>Leaders</at>&nbsp;/coffee next", "/coffee next"),
        ("please <at>Leaders</at> coffee", "please coffee"),
        ('<at id="0">Leaders</at>&#160;home', "home"),
        ("<at>Leaders</at> <at>Leaders</at>", "help"),
        ("<at>Leaders</at> coffee avoid <at>Grace Example</at>", "coffee avoid @Grace Example"),
        ("<p>one<br/>two</p>\u00a0", "one\ntwo"),
        ("tea &amp; cake &lt;b&gt; &copy 1 < 2", "tea & cake <b> &copy 1 < 2"),
        ("\u200bwho lewisham\ufeff", "who lewisham"),
        ("a\0b\ud800", "ab"),
        ("", "help"),
        ("  \n\u00a0 ", "help"),
        ("/", "/"),
    ],
)
def test_words_are_what_was_typed(text: str, words: str) -> None:
    found = read.heard(activity(text=text, entities=[MENTION, OTHER, {"type": "mention"}]))

    assert found is not None
    assert found.incoming.text == words


def test_message_without_text_or_value_asks_for_help() -> None:
    found = read.heard(activity(attachments=[{"contentType": "image/*"}]))

    assert found is not None
    assert found.incoming.text == "help"


TAP = carry.tap("coffee join", "41", "t1")
TAPPED = Incoming(ADA, Kind.TAP, text="41", route="coffee join", token="t1", profile=KNOWN)


def test_submit_of_a_card_is_a_message_with_a_value() -> None:
    given = activity(value=TAP, replyToId="1772485600000")

    assert read.heard(given) == at(Where.CARD, TAPPED, message="1772485600000")


def test_execute_of_a_card_carries_the_same_as_a_dict() -> None:
    action = {"type": "Action.Execute", "title": "Join", "id": "1", "verb": "tap", "data": TAP}
    given = activity(
        "invoke",
        name="adaptiveCard/action",
        value={"action": action, "trigger": "manual"},
        replyToId="1772485600000",
    )

    assert read.heard(given) == at(Where.CARD, TAPPED, message="1772485600000")


def test_tap_in_a_channel_names_the_channel() -> None:
    found = read.heard(activity(value=TAP, replyToId="1", **IN_CHANNEL))

    assert found is not None
    assert (found.incoming.channel, found.is_personal, found.thread) == (CHANNEL, False, THREAD)


def test_button_that_repeats_words_is_words() -> None:
    found = read.heard(activity(value=carry.tap("", "coffee setup", "t1")))

    assert found is not None
    assert (found.incoming.kind, found.incoming.text) == (Kind.WORDS, "coffee setup")


AGAIN = Asked(Kind.TAP, "coffee setup", "now")
FORM = carry.form(
    "coffee setup save", "7", "t1", again=AGAIN, choices=["day", "who"], several=["who"]
)
FILLED = {**FORM, "f.day": "Tuesday", "f.who": "a,b%2Cc", "f.ok": "yes", "f.note": ""}
SENT = Incoming(
    ADA,
    Kind.SUBMIT,
    text="7",
    route="coffee setup save",
    fields={"day": ("Tuesday",), "who": ("a", "b,c"), "ok": ("yes",), "note": ()},
    token="t1",
    profile=KNOWN,
)


def test_form_in_a_chat_comes_with_its_answers_and_what_opened_it() -> None:
    action = {"type": "Action.Execute", "verb": "submit", "data": FILLED}
    given = activity("invoke", name="adaptiveCard/action", value={"action": action}, replyToId="7")

    assert read.heard(given) == at(Where.CARD, SENT, message="7", is_form=True, opened_by=AGAIN)


def test_button_that_opens_a_dialog() -> None:
    value = {"data": {**TAP, "msteams": {"type": "task/fetch"}}, "context": {"theme": "default"}}
    given = activity("invoke", name="task/fetch", value=value, replyToId="7")

    assert read.heard(given) == at(Where.OPENS_DIALOG, TAPPED, message="7")


def test_form_in_a_dialog_is_no_card_in_the_chat() -> None:
    given = activity("invoke", name="task/submit", value={"data": FILLED, "context": {}})

    assert read.heard(given) == at(Where.DIALOG, SENT, opened_by=AGAIN)


def happened(route: str) -> Incoming:
    return Incoming(ADA, Kind.EVENT, route=route, profile=KNOWN)


@pytest.mark.parametrize(
    ("more", "route"),
    [
        ({"kind": "installationUpdate", "action": "add"}, "joined"),
        ({"kind": "installationUpdate", "action": "remove"}, "left"),
        ({"kind": "conversationUpdate", "membersAdded": [{"id": "29:1"}, BOT]}, "joined"),
        ({"kind": "conversationUpdate", "membersRemoved": [BOT]}, "left"),
    ],
)
def test_personal_chat_begins_and_ends(more: dict[str, Any], route: str) -> None:
    assert read.heard(activity(**more)) == at(Where.EVENT, happened(route))


def test_personal_chat_begins_without_channel_data() -> None:
    given = activity("conversationUpdate", membersAdded=[BOT])
    del given["channelData"]

    assert read.heard(given) == at(Where.EVENT, happened("joined"))


def added(*members: dict[str, Any], **more: Any) -> dict[str, Any]:
    return activity("conversationUpdate", membersAdded=list(members), **(IN_CHANNEL | more))


GRACE = {"id": "29:grace", "aadObjectId": GRACE_ID, "name": "Grace Example", "userRole": "guest"}


def test_each_who_is_added_to_a_team_later_is_greeted() -> None:
    given = added(GRACE, {"id": "29:nobody"}, {"id": "29:ada", "aadObjectId": ADA_ID})

    found = read.all_heard(given)

    assert [(each.where, each.incoming, each.teams_user) for each in found] == [
        (
            Where.EVENT,
            Incoming(
                Account(LANE, GRACE_ID),
                Kind.EVENT,
                route="joined",
                profile=Profile(name="Grace Example", is_guest=True),
            ),
            "29:grace",
        ),
        (Where.EVENT, Incoming(ADA, Kind.EVENT, route="joined"), "29:ada"),
    ]
    assert {(each.conversation, each.is_personal) for each in found} == {(CHANNEL, False)}
    assert read.heard(given) == found[0]


@pytest.mark.parametrize(
    "given",
    [
        added(BOT, GRACE),
        added({"id": "29:nobody"}),
        activity("conversationUpdate", membersRemoved=[GRACE], **IN_CHANNEL),
        activity("conversationUpdate", membersRemoved=[BOT], **IN_CHANNEL),
        activity("conversationUpdate", membersAdded=[{"id": "29:ada", "aadObjectId": ADA_ID}]),
        activity("conversationUpdate", channelData={"eventType": "teamRenamed"}, **IN_CHAT),
        activity("installationUpdate", action="add", **IN_CHANNEL),
        activity("installationUpdate", action="add-upgrade"),
        activity("installationUpdate", action="add", **{"from": {"id": "29:1"}}),
        activity("messageReaction", reactionsAdded=[{"type": "like"}]),
        activity("messageUpdate", text="coffee", channelData={"eventType": "editMessage"}),
        activity("messageDelete"),
        activity("typing"),
        activity("event", name="application/vnd.microsoft.meetingStart"),
        activity("somethingNew"),
        activity("invoke", name="composeExtension/query", value={}),
        activity("invoke", name="task/fetch", value={"data": TAP}, **{"from": {"id": "29:1"}}),
        activity(text="hello", **{"from": {"id": "28:other", "aadObjectId": ADA_ID}}),
        activity(text="hello", **{"from": {"id": "29:1", "name": "No Entra id"}}),
    ],
)
def test_what_is_nothing_to_us(given: dict[str, Any]) -> None:
    assert read.heard(given) is None


def without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


@pytest.mark.parametrize(
    "given",
    [
        without(activity(text="hello"), "conversation"),
        without(activity(text="hello"), "serviceUrl"),
        activity(text="hello", channelData={}, conversation={"id": PERSONAL}),
        activity(text="hello", channelData={"tenant": {"id": "no tenant!"}}),
        activity(text=["hello"]),
        activity(value={"other": 1}),
        activity(value={"leaders": {"r": 1}}, text=""),
        activity("invoke", name="adaptiveCard/action", value={"action": "tap"}),
        activity("invoke", name="adaptiveCard/action", value=None),
        activity("invoke", name="task/fetch", value={"data": {"msteams": {}}}),
        activity("invoke", name="task/submit", value={"data": {"leaders": {"f": 1}}}),
        without(activity("conversationUpdate", membersAdded=[BOT]), "conversation"),
    ],
)
def test_what_does_not_have_teams_shape_is_malformed(given: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read.heard(given)


def test_value_of_another_card_beside_words_is_words() -> None:
    found = read.heard(activity(text="coffee", value={"other": 1}))

    assert found == at(Where.PERSONAL, said("coffee"), message="1772485808511")


@pytest.mark.parametrize(
    ("conversation", "is_personal"),
    [({"id": PERSONAL}, True), ({"id": CHAT}, False), ({"id": "x"}, False)],
)
def test_conversation_of_no_kind_is_personal_only_where_it_is_certain(
    conversation: dict[str, Any], is_personal: bool
) -> None:
    assert activities.place(activity(conversation=conversation)).is_personal is is_personal


@pytest.mark.parametrize(
    ("person", "known"),
    [
        (
            {
                "name": "Ada Example",
                "email": "ada@nhs.example",
                "userPrincipalName": "ada@nhs.example",
                "userRole": "user",
                "tenantId": TENANT.upper(),
            },
            Profile(name="Ada Example", email="ada@nhs.example", address="ada@nhs.example"),
        ),
        ({"userRole": "guest"}, Profile(is_guest=True)),
        ({"tenantId": "another"}, Profile(is_external=True)),
        ({}, Profile()),
    ],
)
def test_profile_is_what_teams_says_of_a_person(person: dict[str, Any], known: Profile) -> None:
    assert activities.profile(person, tenant=TENANT) == known


def test_bot_that_comes_and_goes_is_told_from_people_who_do() -> None:
    came, went = (
        [
            activity("installationUpdate", action=action, **IN_CHANNEL),
            activity("conversationUpdate", **{name: [GRACE, BOT]}, **IN_CHANNEL),
            activity("conversationUpdate", **{name: [GRACE]}, **IN_CHANNEL),
            activity(text="hello"),
        ]
        for action, name in (("add", "membersAdded"), ("remove", "membersRemoved"))
    )

    assert [activities.brings_us_in(each) for each in came] == [True, True, False, False]
    assert [activities.takes_us_away(each) for each in went] == [True, True, False, False]
    assert [activities.brings_us_in(each) for each in went] == [False] * 4
    assert [activities.takes_us_away(each) for each in came] == [False] * 4
