"""Payloads in the shapes that Slack's reference pages show."""

import json
from typing import Any

import pytest

from bot.chat.messages import Account
from bot.chat.requests import Incoming, Kind, Profile
from bot.ids import Lane
from bot.platforms.slack import read
from bot.platforms.slack.heard import Heard, Where
from bot.platforms.slack.payload import Malformed, is_person, profile, typed

LANE = Lane("slack:T1")
ADA = Account(LANE, "UADA")
BOT = "UBOT"


def command(**more: Any) -> dict[str, Any]:
    return {
        "command": "/leaders",
        "text": "coffee join",
        "user_id": "UADA",
        "user_name": "ada",
        "channel_id": "C1",
        "trigger_id": "1.2.3",
        "response_url": "https://hooks.example/1",
        **more,
    }


def tap(**more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "UADA", "username": "ada"},
        "container": {"type": "message", "message_ts": "1.2", "channel_id": "D1"},
        "channel": {"id": "D1", "name": "directmessage"},
        "trigger_id": "1.2.3",
        "response_url": "https://hooks.example/1",
        "actions": [
            {"type": "button", "action_id": "0:coffee join", "value": '{"v":"41","t":"t1"}'}
        ],
        **more,
    }


def submitted(state: Any, metadata: str = "") -> dict[str, Any]:
    return {
        "type": "view_submission",
        "user": {"id": "UADA", "name": "ada"},
        "view": {
            "id": "V1",
            "type": "modal",
            "callback_id": "story save",
            "private_metadata": metadata,
            "state": {"values": state},
        },
    }


def event(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "event": {"type": kind, **more}}


def heard(kind: str, **more: Any) -> Heard | None:
    return read.event(event(kind, **more), team="T1", bot_user=BOT)


@pytest.mark.parametrize(
    ("typed_as", "words"),
    [
        (("/leaders", "coffee join"), "coffee join"),
        (("/coffee", "pause 2 weeks"), "coffee pause 2 weeks"),
        (("/introduce", ""), "introduce"),
        (("/Coffee", "next"), "coffee next"),
        (("/leaders", "  "), "help"),
        (("/bot-of-ours", "coffee join"), "coffee join"),
    ],
)
def test_command_is_read_as_words(typed_as: tuple[str, str], words: str) -> None:
    found = read.command(command(command=typed_as[0], text=typed_as[1]), team="T1")

    assert found.incoming.text == words


def test_command_knows_whether_others_listen() -> None:
    shared = read.command(command(), team="T1")
    direct = read.command(command(channel_id="D1"), team="T1")

    assert shared.incoming == Incoming(
        ADA, Kind.WORDS, text="coffee join", channel="C1", profile=Profile(name="ada")
    )
    assert direct.incoming.channel is None
    assert (shared.trigger, shared.response_url) == ("1.2.3", "https://hooks.example/1")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("avoid <@UGRACE|grace>", "avoid <@UGRACE|grace>"),
        ("post in <#C1|general>", "post in <#C1|general>"),
        ("see <https://x.example/a?b=1&amp;c=2>", "see https://x.example/a?b=1&c=2"),
        ("at <http://x.example|x.example>", "at x.example"),
        ("read <https://x.example|the notes>", "read https://x.example"),
        ("to <mailto:ada@nhs.example|ada@nhs.example>", "to ada@nhs.example"),
        ("tell <!channel> and <!subteam^S1|@leads>", "tell @channel and @leads"),
        ("Q&amp;A &lt;now&gt;\0", "Q&A <now>"),
    ],
)
def test_words_are_read_as_they_were_typed(said: str, words: str) -> None:
    assert typed(said) == words


def test_tap_carries_route_value_and_token() -> None:
    found = read.tap(tap(), team="T1")

    assert found.incoming == Incoming(
        ADA, Kind.TAP, text="41", route="coffee join", token="t1", profile=Profile(name="ada")
    )
    assert (found.where, found.card, found.conversation) == (Where.CARD, "1.2", "D1")


def test_tap_on_a_card_that_others_see_names_the_channel() -> None:
    place = {"type": "message", "message_ts": "1.2", "channel_id": "C1"}
    shared = read.tap(tap(container=place, channel={"id": "C1"}), team="T1")
    private = read.tap(
        tap(container={**place, "is_ephemeral": True}, channel={"id": "C1"}), team="T1"
    )

    assert shared.incoming.channel == "C1"
    assert private.incoming.channel is None


