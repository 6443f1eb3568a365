"""Where an answer is shown when the easy way is closed, and what Slack tells twice."""

import asyncio
import json
import re
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.chat.forms import Form, PersonField, TextField
from bot.chat.messages import Account, Button, LinkButton, Message, buttons, message, text
from bot.chat.requests import Incoming, Kind, Outcome, Profile
from bot.errors import SettingsError
from bot.platforms.slack import app, installations, replies
from tests.platforms.slack.conftest import LANE, Bot, settings, started
from tests.slack_stand_in import APP_TOKEN, BOT_USER, TEAM, SlackStandIn, Unacknowledged

BROKE = r"Something broke \(ref [0-9A-F]{4}\)\. Please try again in a moment\."
ADA = Account(LANE, "UADA")
FORM = Form("Introduce yourself", "introduce save", (TextField("role", "Role"),))
CARD = message(
    text("A round begins."),
    buttons(Button("Join", "coffee join"), LinkButton("Read", "/coffee")),
)


async def settle(bot: Bot) -> None:
    """Everything the bot does beside its acknowledgement is done."""
    while bot.app._working:
        await asyncio.gather(*bot.app._working)


async def shown_card(bot: Bot, *, channel: str = "DADA") -> Any:
    bot.answer("card", CARD)
    if channel.startswith("D"):
        await bot.slack.says("UADA", "card")
        return bot.slack.seen_by("UADA")[-1]
    return bot.slack.keep(channel, bot.slack.seen_by("UADA")[-1].__dict__)


# Words.


async def test_direct_message_is_answered_in_its_conversation_and_thread(either: Bot) -> None:
    await either.slack.says("UADA", "coffee next", thread_ts="5.6")

    (said,) = either.slack.seen_by("UADA")
    assert (said.text, said.thread, said.channel) == ("You said coffee next.", "5.6", "DADA")
    assert either.heard[0].channel is None


async def test_mention_is_answered_to_the_asker_alone(either: Bot) -> None:
    await either.slack.mentions("UADA", "coffee next", channel="C1", thread_ts="5.6")

    (said,) = either.slack.seen_by("UADA", "C1")
    assert (said.only_for, said.text) == ("UADA", "You said coffee next.")
    assert either.heard[0].channel == "C1"


async def test_mention_where_the_bot_may_not_write_is_answered_directly(bot: Bot) -> None:
    await bot.slack.mentions("UADA", "coffee next", channel="C9", thread_ts="5.6")

    (said,) = bot.slack.seen_by("UADA")
    assert (said.text, said.thread) == ("You said coffee next.", "")


async def test_the_bots_own_words_are_not_heard(bot: Bot) -> None:
    await bot.slack.says(BOT_USER, "coffee next")
    await bot.slack.says("UADA", "coffee next", bot_id="B1")

    assert bot.heard == []


async def test_form_asked_for_in_words_opens_with_a_tap(either: Bot) -> None:
    either.answer("introduce", FORM)

    await either.slack.says("UADA", "introduce")
    (said,) = either.slack.seen_by("UADA")
    await either.slack.taps("UADA", said, replies.OPEN_FORM)

    assert said.text.startswith("“Introduce yourself” opens as a form.")
    assert [one.kind for one in either.heard] == [Kind.WORDS, Kind.WORDS]
    assert either.slack.modals["UADA"]["title"]["text"] == "Introduce yourself"


# Taps.


async def test_tap_without_replacing_is_answered_below_the_card(bot: Bot) -> None:
    card = await shown_card(bot)
    bot.answer("coffee join", message(text("You are in.")))

    await bot.slack.taps("UADA", card, "Join")

    assert [one.text[:11] for one in bot.slack.seen_by("UADA")] == ["A round beg", "You are in."]


async def test_tap_on_a_shared_card_is_answered_to_the_asker_alone(either: Bot) -> None:
    await shown_card(either)
    card = await shown_card(either, channel="C1")
    either.answer("coffee join", message(text("You are in."), replaces=True))

    said = await either.slack.taps("UADA", card, "Join")

    assert (said.only_for, said.channel, said.text) == ("UADA", "C1", "You are in.")
    assert card.text.startswith("A round begins.")
    assert either.heard[-1].channel == "C1"


