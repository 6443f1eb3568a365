"""The stand-in for Teams with what sends to it, over a real database."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bot.chat.messages import Account
from bot.chat.platform import Delivery, TeamsConversation, TeamsStore
from bot.ids import Lane
from bot.platforms.teams.api import Api
from bot.platforms.teams.connector import Connectors
from bot.platforms.teams.conversations import Conversations
from bot.platforms.teams.hosts import Hosts
from bot.platforms.teams.members import Members
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.send import TeamsPlatform
from storage.database import Database
from tests.leaders import START
from tests.teams_stand_in import OTHER_TENANT, TENANT, TeamsStandIn

T = TypeVar("T")

LANE = Lane(f"teams:{TENANT}")
OTHER_LANE = Lane(f"teams:{OTHER_TENANT}")
ADA = Account(LANE, "ada")
CHANNEL = "19:c1@thread.tacv2"
BASE = "https://bot.example"


@dataclass
class Clock:
    """A time that passes when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Store:
    """What Teams asks to have kept, in the database; counts the transactions."""

    database: Database
    used: int = 0

    async def __call__(self, act: Callable[[TeamsStore], T]) -> T:
        self.used += 1
        return await self.database.run(lambda db: act(db.teams))

    def personal(self, account: Account) -> TeamsConversation | None:
        with self.database.transaction() as db:
            return db.teams.personal(account)

    def hear(self, conversation: TeamsConversation) -> None:
        with self.database.transaction() as db:
            db.teams.hear(conversation, now=START)


@dataclass
class Around:
    """Everything that sends, and where it arrives."""

    teams: TeamsStandIn
    store: Store
    clock: Clock
    api: Api
    conversations: Conversations
    members: Members
    platform: TeamsPlatform

    def knows(self, user: str, *, lane: Lane = LANE, teams_user: str = "") -> TeamsConversation:
        """The bot has spoken with somebody, and its tenant is remembered."""
        tenant = lane.partition(":")[2]
        conversation = self.teams.personal(user)
        self.teams.tenant_of[conversation] = tenant
        known = TeamsConversation(
            lane, conversation, self.teams.service_url(tenant), user=user, teams_user=teams_user
        )
        self.store.hear(known)
        return known

    def queue(self, asked: Delivery) -> None:
        """The delivery is in the outbox, where it is counted how often it was put off."""
        with self.store.database.transaction() as db:
            (community,) = db.communities.all()
            db.outbox.add(
                community.id,
                asked.lane,
                asked.kind,
                asked.destination,
                key=asked.key,
                subject="s",
                now=START,
            )

    def knows_channel(
        self, conversation: str = CHANNEL, *members: str, lane: Lane = LANE
    ) -> TeamsConversation:
        """The bot is in a channel, and that is remembered."""
        tenant = lane.partition(":")[2]
        self.teams.channel(conversation, *members, tenant=tenant)
        known = TeamsConversation(lane, conversation, self.teams.service_url(tenant))
        self.store.hear(known)
        return known


@asynccontextmanager
async def around(
    database: Database, *, clock: Clock | None = None, **more: Any
) -> AsyncIterator[Around]:
    """Ada and Grace have added the bot, Ben has not; Olga is in another tenant."""
    with database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=START)
        db.teams.admit(TENANT, now=START)
        db.teams.admit(OTHER_TENANT, now=START)
    async with TeamsStandIn(mint=lambda _: "", **more) as teams:
        teams.person("ada", "Ada Example", installed=True, email="ada@nhs.example")
        teams.person("grace", "Grace Example", installed=True, role="guest")
        teams.person("ben", "Ben Example")
        teams.person("olga", "Olga Example", installed=True, tenant=OTHER_TENANT)
        store, clock = Store(database), clock or Clock()
        teams.rates.clock = clock
        api = _api(Pace(clock=clock, sleep=clock.sleep))
        conversations = Conversations(api, store, clock=clock, now=lambda: START)
        members = Members(api, store, clock=clock)
        platform = TeamsPlatform(api, conversations, members, store, base_url=BASE)
        yield Around(teams, store, clock, api, conversations, members, platform)
        assert teams.over_limit == []
        await api.close()


def _api(pace: Pace) -> Api:
    """The Bot Connector's, with a token that the stand-in takes."""

    async def token() -> str:
        return "ours"

    tls = ssl.create_default_context()
    connectors = Connectors(Hosts(("127.0.0.1",)), token, tls=tls)
    return Api(connectors, app_id="a", forget=lambda _: None, pace=pace)
