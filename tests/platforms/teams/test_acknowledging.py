"""Whatever Teams tells, it is acknowledged once its effect is committed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.chat.platform import Answer
from bot.chat.requests import Incoming, Outcome
from bot.errors import DatabaseUnready
from storage.database import Database
from tests.platforms.teams.around import CHANNEL
from tests.platforms.teams.talk import Talk, talking
from tests.teams_stand_in import Failed, TeamsStandIn

# What the acts of these tests are answered within; those before them have the time they need.
SOON = 0.05
FILLED_IN = {"job": "Nurse", "organisation": "another", "consent": "yes"}


@dataclass
class Door:
    """Stands between Teams and dispatch, and can be shut."""

    dispatch: Answer | None = None
    patience: float = 10.0
    opens: asyncio.Event = field(default_factory=asyncio.Event)
    refuses: bool = False

    def before(self, dispatch: Answer) -> Answer:
        self.dispatch = dispatch
        self.opens.set()
        return self.answer

    async def answer(self, incoming: Incoming) -> Outcome:
        assert self.dispatch is not None
        await self.opens.wait()
        if self.refuses:
            raise DatabaseUnready("It is full.")
        return await self.dispatch(incoming)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def talk(database: Database, door: Door) -> AsyncIterator[Talk]:
    """Ada has a card and a dialog in front of her."""
    within = {"within": lambda _kind: door.patience}
    async with talking(database, by=door.before, **within) as talk:
        ada = await talk.person("ada", "Ada Example")
        talk.stranger("ben", "Ben Ojo")
        await talk.in_channel(ada)
        await ada.opens(ada.last, "Introduce myself")
        yield talk


async def tap(teams: TeamsStandIn) -> None:
    await teams.taps("ada", teams.seen_by("ada")[0], "Peer coffee")


async def opens(teams: TeamsStandIn) -> None:
    await teams.opens("ada", teams.seen_by("ada")[0], "Introduce myself")


WAYS: dict[str, Callable[[TeamsStandIn], Awaitable[Any]]] = {
    "words": lambda teams: teams.says("ada", "coffee join"),
    "mention": lambda teams: teams.mentions("ada", "coffee join", conversation=CHANNEL),
    "tap": tap,
    "dialog": opens,
    "form": lambda teams: teams.submits("ada", **FILLED_IN),
    "install": lambda teams: teams.installs("ben"),
    "removal": lambda teams: teams.uninstalls("ada"),
    "newcomer of a team": lambda teams: teams.joins_team("ben", CHANNEL),
    "arrival in a team": lambda teams: teams.adds_bot("ada", CHANNEL),
}


@pytest.mark.parametrize("way", WAYS)
async def test_it_is_not_acknowledged_before_the_effect(talk: Talk, door: Door, way: str) -> None:
    before = len(talk.teams.statuses)
    door.opens.clear()
    door.patience = SOON

    with suppress(Failed):
        await WAYS[way](talk.teams)
    early = talk.teams.statuses[before:]
    door.opens.set()
    await talk.settle()
    door.patience = 10.0
    again = await talk.teams.repeats()

    assert (set(early), again.status) == ({503}, 200)


@pytest.mark.parametrize("way", WAYS)
async def test_it_is_not_acknowledged_where_the_database_did_not_take_it(
    talk: Talk, door: Door, way: str
) -> None:
    before = len(talk.teams.statuses)
    door.refuses = True

    with suppress(Failed):
        await WAYS[way](talk.teams)
    refused = talk.teams.statuses[before:]
    door.refuses = False
    again = await talk.teams.repeats()

    assert (set(refused), again.status) == ({503}, 200)
