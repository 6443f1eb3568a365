"""Asking for a sign-in link by e-mail, without learning who is a member."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.platforms.web import callers
from bot.platforms.web.front import FrontDoor
from bot.platforms.web.refusals import Refused

log = structlog.get_logger()

SendLink = Callable[[str], Awaitable[None]]

# RFC 5321, 4.5.3.1.3: a path has at most 256 characters, its brackets among them.
MAX_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")

NO_ADDRESS = "That is no e-mail address. Go back and type one such as ada@example.org."
TOO_OFTEN = "There were many questions from where you are. Please try again in an hour."


class SigningIn:
    """Takes an address and always answers the same.

    The link is sent after the answer, so that not even its time tells whether an address is known.
    """

    def __init__(self, front: FrontDoor, send_link: SendLink) -> None:
        self._front = front
        self._send_link = send_link
        self._limit = callers.Limit()
        self._sending: set[asyncio.Task[None]] = set()

    async def ask(self, request: web.Request) -> web.Response:
        """Somebody asks for their link."""
        sent = await self._front.form(request)
        address = sent.get("email", "").strip()
        if len(address) > MAX_ADDRESS or not _ADDRESS.fullmatch(address):
            raise Refused(400, NO_ADDRESS)
        who = callers.caller(request, self._front.settings.proxy_networks)
        if not self._limit.take(who, now=self._front.clock()):
            raise Refused(429, TOO_OFTEN)
        task = asyncio.create_task(self._send(address))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        return self._front.pages.page("asked")

    async def finish(self) -> None:
        """Wait for what was asked for to be written down."""
        await asyncio.gather(*self._sending)

    async def _send(self, address: str) -> None:
        try:
            await self._send_link(address)
        # The outermost edge: the asker has their answer, so the log alone can be told.
        except Exception:
            log.exception("sign_in_link_broke")