async def test_tap_on_an_ephemeral_card_is_private(bot: Bot) -> None:
    bot.answer("coffee", CARD)
    card = await bot.slack.command("UADA", "/coffee", channel="C1")
    bot.answer("coffee join", message(text("You are in."), replaces=True))

    await bot.slack.taps("UADA", card, "Join")

    assert card.text == "You are in."
    assert bot.heard[-1].channel is None


async def test_tap_on_a_link_changes_nothing(bot: Bot) -> None:
    card = await shown_card(bot)
    before = len(bot.heard)

    await bot.slack.taps("UADA", card, "Read")

    assert len(bot.heard) == before


async def test_card_is_changed_when_its_response_address_is_closed(bot: Bot) -> None:
    card = await shown_card(bot)
    bot.answer("coffee join", message(text("You are in."), replaces=True))
    bot.slack.answer_status("response_url", 404)

    await bot.slack.taps("UADA", card, "Join")

    assert [one.text for one in bot.slack.seen_by("UADA")] == ["You are in."]


async def test_shared_card_with_a_closed_response_address_is_answered_alone(bot: Bot) -> None:
    await shown_card(bot)
    card = await shown_card(bot, channel="C1")
    bot.slack.answer_status("response_url", 500)

    said = await bot.slack.taps("UADA", card, "Join")

    assert (said.only_for, said.channel) == ("UADA", "C1")


async def test_response_address_that_is_away_is_no_end(bot: Bot, slack: SlackStandIn) -> None:
    bot.answer("coffee", CARD)
    card = await slack.command("UADA", "/coffee")
    slack._url, real = "http://127.0.0.1:9", slack._url

    await slack.taps("UADA", card, "Join")

    slack._url = real
    assert [one.text for one in slack.seen_by("UADA")][-1] == "You said ."


# Modals and Home.


async def test_field_errors_keep_the_form_open(either: Bot) -> None:
    either.answer(
        "introduce", Form("Hi", "introduce save", (TextField("role", "R"), TextField("org", "O")))
    )
    errors = {"org": "Say where.", "consent": "Tick it.", "other": "And this."}
    either.answer("introduce save", Outcome(errors=errors))

    await either.slack.command("UADA", "/introduce")
    answer = await either.slack.submits("UADA", role="CTO")

    assert answer == {
        "response_action": "errors",
        "errors": {"org": "Say where.", "role": "Tick it. And this."},
    }


async def test_form_that_says_nothing_closes(bot: Bot) -> None:
    bot.answer("introduce", FORM)
    bot.answer("introduce save", Outcome())

    await bot.slack.command("UADA", "/introduce")
    answer = await bot.slack.submits("UADA", role="CTO")

    assert answer == {"response_action": "clear"}


async def test_errors_of_a_form_without_inputs_are_shown(bot: Bot) -> None:
    bot.answer("introduce", Form("Hi", "introduce save", ()))
    bot.answer("introduce save", Outcome(errors={"role": "Which?"}))

    await bot.slack.command("UADA", "/introduce")
    answer = await bot.slack.submits("UADA")

    assert answer["response_action"] == "update"
    assert bot.slack.modals["UADA"]["blocks"][0]["text"]["text"] == "Which?"


async def test_tap_in_a_modal_changes_the_modal(either: Bot) -> None:
    either.answer("introduce", FORM)
    either.answer("introduce save", CARD)
    either.answer("coffee join", message(text("You are in.")))
    await either.slack.command("UADA", "/introduce")
    await either.slack.submits("UADA", role="CTO")

    await either.slack.taps("UADA", either.slack.modals["UADA"], "Join")

    assert either.slack.modals["UADA"]["blocks"][0]["text"]["text"] == "You are in."


async def test_form_in_a_modal_takes_its_place(bot: Bot) -> None:
    bot.answer("introduce", FORM)
    bot.answer("introduce save", CARD)
    bot.answer("coffee join", Form("When?", "coffee when", (TextField("day", "Day"),)))
    await bot.slack.command("UADA", "/introduce")
    await bot.slack.submits("UADA", role="CTO")

    await bot.slack.taps("UADA", bot.slack.modals["UADA"], "Join")

    assert bot.slack.modals["UADA"]["title"]["text"] == "When?"


async def test_tap_in_home_is_answered_over_it_and_home_is_shown_anew(either: Bot) -> None:
    either.answer("home", CARD)
    home = await either.slack.opens_home("UADA")
    either.answer("home", message(text("You are in coffee.")))
    either.answer("coffee join", message(text("You are in.")))

    await either.slack.taps("UADA", home, "Join")
    await settle(either)

    assert either.slack.modals["UADA"]["blocks"][0]["text"]["text"] == "You are in."
    assert either.slack.homes["UADA"]["blocks"][0]["text"]["text"] == "You are in coffee."


