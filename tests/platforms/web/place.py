"""The web chat on a port of this machine, with browsers that speak HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from bot.chat.platform import Visitor
from bot.platforms.web import sessions
from bot.platforms.web.app import Web
from bot.platforms.web.signing_in import SendLink
from bot.settings import Settings
from tests.platforms.web.fakes import Bot, MemoryStore, Transactions

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEEP_ALIVE = timedelta(milliseconds=50)


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **changes)


class Browser:
    """Sends what a browser's page would send; cookies stay with it."""

    def __init__(self, server: TestServer, http: ClientSession) -> None:
        self.server = server
        self.http = http
        self.origin = str(server.make_url("")).rstrip("/")

    async def get(self, path: str, **options: Any) -> ClientResponse:
        return await self.http.get(self.server.make_url(path), allow_redirects=False, **options)

    async def post(self, path: str, **options: Any) -> ClientResponse:
        options.setdefault("headers", {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"})
        return await self.http.post(self.server.make_url(path), allow_redirects=False, **options)

    async def sends(self, path: str, sent: Any) -> Any:
        """What the answer to this JSON holds."""
        response = await self.post(path, json=sent)
        assert response.status == 200, await response.text()
        return await response.json()

    async def reads(self, path: str) -> Any:
        response = await self.get(path)
        assert response.status == 200, await response.text()
        return await response.json()

    def signs_in(self, store: MemoryStore, visitor: Visitor, *, token: str = "session-1") -> None:
        store.sessions[sessions.hashed(token)] = (visitor, NOW)
        self.http.cookie_jar.update_cookies({"leaders": token}, self.server.make_url("/"))


@dataclass
class Place:
    """A running web chat and everything behind it."""

    web: Web
    server: TestServer
    store: MemoryStore
    transactions: Transactions
    bot: Bot
    browser: Browser
    now: datetime = NOW


@asynccontextmanager
async def running(
    web_settings: Settings, *, send_link: SendLink | None = None
) -> AsyncIterator[Place]:
    """A web chat that nobody has signed in to."""
    store = MemoryStore()
    transactions = Transactions(store)
    bot = Bot()
    chat = Web(
        web_settings,
        bot,
        transactions,
        send_link=send_link,
        clock=lambda: here.now,
        keep_alive=KEEP_ALIVE,
    )
    application = web.Application()
    application.add_routes(chat.routes())
    application.on_startup.append(lambda _: chat.start())
    application.on_shutdown.append(lambda _: chat.stop())
    server = TestServer(application, host="127.0.0.1")
    await server.start_server()
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        here = Place(chat, server, store, transactions, bot, Browser(server, http))
        yield here
    await server.close()
