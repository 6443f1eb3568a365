"""The web chat, ready to be hung into an aiohttp application."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import web

from bot.chat.platform import Answer, InTransaction, Visitor, WebStore
from bot.platforms.web.channels import Channels
from bot.platforms.web.chat import Chat
from bot.platforms.web.entrance import Entrance
from bot.platforms.web.front import FrontDoor
from bot.platforms.web.hub import Hub
from bot.platforms.web.pages import Pages
from bot.platforms.web.refusals import Refused
from bot.platforms.web.send import WebPlatform
from bot.platforms.web.signing_in import SendLink, SigningIn
from bot.settings import Settings
from bot.times import utc_now

# Proxies and phone networks drop a connection that is silent for a minute, some after 30 seconds.
KEEP_ALIVE = timedelta(seconds=15)


class Web:
    """Pages, their addresses, and the platform that delivers to them.

    ``answer`` is dispatch; ``store`` runs a function on the kept conversations in a transaction.
    ``send_link`` sends a sign-in link to an address, where mail is set up.
    """

    def __init__(
        self,
        settings: Settings,
        answer: Answer,
        store: InTransaction[WebStore],
        *,
        send_link: SendLink | None = None,
        clock: Callable[[], datetime] = utc_now,
        keep_alive: timedelta = KEEP_ALIVE,
    ) -> None:
        self._hub = Hub()
        self._pages = Pages(urlsplit(settings.public_url).path)
        self._front = FrontDoor(settings, store, self._pages, clock)
        self._entrance = Entrance(self._front, self._hub, by_mail=send_link is not None)
        self._signing_in = SigningIn(self._front, send_link) if send_link else None
        self._chat = Chat(self._front, self._hub, answer, keep_alive=keep_alive)
        self._channels = Channels(self._front)
        self.platform = WebPlatform(store, self._hub, clock)

    def routes(self) -> list[web.RouteDef]:
        """Everything below ``/``, ``/enter``, ``/act``, ``/leave`` and ``/chat``."""
        page, api = self._front.page, self._front.api
        entrance, chat, channels = self._entrance, self._chat, self._channels
        asked = self._signing_in
        by_mail = [web.post("/link", page(asked.ask))] if asked else []
        return [
            *by_mail,
            web.get("/", page(entrance.start)),
            web.get("/act", page(entrance.people)),
            web.post("/act", page(entrance.act)),
            web.get("/enter/{token}", page(entrance.link)),
            web.post("/enter/{token}", page(entrance.enter)),
            web.post("/leave", page(entrance.leave)),
            web.get("/chat/entries", api(chat.entries)),
            web.get("/chat/home", api(chat.home)),
            web.get("/chat/people", api(chat.people)),
            web.get("/chat/channels", api(channels.channels)),
            web.get("/chat/posts", api(channels.posts)),
            # A HEAD would never end either.
            web.get("/chat/stream", api(chat.stream), allow_head=False),
            web.post("/chat/say", api(chat.say)),
            web.post("/chat/tap", api(chat.tap)),
            web.post("/chat/submit", api(chat.submit)),
            web.post("/chat/read", api(chat.seen)),
            web.get("/chat/static/{version}/{name}", page(self._file)),
        ]

    async def visitor(self, request: web.Request) -> Visitor | None:
        """Who is signed in in this browser: for the organisers' pages, which share the session."""
        return await self._front.visitor(request)

    async def start(self) -> None:
        """Take pages in."""
        self._hub.open()

    async def stop(self) -> None:
        """Close the open pages' streams; to be called before the server waits for its requests."""
        self._hub.close()
        if self._signing_in is not None:
            await self._signing_in.finish()

    async def _file(self, request: web.Request) -> web.Response:
        found = self._pages.file(request.match_info["version"], request.match_info["name"])
        if found is None:
            raise Refused(404, "There is no such file.")
        return found