async def test_form_from_home_shows_home_anew_when_it_is_sent(bot: Bot) -> None:
    bot.answer("home", CARD)
    bot.answer("coffee join", FORM)
    home = await bot.slack.opens_home("UADA")
    await bot.slack.taps("UADA", home, "Join")
    await settle(bot)
    bot.answer("home", message(text("Hello CTO.")))

    await bot.slack.submits("UADA", role="CTO")
    await settle(bot)

    assert bot.slack.homes["UADA"]["blocks"][0]["text"]["text"] == "Hello CTO."


async def test_home_without_anything_to_show_stays(bot: Bot) -> None:
    bot.answer("home", Outcome())

    assert await bot.slack.opens_home("UADA") == {}


async def test_people_are_found_by_part_of_a_name(either: Bot) -> None:
    either.answer("avoid", Form("Who?", "avoid save", (PersonField("person", "Who"),)))
    await either.slack.command("UADA", "/leaders avoid")

    found = await either.slack.looks_up("UADA", "gra")
    await either.slack.submits("UADA", person=found[0][0])

    assert found == [("#7", "Grace Example, Lewisham"), ("#8", "G" * 74 + "…")]
    assert either.people == [(ADA, "gra")]
    assert either.heard[-1].fields == {"person": ("#7",)}


async def test_people_that_cannot_be_found_are_none(bot: Bot) -> None:
    assert await bot.slack.looks_up("UADA", "break") == []


# Who has been met.


async def test_somebody_met_before_is_not_looked_up(bot: Bot) -> None:
    bot.store.known.add(ADA)

    await bot.slack.command("UADA", "/coffee")
    await bot.slack.command("UADA", "/coffee")

    assert bot.slack.called("users.info") == []
    assert [one.profile for one in bot.heard] == [Profile(), Profile()]


async def test_name_of_the_payload_stands_in_for_a_profile(bot: Bot) -> None:
    bot.slack.answer_status("users.info", 500)

    await bot.slack.command("UADA", "/coffee")

    assert bot.heard[0].profile == Profile(name="ada.example")


async def test_slow_profile_is_not_waited_for(bot: Bot, monkeypatch: Any) -> None:
    monkeypatch.setattr("bot.platforms.slack.met.PROFILE_WITHIN", 0.01)
    bot.slack.delay("users.info", 0.3)

    said = await bot.slack.command("UADA", "/coffee")

    assert said.text == "You said coffee."
    assert bot.heard[0].profile == Profile(name="ada.example")


async def test_messages_tab_greets_once(either: Bot) -> None:
    either.answer("joined", message(text("Welcome.")))

    await either.slack.opens_home("UADA", tab="messages")
    await either.slack.opens_home("UADA", tab="messages")

    assert [one.route for one in either.heard] == ["joined"]
    assert [one.text for one in either.slack.seen_by("UADA")] == ["Welcome."]


async def test_home_of_somebody_met_before_greets_nobody(bot: Bot) -> None:
    bot.store.known.add(ADA)

    await bot.slack.opens_home("UADA")

    assert [one.route for one in bot.heard] == ["home"]


async def test_joins_changes_and_leaves_are_told(either: Bot) -> None:
    slack = either.slack
    user = slack.users["UADA"]

    await slack.event({"type": "team_join", "user": user})
    await slack.event({"type": "user_change", "user": user})
    await slack.event({"type": "user_change", "user": {**user, "status_text": "away"}})
    await slack.event({"type": "user_change", "user": {**user, "deleted": True}})

    assert [one.route for one in either.heard] == ["joined", "changed", "left"]
    assert either.heard[0].profile == Profile("Ada Example", "ada@nhs.example", "Europe/Paris")
    assert either.heard[2].profile.is_active is False


async def test_change_of_a_stranger_is_nothing(bot: Bot) -> None:
    await bot.slack.event({"type": "user_change", "user": bot.slack.users["UGRACE"]})

    assert bot.heard == []


async def test_deactivated_account_is_not_written_to_from_the_event_on(bot: Bot) -> None:
    user = {**bot.slack.users["UADA"], "deleted": True}

    await bot.slack.event({"type": "user_change", "user": user})

    assert await bot.app._members.is_active(ADA) is False
    assert bot.slack.called("users.info") == []


