"""A bot behind its front door: what was let in, kept and sent, with answers of the test's."""

import asyncio
import copy
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import aiohttp
from aiohttp import web

from bot.chat.messages import Account, Message, message, plain, text
from bot.chat.platform import TeamsConversation
from bot.chat.requests import Incoming, Kind, Mark, Outcome
from bot.ids import Lane
from bot.platforms.teams import origin
from bot.platforms.teams.activities import Malformed
from bot.platforms.teams.api import Api
from bot.platforms.teams.app import Teams
from bot.platforms.teams.read import Heard, Where
from bot.settings import Settings
from tests.teams_identity import APP_ID, TENANT, Identity

T = TypeVar("T")
LANE = Lane(f"teams:{TENANT}")
ADA = "22222222-aaaa-4bbb-8ccc-0000000000ad"
BOT = f"28:{APP_ID}"

INVOKES = {
    "adaptiveCard/action": Where.CARD,
    "task/fetch": Where.OPENS_DIALOG,
    "task/submit": Where.DIALOG,
}


@dataclass
class Store:
    """Keeps what Teams asks to have kept, in memory."""

    tenants: list[str] = field(default_factory=list)
    kept: list[TeamsConversation] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    transactions: int = 0
    is_away: bool = False

    def admit(self, tenant: str, *, now: datetime) -> Lane:
        assert now.tzinfo is not None
        self.tenants.append(tenant)
        return Lane(f"teams:{tenant}")

    def hear(self, conversation: TeamsConversation, *, now: datetime) -> None:
        assert conversation.lane.removeprefix("teams:") in self.tenants
        self.kept.append(conversation)

    def knows(self, account: Account) -> bool:
        return True

    def forget(self, lane: Lane, conversation: str) -> None:
        self.forgotten.append(conversation)

    async def __call__(self, act: Callable[["Store"], T]) -> T:
        if self.is_away:
            raise RuntimeError("The database is away.")
        self.transactions += 1
        return act(self)


@dataclass
class Answers:
    """What the test wants answered."""

    by_text: dict[str, Any] = field(default_factory=dict)
    heard: list[Incoming] = field(default_factory=list)
    marks: set[Mark] = field(default_factory=set)

    async def __call__(self, incoming: Incoming) -> Outcome:
        if self.marks.intersection(incoming.marks):
            return Outcome()
        self.heard.append(incoming)
        said = self.by_text.get(incoming.text)
        if callable(said):
            said = await said()
        self.marks.update(incoming.marks)
        return Outcome(reply=said or message(text(f"You said {incoming.text}.")))


class Connector:
    """A Bot Connector that takes messages from whoever has a token of the bot's."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self.asked: list[tuple[str, str, Any]] = []
        self.answers: list[tuple[int, str, dict[str, str]]] = []
        self.waiting: asyncio.Event | None = None
        self.url = ""

    def answer(self, status: int, body: str = "", **headers: str) -> None:
        """What the next request is answered."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, body, {"Content-Type": "application/json"} | named))

    @property
    def said(self) -> list[str]:
        """The words of the messages that arrived."""
        return [body["text"] for method, _, body in self.asked if method == "POST"]

    async def take(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text() or "null")
        self.asked.append((request.method, request.raw_path, body))
        if not self._identity.takes(request.headers.get("Authorization", "")):
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        if self.waiting is not None:
            await self.waiting.wait()
        if self.answers:
            status, text_, headers = self.answers.pop(0)
            return web.Response(status=status, text=text_, headers=headers)
        return web.json_response({"id": f"message-{len(self.asked)}"})


