"""Somebody's web chat, as their page asks for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.end_to_end.bot_process import Bot, until
from tests.end_to_end.place import tapped

Json = dict[str, Any]
WITHIN = 40


class WebChat:
    """What somebody says and taps there, and what they see."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def entries(self) -> list[Json]:
        """The lines of the conversation, the oldest first."""
        return (await self._asks("GET", "/chat/entries"))["entries"]

    async def posts(self, channel: str) -> list[Json]:
        """The posts of a channel, the newest first."""
        return (await self._asks("GET", f"/chat/posts?channel={channel}"))["posts"]

    async def says(self, words: str) -> None:
        await self._asks("POST", "/chat/say", {"text": words})

    async def taps(self, entry: Json, label: str) -> None:
        await self._asks("POST", "/chat/tap", tapped(entry, label))

    async def sees(self, beginning: str, *, channel: str = "") -> Json:
        """The line, or the post of a channel, that begins so, once it is there."""

        async def look() -> Json | None:
            found = await self.posts(channel) if channel else await self.entries()
            return next((each for each in found if text_of(each).startswith(beginning)), None)

        return await until(look, what=f"“{beginning}” on the web", within=WITHIN)

    async def _asks(self, method: str, path: str, sent: Json | None = None) -> Json:
        async with self._http.request(method, path, json=sent) as response:
            assert response.status == 200, await response.text()
            return await response.json()


@asynccontextmanager
async def web_chat(bot: Bot, session: str) -> AsyncIterator[WebChat]:
    """The web chat of whoever has this session."""
    headers = {"Origin": bot.address, "Cookie": f"leaders={session}"}
    async with aiohttp.ClientSession(bot.address, headers=headers) as http:
        yield WebChat(http)


def text_of(entry: Json) -> str:
    """A message in plain words; empty for what somebody typed themselves."""
    return str(entry.get("card", {}).get("text", ""))