async def test_memory_of_people_begins_anew_when_it_is_full(bot: Bot, monkeypatch: Any) -> None:
    monkeypatch.setattr("bot.platforms.slack.met.REMEMBERED", 1)
    for user in ("UADA", "UGRACE"):
        bot.store.known.add(Account(LANE, user))
        person = bot.slack.users[user]
        await bot.slack.event({"type": "user_change", "user": person})

    assert [one.account.user for one in bot.heard] == ["UADA", "UGRACE"]
    assert len(bot.app._met._met) == len(bot.app._met._profiles) == 1


# Workspaces.


async def test_uninstalled_workspace_is_told_once_and_not_answered(bot: Bot) -> None:
    await bot.slack.command("UADA", "/coffee")

    async def forget(incoming: Incoming) -> Outcome:
        bot.store.installations.clear()
        return Outcome()

    bot.answer("uninstalled", forget)
    bot.slack.tokens.clear()
    await bot.slack.event({"type": "app_uninstalled"})
    await bot.slack.event({"type": "tokens_revoked", "tokens": {"bot": [BOT_USER]}})
    said = await bot.slack.command("UADA", "/coffee")
    await bot.slack.says("UADA", "coffee")

    assert [one.route for one in bot.heard] == ["", "uninstalled", "uninstalled"]
    assert bot.heard[1].account == Account(LANE, "")
    assert said.text == "The bot is not installed in this Slack workspace."
    assert bot.slack.seen_by("UADA")[-1] is said


async def test_installation_is_read_again_after_a_while(slack: SlackStandIn) -> None:
    bot, stop = await started(slack)
    reads = bot.store.reads

    await slack.command("UADA", "/coffee")
    assert bot.store.reads == reads
    bot.app._installations._clock = lambda: 10**10
    await bot.app._installations.of(LANE)
    await bot.app._installations.of(LANE)

    assert bot.store.reads == reads + 1
    await stop()


async def test_database_that_is_away_is_said_and_not_hidden(bot: Bot) -> None:
    await bot.slack.command("UADA", "/coffee")
    bot.app._installations._clock = lambda: time.time() + installations.FRESH + 1

    def away(lane: Any) -> None:
        raise RuntimeError("The database is away.")

    async def broken(incoming: Incoming) -> Outcome:
        raise RuntimeError("The database is away.")

    bot.store.installation = away
    bot.answer("coffee", broken)
    said = await bot.slack.command("UADA", "/coffee")

    assert re.fullmatch(BROKE, said.text)


async def test_database_that_never_was_there_is_a_bad_request(bot: Bot) -> None:
    def away(lane: Any) -> None:
        raise RuntimeError("The database is away.")

    bot.store.installation = away
    body = json.dumps({"type": "event_callback", "team_id": "T2", "event": {"type": "team_join"}})

    status, text = await bot.slack.post(body.encode())

    assert (status, text) == (400, "")


# What Slack tells again, and what takes too long.


async def test_event_told_again_is_answered_once(either: Bot) -> None:
    event = {
        "type": "message",
        "channel": "DADA",
        "channel_type": "im",
        "user": "UADA",
        "text": "hi",
    }

    await either.slack.event(event, event_id="Ev7")
    await either.slack.event(event, event_id="Ev7")

    assert len(either.heard) == 1
    assert len(either.slack.seen_by("UADA")) == 1


async def test_slow_answer_is_shown_later(either: Bot, monkeypatch: Any) -> None:
    monkeypatch.setattr(app, "ACKNOWLEDGED_WITHIN", 0.02)
    either.slack.socket_patience = 0.3
    ready = asyncio.Event()

    async def slow(incoming: Incoming) -> Message:
        await ready.wait()
        return message(text("At last."))

    either.answer("coffee", slow)
    with pytest.raises(Unacknowledged):
        await either.slack.command("UADA", "/coffee", channel="C1")
    ready.set()
    await settle(either)

    assert [one.text for one in either.slack.seen_by("UADA", "C1")] == ["At last."]
    assert either.slack.seen_by("UGRACE", "C1") == []