class Shown:
    """Shows words in the chat, and answers invokes with what was said."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.shown: list[Heard] = []
        self.late: list[bool] = []
        self.errors: list[Exception] = []
        self.waiting: asyncio.Event | None = None

    async def show(self, heard: Heard, outcome: Outcome, *, is_late: bool = False) -> Any:
        self.shown.append(heard)
        if self.waiting is not None:
            await self.waiting.wait()
        self.late.append(is_late)
        if self.errors:
            raise self.errors.pop(0)
        if outcome.reply is None:
            return None
        if heard.where is not Where.PERSONAL and not is_late:
            return {"shown": heard.where.value}
        assert isinstance(outcome.reply, Message)
        said = {"type": "message", "text": plain(outcome.reply)}
        await self._api.send(heard.place, said)
        return None


@dataclass
class Bot:
    """The running bot and everything around it."""

    identity: Identity
    connector: Connector
    app: Teams
    answers: Answers
    store: Store
    url: str
    service_url: str
    session: aiohttp.ClientSession
    replies: Shown
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def heard(self) -> list[Incoming]:
        return self.answers.heard

    def activity(self, words: str = "hello", **more: Any) -> dict[str, Any]:
        """What Teams sends for words in a personal chat; None takes a field away."""
        said = {
            "type": "message",
            "id": f"17000000{next(self.numbers):05}",
            "timestamp": "2026-11-20T09:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": "29:ada", "name": "Ada Example", "aadObjectId": ADA},
            "conversation": {"id": "a:ada", "conversationType": "personal", "tenantId": TENANT},
            "recipient": {"id": BOT, "name": "Leaders"},
            "channelData": {"tenant": {"id": TENANT}},
            "text": words,
        }
        return {name: value for name, value in (said | more).items() if value is not None}

    async def post(
        self, body: Any, *, token: str | None = None, headers: Any = None
    ) -> tuple[int, Any]:
        """The status and what came back, read where it is JSON."""
        if token is None:
            token = self.identity.token(self.service_url)
        given = {"Authorization": f"Bearer {token}"} if headers is None else headers
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.session.post(self.url, data=data, headers=given) as answer:
            words = await answer.text()
        return answer.status, json.loads(words) if words.startswith("{") else words

    async def settled(self) -> None:
        """What goes on in the background is done."""
        while self.app._working:
            await asyncio.gather(*self.app._working)


def reading(activity: dict[str, Any]) -> tuple[Heard, ...]:
    """Words and invokes of a personal chat, read as plainly as can be."""
    sender = activity.get("from") or {}
    place = origin.origin(activity)
    if place is None or "aadObjectId" not in sender:
        return ()
    if activity.get("text") == "malformed":
        raise Malformed
    if activity.get("text") == "break the reading":
        raise RuntimeError("The reading is broken.")
    is_invoke = activity["type"] == "invoke"
    where = INVOKES.get(activity.get("name", "")) if is_invoke else Where.PERSONAL
    if where is None or (not is_invoke and "text" not in activity):
        return ()
    there = place.conversation
    heard = Heard(
        where,
        Incoming(Account(there.lane, sender["aadObjectId"]), Kind.WORDS, activity.get("text", "")),
        service_url=there.service_url,
        conversation=there.id,
        is_personal=True,
    )
    return (heard,)


def settings(identity: Identity, **more: Any) -> Settings:
    given = {name.lower(): value for name, value in identity.settings().items()}
    return Settings(_env_file=None, **(given | more))


@asynccontextmanager
async def running(
    identity: Identity, *, within: float | None = None, start: bool = True, **more: Any
) -> AsyncIterator[Bot]:
    """A bot that listens; ``within`` is how long it may take to answer, in seconds."""
    async with (
        connected(identity) as connector,
        _served(identity, connector, within=within, **more) as bot,
    ):
        if start:
            await bot.app.start()
        yield bot


@asynccontextmanager
async def connected(identity: Identity) -> AsyncIterator[Connector]:
    """A Bot Connector that listens."""
    connector = Connector(identity)
    outside = web.Application()
    outside.router.add_route("*", "/{path:.*}", connector.take)
    runner = web.AppRunner(outside, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    connector.url = f"http://127.0.0.1:{runner.addresses[0][1]}/uk/"
    try:
        yield connector
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _served(
    identity: Identity, connector: Connector, *, within: float | None, **more: Any
) -> AsyncIterator[Bot]:
    store, answers = Store(), Answers()
    made: list[Shown] = []

    def replies(api: Api) -> Shown:
        made.append(Shown(api))
        return made[0]

    app = Teams(
        settings(identity, **more),
        answers,
        store,
        reading=reading,
        replies=replies,
        within=None if within is None else lambda _kind: within,
        stopped_within=0.05,
    )
    server = web.Application()
    server.add_routes(app.routes())

    async def well(request: web.Request) -> web.Response:
        return web.Response(text="well")

    server.router.add_get("/well", well)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    try:
        async with aiohttp.ClientSession() as session:
            yield Bot(
                identity, connector, app, answers, store, url, connector.url, session, made[0]
            )
    finally:
        await app.stop()
        await runner.cleanup()


def changed(activity: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The same with another value at a dotted path; None takes the field away."""
    new = copy.deepcopy(activity)
    *way, last = path.split(".")
    place = new
    for name in way:
        place = place[name]
    place.pop(last, None)
    if value is not None:
        place[last] = value
    return new
