"""People talk to the bot over HTTP and Socket Mode, and see what dispatch answered."""

import asyncio

import pytest

from bot.chat.forms import Form, TextField
from bot.chat.messages import Account, Button, buttons, message, text
from bot.chat.requests import Incoming, Kind, Profile
from bot.errors import DatabaseUnready
from bot.platforms.slack import app
from tests.platforms.slack.conftest import LANE, Bot

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


async def test_full_database_is_told_to_the_asker_once_slack_has_its_answer(
    either: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "ACKNOWLEDGED_WITHIN", 0.05)
    goes_on = asyncio.Event()

    async def answer(incoming: Incoming) -> None:
        await goes_on.wait()
        raise DatabaseUnready("The database is full.")

    either.answer("coffee join", answer)
    await either.slack.says("UADA", "coffee join")
    goes_on.set()
    while either.app._working:
        await asyncio.gather(*either.app._working)

    assert [one.text for one in either.slack.seen_by("UADA")] == ["The database is full."]