async def test_slow_slack_does_not_hold_the_acknowledgement(bot: Bot, monkeypatch: Any) -> None:
    bot.store.known.add(ADA)
    monkeypatch.setattr(app, "ACKNOWLEDGED_WITHIN", 0.05)
    bot.slack.delay("chat.postMessage", 0.3)

    await bot.slack.says("UADA", "coffee")
    acknowledged = list(bot.slack.seen_by("UADA"))
    await settle(bot)

    assert acknowledged == []
    assert [one.text for one in bot.slack.seen_by("UADA")] == ["You said coffee."]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(reply=message(text("Saved."))), "Saved."),
        (Outcome(errors={"role": "Which?"}), "Which?"),
        (Outcome(reply=FORM), replies.TOO_SLOW),
        (Outcome(), None),
    ],
)
async def test_slow_form_is_answered_directly(
    bot: Bot, monkeypatch: Any, outcome: Outcome, said: str | None
) -> None:
    ready = asyncio.Event()

    async def slow(incoming: Incoming) -> Outcome:
        await ready.wait()
        return outcome

    bot.answer("introduce", FORM)
    bot.answer("introduce save", slow)
    await bot.slack.command("UADA", "/introduce")
    monkeypatch.setattr(app, "ACKNOWLEDGED_WITHIN", 0.02)
    with pytest.raises(Unacknowledged):
        await bot.slack.submits("UADA", role="CTO")
    ready.set()
    await settle(bot)

    assert [one.text for one in bot.slack.seen_by("UADA")] == ([said] if said else [])


async def test_form_that_opens_too_late_says_so(bot: Bot) -> None:
    bot.answer("introduce", FORM)
    bot.slack.answer_with("views.open", "expired_trigger_id")

    said = await bot.slack.command("UADA", "/introduce")

    assert said.text == replies.TOO_SLOW


@pytest.mark.parametrize("fault", ["limit", "code", "drop"])
async def test_form_that_slack_does_not_open_says_so(bot: Bot, fault: str) -> None:
    bot.answer("introduce", FORM)
    detail = {"limit": 1, "code": "internal_error", "drop": None}[fault]
    bot.slack._faults["views.open"].append((fault, detail))

    said = await bot.slack.command("UADA", "/introduce")

    assert said.text == replies.NOT_SHOWN


async def test_reply_that_met_a_429_comes_later(bot: Bot) -> None:
    bot.slack.limit("chat.postMessage", retry_after=0)

    await bot.slack.says("UADA", "coffee")
    await settle(bot)

    assert [one.text for one in bot.slack.seen_by("UADA")] == ["You said coffee."]


@pytest.mark.parametrize(("refusals", "tries", "arrived"), [(4, 5, 1), (9, 5, 0)])
async def test_reply_is_tried_a_few_times(
    bot: Bot, refusals: int, tries: int, arrived: int
) -> None:
    bot.slack.limit("chat.postMessage", retry_after=0, times=refusals)

    with capture_logs() as events:
        await bot.slack.says("UADA", "coffee")
        await settle(bot)

    assert len(bot.slack.called("chat.postMessage")) == tries
    assert len(bot.slack.seen_by("UADA")) == arrived
    names = [one["event"] for one in events if one["event"].startswith("slack_reply")]
    assert names == ["slack_reply_waits"] * 4 + ["slack_reply_lost"] * (1 - arrived)


async def test_reply_is_given_up_that_would_come_after_everybody_has_gone(bot: Bot) -> None:
    bot.slack.limit("chat.postMessage", retry_after=601)

    with capture_logs() as events:
        await bot.slack.says("UADA", "coffee")
        await settle(bot)

    assert len(bot.slack.called("chat.postMessage")) == 1
    assert [one["event"] for one in events if "reply" in one["event"]] == ["slack_reply_lost"]


async def test_reply_that_slack_refuses_is_acknowledged_all_the_same(bot: Bot) -> None:
    bot.slack.answer_with("chat.postMessage", "restricted_action")

    await bot.slack.says("UADA", "coffee")

    assert bot.slack.seen_by("UADA") == []


async def test_mention_that_slack_refuses_is_not_repeated_elsewhere(bot: Bot) -> None:
    bot.slack.answer_with("chat.postEphemeral", "invalid_blocks")

    await bot.slack.mentions("UADA", "coffee", channel="C1")

    assert bot.slack.seen_by("UADA") == []


# What breaks.


async def test_broken_answer_is_said_with_a_reference(bot: Bot) -> None:
    async def broken(incoming: Incoming) -> Outcome:
        raise RuntimeError("The database is away.")

    bot.answer("coffee", broken)

    said = await bot.slack.command("UADA", "/coffee")

    assert re.fullmatch(BROKE, said.text)