def test_tap_on_a_link_asks_nothing() -> None:
    assert read.tap(tap(actions=[{"action_id": "1:-", "url": "x"}]), team="T1") is None


def test_tap_on_repeated_words_is_words() -> None:
    action = {"action_id": "0:", "value": '{"v":"introduce","t":""}'}

    found = read.tap(tap(actions=[action]), team="T1")

    assert found.incoming.kind is Kind.WORDS
    assert found.incoming.text == "introduce"


@pytest.mark.parametrize(
    ("view", "where", "from_home"),
    [
        ({"id": "V1", "type": "home"}, Where.HOME, True),
        ({"id": "V1", "type": "modal"}, Where.MODAL, False),
        (
            {"id": "V1", "type": "modal", "private_metadata": '{"v":"","t":"","h":1}'},
            Where.MODAL,
            True,
        ),
    ],
)
def test_tap_in_a_view_knows_where_it_was(
    view: dict[str, Any], where: Where, from_home: bool
) -> None:
    body = tap(view=view)
    del body["channel"], body["container"]

    found = read.tap(body, team="T1")

    assert (found.where, found.from_home, found.view) == (where, from_home, "V1")
    assert found.incoming.channel is None


def test_submission_reads_every_kind_of_input() -> None:
    state = {
        "text": {"text": {"type": "plain_text_input", "value": "Hi <b>"}},
        "empty": {"empty": {"type": "plain_text_input", "value": None}},
        "date": {"date": {"type": "datepicker", "selected_date": "2026-03-31"}},
        "time": {"time": {"type": "timepicker", "selected_time": "09:00"}},
        "one": {"one": {"type": "static_select", "selected_option": {"value": "one#3"}}},
        "none": {"none": {"type": "radio_buttons", "selected_option": None}},
        "many": {
            "many": {
                "type": "checkboxes",
                "selected_options": [{"value": "a"}, {"value": "%26%25"}],
            }
        },
        "box": {"box": {"type": "checkboxes", "selected_options": [{"value": "yes"}]}},
        "person": {"person": {"type": "external_select", "selected_option": {"value": "#7"}}},
    }
    metadata = json.dumps({"v": "41", "t": "t1", "o": {"one#3": "R&D"}})

    found = read.submission(submitted(state, metadata), team="T1")

    assert found.incoming == Incoming(
        ADA,
        Kind.SUBMIT,
        text="41",
        route="story save",
        token="t1",
        profile=Profile(name="ada"),
        fields={
            "text": ("Hi <b>",),
            "empty": (),
            "date": ("2026-03-31",),
            "time": ("09:00",),
            "one": ("R&D",),
            "none": (),
            "many": ("a", "&%"),
            "box": ("yes",),
            "person": ("#7",),
        },
    )
    assert found.blocks == tuple(state)


def test_direct_message_is_words() -> None:
    found = heard(
        "message", channel="D1", channel_type="im", user="UADA", text="coffee", thread_ts="5.6"
    )

    assert found.incoming == Incoming(ADA, Kind.WORDS, text="coffee")
    assert (found.where, found.thread, found.event) == (Where.DIRECT, "5.6", "Ev1")


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"user": BOT},
        {"user": "USLACKBOT"},
        {"user": ""},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "thread_broadcast"},
        {"subtype": "bot_message"},
        {"channel_type": "channel", "channel": "C1"},
    ],
)
def test_message_that_is_nobodys_words_is_not_heard(more: dict[str, Any]) -> None:
    said = {"channel": "D1", "channel_type": "im", "user": "UADA", "text": "coffee", **more}

    assert heard("message", **said) is None


def test_message_with_a_file_is_words_all_the_same() -> None:
    found = heard(
        "message", channel="D1", channel_type="im", user="UADA", text="coffee", subtype="file_share"
    )

    assert found.incoming.text == "coffee"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("<@UBOT> coffee join", "coffee join"),
        ("<@UBOT|bot>: coffee join", "coffee join"),
        ("hey <@UBOT> who lewisham", "hey who lewisham"),
        ("<@UBOT>", "help"),
    ],
)
def test_mention_loses_the_bots_name(said: str, words: str) -> None:
    found = heard("app_mention", channel="C1", user="UADA", text=said)

    assert (found.incoming.text, found.incoming.channel) == (words, "C1")


