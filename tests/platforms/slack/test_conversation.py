"""People talk to the bot over HTTP and Socket Mode, and see what dispatch answered."""

import asyncio

import pytest

from bot.chat.forms import Form, TextField
from bot.chat.messages import Account, Button, Message, buttons, message, text
from bot.chat.requests import Incoming, Kind, Outcome, Profile
from bot.errors import DatabaseUnready
from bot.platforms.slack import app
from tests.platforms.slack.conftest import LANE, Bot
from tests.slack_stand_in import Unacknowledged

ADA = Account(LANE, "UADA")
ADA_PROFILE = Profile(name="Ada Example", email="ada@nhs.example", zone="Europe/Paris")


async def test_command_in_a_channel_is_answered_to_the_asker_alone(either: Bot) -> None:
    said = await either.slack.command("UADA", "/coffee pause 2 weeks", channel="C1")

    assert either.heard == [
        Incoming(
            ADA,
            Kind.WORDS,
            text="coffee pause 2 weeks",
            channel="C1",
            channel_name="general",
            profile=ADA_PROFILE,
        )
    ]
    assert (said.only_for, said.text) == ("UADA", "You said coffee pause 2 weeks.")
    assert either.slack.seen_by("UGRACE", "C1") == []


async def test_tap_in_private_replaces_the_card(either: Bot) -> None:
    card = message(text("A round begins."), buttons(Button("Join", "coffee join", "41")))
    either.answer("card", card)
    either.answer("coffee join", message(text("You are in."), replaces=True))
    await either.slack.says("UADA", "card")
    (shown,) = either.slack.seen_by("UADA")

    await either.slack.taps("UADA", shown, "Join")

    assert [one.text for one in either.slack.seen_by("UADA")] == ["You are in."]
    assert either.heard[-1] == Incoming(ADA, Kind.TAP, text="41", route="coffee join")


async def test_form_opens_is_refused_and_is_taken(either: Bot) -> None:
    form = Form("Introduce yourself", "introduce save", (TextField("role", "Role"),), token="t1")
    either.answer("introduce", form)

    await either.slack.command("UADA", "/introduce")
    answer = await either.slack.submits("UADA", role="CTO")

    assert either.heard[-1] == Incoming(
        ADA, Kind.SUBMIT, route="introduce save", fields={"role": ("CTO",)}, token="t1"
    )
    assert answer["response_action"] == "update"
    assert either.slack.modals["UADA"]["blocks"][0]["text"]["text"] == "You said ."


async def test_home_greets_a_newcomer_and_is_shown(either: Bot) -> None:
    either.answer("home", message(text("Your week")))

    home = await either.slack.opens_home("UADA")

    assert [one.route for one in either.heard] == ["joined", "home"]
    assert either.heard[0].profile == ADA_PROFILE
    assert home["blocks"][0]["text"]["text"] == "Your week"


@pytest.mark.parametrize("ending", [message(text("You are in.")), DatabaseUnready("It is full.")])
async def test_what_takes_long_is_acknowledged_only_when_it_is_done(
    either: Bot, monkeypatch: pytest.MonkeyPatch, ending: Message | DatabaseUnready
) -> None:
    monkeypatch.setattr(app, "ACKNOWLEDGED_WITHIN", 0.05)
    either.slack.socket_patience = 0.3
    goes_on = asyncio.Event()

    async def answer(incoming: Incoming) -> Message:
        await goes_on.wait()
        if isinstance(ending, DatabaseUnready):
            raise ending
        return ending

    either.answer("coffee join", answer)
    with pytest.raises(Unacknowledged):
        await either.slack.says("UADA", "coffee join")
    goes_on.set()
    while either.app._working:
        await asyncio.gather(*either.app._working)

    told = ["You are in."] if isinstance(ending, Message) else []
    assert [one.text for one in either.slack.seen_by("UADA")] == told


async def test_change_that_the_database_did_not_take_is_news_when_it_comes_again(
    either: Bot,
) -> None:
    either.store.known.add(ADA)
    either.slack.socket_patience = 0.3
    change = {"type": "user_change", "user": either.slack.users["UADA"]}
    refusals = [DatabaseUnready("It is full.")]

    async def answer(incoming: Incoming) -> Outcome:
        if refusals:
            raise refusals.pop()
        return Outcome()

    either.answer("changed", answer)
    with pytest.raises(Unacknowledged):
        await either.slack.event(change, event_id="Ev1")
    for event_id in ("Ev1", "Ev1", "Ev2"):
        await either.slack.event(change, event_id=event_id)

    # Twice: what was refused, and what was taken. The same under another id is no news.
    assert [one.route for one in either.heard] == ["changed"] * 2
