"""A bot on the stand-in for Slack, whose answers are the test's."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import pytest
from aiohttp import web

from bot.chat.messages import Account, message, text
from bot.chat.platform import Installation, InTransaction, SlackStore
from bot.chat.requests import Incoming, Mark, Outcome, Reply
from bot.ids import Lane
from bot.platforms.slack.app import Slack
from bot.platforms.slack.pace import Pace
from bot.settings import Settings
from storage.secrets import Vault
from tests.slack_stand_in import APP_TOKEN, BOT_TOKEN, SECRET, TEAM, SlackStandIn

T = TypeVar("T")
LANE = Lane(f"slack:{TEAM}")
QUIET = {"joined", "left", "changed", "installed", "uninstalled"}
SEALING = "the key that all replicas share"


@dataclass
class Store:
    """Keeps what Slack asks to have kept, in memory."""

    installations: dict[Lane, Installation] = field(default_factory=dict)
    known: set[Account] = field(default_factory=set)
    reads: int = 0
    waits: Counter[str] = field(default_factory=Counter)

    def put_off(self, key: str) -> int:
        self.waits[key] += 1
        return self.waits[key] - 1

    def installation(self, lane: Lane) -> Installation | None:
        self.reads += 1
        return self.installations.get(lane)

    def install(self, installation: Installation, *, now: datetime) -> None:
        assert now.tzinfo is not None
        self.installations[installation.lane] = installation

    def knows(self, account: Account) -> bool:
        return account in self.known

    async def __call__(self, act: Callable[["Store"], T]) -> T:
        return act(self)


@dataclass
class Answers:
    """What the test wants answered; whoever asks is known from then on, and what was asked."""

    store: Store
    by_route: dict[str, Any] = field(default_factory=dict)
    heard: list[Incoming] = field(default_factory=list)
    marks: set[Mark] = field(default_factory=set)

    async def __call__(self, incoming: Incoming) -> Outcome:
        if self.marks.intersection(incoming.marks):
            return Outcome()
        outcome = await self._outcome(incoming)
        self.marks.update(incoming.marks)
        return outcome

    async def _outcome(self, incoming: Incoming) -> Outcome:
        self.heard.append(incoming)
        if incoming.account.user:
            self.store.known.add(incoming.account)
        said = self.by_route.get(incoming.route or incoming.text)
        if callable(said):
            said = await said(incoming)
        if isinstance(said, Outcome):
            return said
        if said is None and incoming.route in QUIET:
            return Outcome()
        return Outcome(reply=said or message(text(f"You said {incoming.text}.")))


@dataclass
class Bot:
    """The running bot and everything around it."""

    slack: SlackStandIn
    platform: Any
    app: Slack
    answers: Answers
    store: Store
    people: list[tuple[Account, str]] = field(default_factory=list)

    def answer(self, what: str, reply: "Reply | Outcome | Callable[..., Any]") -> None:
        self.answers.by_route[what] = reply

    @property
    def heard(self) -> list[Incoming]:
        return self.answers.heard


def settings(slack: SlackStandIn, **more: Any) -> Settings:
    given = {
        "slack_bot_token": BOT_TOKEN,
        "slack_signing_secret": SECRET,
        "slack_api_url": slack.api_url,
        "base_url": "https://bot.example",
    }
    return Settings(_env_file=None, **(given | more))


async def started(
    slack: SlackStandIn,
    *,
    clock: Callable[[], float] = time.time,
    kept: InTransaction[SlackStore] | None = None,
    pace: Pace | None = None,
    **more: Any,
) -> tuple[Bot, Callable[[], Any]]:
    """A bot that listens, and what stops it; ``kept`` is a store that outlives it."""
    store = Store()
    answers = Answers(store)
    asked: list[tuple[Account, str]] = []

    async def people(account: Account, words: str) -> list[tuple[str, str]]:
        asked.append((account, words))
        if words == "break":
            raise RuntimeError("The database is away.")
        if words == "nobody here" and account.lane == LANE:
            return []
        return [("#7", "Grace Example, Lewisham"), ("#8", "G" * 90)]

    app = Slack(
        settings(slack, **more),
        answers,
        kept or store,
        people=people,
        seals=Vault(SEALING),
        pace=pace,
        clock=clock,
    )
    server = web.Application()
    server.add_routes(app.routes())
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        await app.start()
    except BaseException:
        await runner.cleanup()
        raise
    if more.get("slack_app_token"):
        await slack.connected()

    async def stop() -> None:
        await app.stop()
        await runner.cleanup()

    return Bot(slack, app.platform, app, answers, store, asked), stop


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as slack:
        slack.person("UADA", "Ada Example", email="ada@nhs.example", tz="Europe/Paris")
        slack.person("UGRACE", "Grace Example", is_restricted=True)
        slack.channel("C1", "UADA", "UGRACE")
        yield slack
        assert slack.over_limit == []


@pytest.fixture
async def bot(slack: SlackStandIn) -> AsyncIterator[Bot]:
    """Over HTTP; the stand-in's people are not known to the bot."""
    bot, stop = await started(slack)
    yield bot
    await stop()


@pytest.fixture(params=["http", "socket"])
async def either(request: pytest.FixtureRequest, slack: SlackStandIn) -> AsyncIterator[Bot]:
    """Over HTTP and over Socket Mode."""
    more = {"slack_app_token": APP_TOKEN} if request.param == "socket" else {}
    bot, stop = await started(slack, **more)
    yield bot
    await stop()
