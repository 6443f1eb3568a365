"""What the chat page asks of the community's channels."""

from aiohttp import web

from bot.platforms.web import read, render
from bot.platforms.web.front import FrontDoor, as_json

PAGE = 20  # posts at once: a few screens of a phone


class Channels:
    """The channels of a visitor's community; nobody else's are to be seen."""

    def __init__(self, front: FrontDoor) -> None:
        self._front = front

    async def channels(self, request: web.Request) -> web.Response:
        """Every channel and how many posts it has."""
        visitor = await self._front.member(request)
        found = await self._front.store(lambda store: store.channels(visitor.account.lane))
        return as_json({"channels": [render.channel(name, posts) for name, posts in found]})

    async def posts(self, request: web.Request) -> web.Response:
        """The newest posts of a channel, or those before a post; ``more`` where older ones are."""
        visitor = await self._front.member(request)
        name = read.channel(request.query.get("channel"))
        before = read.before(request.query.get("before"))
        found = await self._front.store(
            lambda store: store.posts(visitor.account.lane, name, before=before, limit=PAGE + 1)
        )
        shown = [render.post(each) for each in found[:PAGE]]
        return as_json({"posts": shown, "more": len(found) > PAGE})