@pytest.mark.parametrize("more", [{"bot_id": "B1"}, {"edited": {"ts": "1"}}, {"subtype": "x"}])
def test_mention_by_a_bot_or_edited_is_not_heard(more: dict[str, Any]) -> None:
    assert heard("app_mention", channel="C1", user="UADA", text="x", **more) is None


@pytest.mark.parametrize(
    ("kind", "user", "route"),
    [
        ("team_join", {}, "joined"),
        ("user_change", {}, "changed"),
        ("user_change", {"deleted": True}, "left"),
    ],
)
def test_person_event_says_what_happened(kind: str, user: dict[str, Any], route: str) -> None:
    person = {"id": "UADA", "tz": "Europe/London", "profile": {"real_name": "Ada"}, **user}

    found = heard(kind, user=person)

    assert found.incoming == Incoming(
        ADA,
        Kind.EVENT,
        route=route,
        profile=Profile("Ada", "", "Europe/London", is_active="deleted" not in user),
    )


def test_bots_are_not_people() -> None:
    assert heard("team_join", user={"id": "UX", "is_bot": True}) is None
    assert is_person({"id": "USLACKBOT"}) is False
    assert is_person({}) is False


def test_profile_takes_the_best_name_there_is() -> None:
    assert profile({"name": "ada"}).name == "ada"
    assert profile({"name": "ada", "profile": {"display_name": "A &amp; B"}}).name == "A & B"
    assert profile({"is_ultra_restricted": True}).is_guest is True


@pytest.mark.parametrize(
    ("kind", "more"),
    [("app_uninstalled", {}), ("tokens_revoked", {"tokens": {"bot": ["UBOT"]}})],
)
def test_uninstalled_is_told_for_the_workspace(kind: str, more: dict[str, Any]) -> None:
    found = heard(kind, **more)

    assert found.incoming == Incoming(Account(LANE, ""), Kind.EVENT, route="uninstalled")


@pytest.mark.parametrize(
    ("kind", "more"),
    [("tokens_revoked", {"tokens": {"oauth": ["UADA"]}}), ("reaction_added", {"user": "UADA"})],
)
def test_other_events_are_nothing_to_us(kind: str, more: dict[str, Any]) -> None:
    assert heard(kind, **more) is None


def test_suggestion_says_who_looks_for_whom() -> None:
    body = {"user": {"id": "UADA"}, "value": "gra"}

    assert read.suggestion(body, team="T1") == (ADA, "gra")


@pytest.mark.parametrize(
    "reading",
    [
        lambda: read.command(command(user_id="<!channel>"), team="T1"),
        lambda: read.command(command(channel_id=None), team="T1"),
        lambda: read.command(command(), team=None),
        lambda: read.command(command(), team="T1:web"),
        lambda: read.tap(tap(actions=[]), team="T1"),
        lambda: read.tap(tap(actions="x"), team="T1"),
        lambda: read.tap(tap(actions=[1]), team="T1"),
        lambda: read.tap(tap(actions=[{"action_id": "0:x", "value": "plain"}]), team="T1"),
        lambda: read.tap(tap(actions=[{"action_id": "0:x", "value": "[1]"}]), team="T1"),
        lambda: read.tap(tap(actions=[{"action_id": "0:x", "value": '{"v":1}'}]), team="T1"),
        lambda: read.tap(tap(actions=[{"action_id": "0:x", "value": "[" * 99999}]), team="T1"),
        lambda: read.submission(submitted({"a": 1}), team="T1"),
        lambda: read.submission(submitted({"a": {"a": 1}}), team="T1"),
        lambda: read.submission(submitted({}, "{"), team="T1"),
        lambda: read.submission(submitted({}, '{"o":1}'), team="T1"),
        lambda: heard("message", channel_type="im", user="UADA", text="x"),
    ],
)
def test_payload_without_slacks_shape_is_malformed(reading: Any) -> None:
    with pytest.raises(Malformed):
        reading()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("general", "general"),
        ("directmessage", ""),
        ("privategroup", ""),
        ("mpdm-ada--ben--olu-1", ""),
    ],
)
def test_command_tells_the_name_of_a_public_channel(told: str, expected: str) -> None:
    heard = read.command(command(channel_name=told), team="T1")

    assert heard.incoming.channel_name == expected


def test_command_keeps_a_channel_that_was_mentioned() -> None:
    text = "channel introductions &lt;#C123|general&gt; <#C123|general>"

    heard = read.command(command(text=text), team="T1")

    assert heard.incoming.text == ("channel introductions <#C123|general> <#C123|general>")
