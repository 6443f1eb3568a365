"""The bot for Teams with the community's own handlers, and people who talk to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.chat.messages import Account
from bot.chat.platform import Answer
from bot.chat.requests import Role
from bot.delivery import Delivery
from bot.dispatch import Dispatch
from bot.domain.south_east_london import seed_organisations, seed_words
from bot.platforms.teams.app import Teams
from bot.settings import Settings
from handlers import ROUTES
from jobs import RESULTS
from storage.database import Database
from tests import teams_cards
from tests.leaders import START
from tests.platforms.teams.around import CHANNEL, LANE
from tests.teams_identity import Identity
from tests.teams_stand_in import Said, TeamsStandIn


@dataclass
class Person:
    """Somebody in Teams; each act returns once everything that it caused has arrived."""

    talk: "Talk"
    user: str

    async def installs(self) -> None:
        await self.talk.teams.installs(self.user)
        await self.talk.settle()

    async def uninstalls(self) -> None:
        await self.talk.teams.uninstalls(self.user)
        await self.talk.settle()

    async def says(self, words: str) -> Said:
        """The newest message in their own chat, once they have said something there."""
        await self.talk.teams.says(self.user, words)
        return await self._newest()

    async def mentions(self, words: str) -> list[str]:
        """What the bot then wrote where all read it: the thread of the channel."""
        before = len(self.talk.teams.seen_by(self.user, CHANNEL))
        await self.talk.teams.mentions(self.user, words, conversation=CHANNEL, thread="7")
        seen = self.talk.teams.seen_by(self.user, CHANNEL)[before:]
        await self.talk.settle()
        return [one.text for one in seen if one.thread == "7"]

    async def taps(self, card: Said, label: str) -> Said:
        await self.talk.teams.taps(self.user, card, label)
        return await self._newest()

    async def opens(self, card: Said, label: str) -> Any:
        """The card of the dialog that a tap opens."""
        dialog = await self.talk.teams.opens(self.user, card, label)
        return dialog["card"]["content"]

    async def submits(self, **fields: str) -> Any:
        """The card that stands in the dialog, or the chat, after a form was sent in."""
        await self.talk.teams.submits(self.user, **fields)
        await self.talk.settle()
        open_dialog = self.talk.teams.dialogs.get(self.user)
        return open_dialog["card"]["content"] if open_dialog else self.last.seen_by(self.user)

    def closes(self) -> None:
        self.talk.teams.closes(self.user)

    @property
    def sees(self) -> list[str]:
        """The first line of every message in their own chat."""
        return [one.text.splitlines()[0] for one in self.talk.teams.seen_by(self.user)]

    @property
    def last(self) -> Said:
        return self.talk.teams.seen_by(self.user)[-1]

    @property
    def notices(self) -> list[str]:
        """What they saw beside a card."""
        return self.talk.teams.notices[self.user]

    async def _newest(self) -> Said:
        await self.talk.settle()
        return self.last


@dataclass
class Talk:
    """The bot for Teams with the community's handlers, and its people."""

    teams: TeamsStandIn
    database: Database
    delivery: Delivery
    app: Teams

    async def person(self, user: str, name: str, **known: Any) -> Person:
        """Somebody who has added the bot, and has been greeted."""
        person = self.stranger(user, name, **known)
        await person.installs()
        return person

    def stranger(self, user: str, name: str, **known: Any) -> Person:
        self.teams.person(user, name, **known)
        return Person(self, user)

    async def organiser(self, user: str, name: str) -> Person:
        person = await self.person(user, name)
        self.in_database(lambda db: db.members.set_role(owner(db, user).id, Role.ORGANISER))
        return person

    async def in_channel(self, *people: Person) -> None:
        """They are in a team that the bot was added to."""
        self.teams.channel(CHANNEL, *(each.user for each in people))
        await self.teams.adds_bot(people[0].user, CHANNEL)
        await self.settle()

    def channel(self) -> list[Said]:
        """What stands in the channel, not in a thread of it."""
        return [one for one in self.teams.seen_by("", CHANNEL) if not one.thread]

    def in_database(self, act: Callable[[Any], Any]) -> Any:
        with self.database.transaction() as db:
            return act(db)

    async def settle(self) -> None:
        """What is answered in the background is answered, and what waits is delivered."""
        while self.app._working:
            await asyncio.gather(*self.app._working)
        for lane in self.in_database(lambda db: db.drain.pending(START)):
            await self.delivery.drain(lane)


@asynccontextmanager
async def talking(
    database: Database, *, by: Callable[[Dispatch], Answer] = lambda dispatch: dispatch, **more: Any
) -> AsyncIterator[Talk]:
    """The bot, listening, in a community that nobody has come to yet; it asks dispatch ``by``."""
    with database.transaction() as db:
        community = db.communities.add("Leaders", zone="Europe/London", now=START)
        db.communities.add_terms(community, seed_words())
        db.communities.add_organisations(community, seed_organisations())

    def valid(card: Any) -> None:
        assert teams_cards.faults(card) == []

    async def in_teams(act: Any) -> Any:
        return await database.run(lambda db: act(db.teams))

    async with (
        Identity() as identity,
        TeamsStandIn(mint=identity.token, takes=identity.takes, check=valid) as teams,
    ):
        given = {name.lower(): value for name, value in identity.settings().items()}
        dispatch = Dispatch(database, ROUTES, clock=lambda: START)
        app = Teams(Settings(_env_file=None, **given), by(dispatch), in_teams, **more)
        delivery = Delivery(database, {"teams": app.platform}, clock=lambda: START, results=RESULTS)
        server = web.Application()
        server.add_routes(app.routes())
        runner = web.AppRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        teams.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        await app.start()
        try:
            yield Talk(teams, database, delivery, app)
            assert teams.over_limit == []
        finally:
            await app.stop()
            await runner.cleanup()


def owner(db: Any, user: str) -> Any:
    """The member whose account this is."""
    return db.members.account_owner(Account(LANE, user))