async def test_form_that_carries_too_much_is_said_with_a_reference(bot: Bot) -> None:
    bot.answer("introduce", Form("Hi", "x", (), value="x" * 4000))

    said = await bot.slack.command("UADA", "/introduce")

    assert re.fullmatch(BROKE, said.text)


async def test_tap_that_breaks_is_said_to_who_tapped(bot: Bot) -> None:
    card = await shown_card(bot)
    bot.answer("coffee join", Form("Hi", "x", (), value="x" * 4000))

    await bot.slack.taps("UADA", card, "Join")

    assert re.fullmatch(BROKE, bot.slack.seen_by("UADA")[-1].text)


async def test_closed_modal_is_acknowledged(bot: Bot) -> None:
    body = {
        "type": "view_closed",
        "team": {"id": TEAM},
        "user": {"id": "UADA"},
        "view": {"id": "V1", "type": "modal", "callback_id": "x"},
    }

    assert await bot.slack.deliver("interactive", body) is None
    assert bot.heard == []


async def test_suggestion_of_nobody_is_bad(bot: Bot) -> None:
    with pytest.raises(AssertionError, match="400"):
        await bot.slack.looks_up("<nobody>", "gra")


# Starting and stopping.


async def test_start_keeps_the_installation(bot: Bot) -> None:
    kept = bot.store.installations[LANE]

    assert (kept.workspace, kept.name, kept.bot_user) == (TEAM, "Leaders", BOT_USER)


async def test_start_with_a_refused_token_names_the_setting(slack: SlackStandIn) -> None:
    slack.tokens.clear()

    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN is not accepted .*invalid_auth"):
        await started(slack)


async def test_start_waits_for_a_slack_that_is_away(slack: SlackStandIn, monkeypatch: Any) -> None:
    monkeypatch.setattr(app, "START_AGAIN_AFTER", 0.01)
    slack.answer_status("auth.test", 503, times=2)

    bot, stop = await started(slack)
    await settle(bot)

    assert LANE in bot.store.installations
    await stop()


async def test_token_refused_later_ends_the_waiting(slack: SlackStandIn, monkeypatch: Any) -> None:
    monkeypatch.setattr(app, "START_AGAIN_AFTER", 0.01)
    slack.answer_status("auth.test", 503)
    slack.answer_with("auth.test", "token_revoked")

    bot, stop = await started(slack)
    await settle(bot)

    assert bot.store.installations == {}
    await stop()


async def test_stop_ends_what_hangs(slack: SlackStandIn, monkeypatch: Any) -> None:
    bot, stop = await started(slack)
    monkeypatch.setattr(app, "ACKNOWLEDGED_WITHIN", 0.02)

    async def hangs(incoming: Incoming) -> Outcome:
        await asyncio.Event().wait()
        return Outcome()

    bot.answer("coffee", hangs)
    with pytest.raises(Unacknowledged):
        await slack.command("UADA", "/coffee")
    await stop()

    assert bot.app._working == set()


async def test_socket_mode_alone_has_no_address(slack: SlackStandIn) -> None:
    bot = app.Slack(
        settings(slack, slack_app_token=APP_TOKEN, slack_signing_secret=""),
        answer=None,
        store=None,
        people=None,
        seals=None,
    )

    assert bot.routes() == []
    await bot.stop()


# Trap 18: Bolt as it comes looks for the acknowledgement every 10 ms.
async def test_command_is_answered_without_waiting_for_a_poll(bot: Bot, monkeypatch: Any) -> None:
    polls = []
    real = asyncio.sleep

    async def noticed(seconds: float, *arguments: Any) -> None:
        # Whoever only gives way to others asks for nothing.
        polls.extend([seconds] if seconds else [])
        await real(seconds, *arguments)

    monkeypatch.setattr("slack_bolt.listener.asyncio_runner.asyncio.sleep", noticed)

    await bot.slack.command("UADA", "/coffee")

    assert polls == []


async def test_apology_that_slack_refuses_is_the_end(bot: Bot) -> None:
    card = await shown_card(bot)
    bot.answer("coffee join", Form("Hi", "x", (), value="x" * 4000))
    bot.slack.answer_with("chat.postMessage", "restricted_action")

    await bot.slack.taps("UADA", card, "Join")

    assert bot.slack.seen_by("UADA") == [card]
