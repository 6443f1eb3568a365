"""Whatever Slack tells, by either door, it is acknowledged once its effect is committed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.chat.forms import Form, TextField
from bot.chat.messages import Account, Button, buttons, message, text
from bot.chat.requests import Incoming, Outcome
from bot.errors import DatabaseUnready
from tests.platforms.slack.conftest import LANE, Bot
from tests.slack_stand_in import TEAM, SlackStandIn, Unacknowledged

CARD = message(text("A round begins."), buttons(Button("Join", "coffee join")))
FORM = Form("Introduce yourself", "introduce save", (TextField("role", "Role"),))


async def tap(slack: SlackStandIn) -> Any:
    return await slack.taps("UADA", slack.seen_by("UADA")[0], "Join")


# What is asked -> how.
WAYS: dict[str, Callable[[SlackStandIn], Awaitable[Any]]] = {
    "coffee": lambda slack: slack.command("UADA", "/coffee"),
    "coffee next": lambda slack: slack.says("UADA", "coffee next"),
    "coffee report": lambda slack: slack.mentions("UADA", "coffee report", channel="C1"),
    "coffee join": tap,
    "introduce save": lambda slack: slack.submits("UADA", role="CTO"),
    "home": lambda slack: slack.opens_home("UADA"),
    "joined": lambda slack: slack.event({"type": "team_join", "user": slack.users["UGRACE"]}),
    "changed": lambda slack: slack.event({"type": "user_change", "user": slack.users["UADA"]}),
    "left": lambda slack: slack.event(
        {"type": "user_change", "user": {**slack.users["UADA"], "deleted": True}}
    ),
    "uninstalled": lambda slack: slack.uninstalls(TEAM, told=("app_uninstalled",)),
}


@pytest.fixture
async def met(either: Bot) -> Bot:
    """A bot that has met Ada, who has a card and a form in front of her."""
    either.answer("card", CARD)
    either.answer("introduce", FORM)
    await either.slack.says("UADA", "card")
    await either.slack.command("UADA", "/introduce")
    either.store.known.add(Account(LANE, "UADA"))
    return either


@pytest.mark.parametrize("what", WAYS)
async def test_it_is_acknowledged_after_the_effect_and_not_before(met: Bot, what: str) -> None:
    is_asked, is_committed = asyncio.Event(), asyncio.Event()

    async def answer(incoming: Incoming) -> Outcome:
        is_asked.set()
        await is_committed.wait()
        return Outcome(message(text("Done.")))

    met.answer(what, answer)
    telling = asyncio.ensure_future(WAYS[what](met.slack))
    await asyncio.wait_for(is_asked.wait(), 5)
    acknowledged_early, _ = await asyncio.wait({telling}, timeout=0.05)
    is_committed.set()

    assert acknowledged_early == set()
    await asyncio.wait_for(telling, 5)


@pytest.mark.parametrize("what", WAYS)
async def test_it_is_not_acknowledged_where_the_database_did_not_take_it(
    met: Bot, what: str
) -> None:
    async def answer(incoming: Incoming) -> Outcome:
        raise DatabaseUnready("It is full.")

    met.answer(what, answer)
    met.slack.socket_patience = 0.3

    with pytest.raises(Unacknowledged):
        await WAYS[what](met.slack)
