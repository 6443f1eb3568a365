"""The addresses the chat page talks to: what was said, tapped and filled in, and what is new."""

import time
from datetime import timedelta

import structlog
from aiohttp import web

from bot.chat.forms import Form
from bot.chat.messages import Message
from bot.chat.platform import Answer, Entry, Visitor, WebStore
from bot.chat.requests import Outcome
from bot.platforms.web import read, render, sessions
from bot.platforms.web.front import SECURITY_HEADERS, FrontDoor, as_json
from bot.platforms.web.hub import Hub, Subscription
from bot.platforms.web.send import publish_entry, publish_unread

log = structlog.get_logger()

PAGE = 30  # lines at once: more than a screen, and quick on a phone
MAX_PEOPLE = 8  # suggestions that fit above a phone's keyboard
RETRY_MS = 3000  # a page asks again after a lost stream, gently
STREAM_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold events back otherwise
}


class Chat:
    """One conversation of a visitor with the bot."""

    def __init__(self, front: FrontDoor, hub: Hub, answer: Answer, *, keep_alive: timedelta):
        self._front = front
        self._hub = hub
        self._answer = answer
        self._keep_alive = keep_alive.total_seconds()

    async def entries(self, request: web.Request) -> web.Response:
        """The newest lines, or those before a line; ``more`` says whether older ones exist."""
        visitor = await self._front.member(request)
        before = read.before(request.query.get("before"))

        def look(store: WebStore) -> tuple[list[Entry], int]:
            found = store.entries(visitor.account, before=before, limit=PAGE + 1)
            return list(found), store.unread(visitor.account)

        found, unread = await self._front.store(look)
        shown = [render.entry(line) for line in found[-PAGE:]]
        return as_json({"entries": shown, "more": len(found) > PAGE, "unread": unread})

    async def say(self, request: web.Request) -> web.Response:
        """Typed words, and the answer to them."""
        visitor = await self._front.member(request)
        incoming = read.words(visitor, await self._front.payload(request))
        outcome = await self._answer(incoming)
        return await self._shown(visitor, outcome, words=incoming.text)

    async def tap(self, request: web.Request) -> web.Response:
        """A tapped button; the answer may take the place of the card it stands on."""
        visitor = await self._front.member(request)
        incoming, entry = read.tap(visitor, await self._front.payload(request))
        return await self._shown(visitor, await self._answer(incoming), tapped=entry)

    async def submit(self, request: web.Request) -> web.Response:
        """A filled form, answered with a message, another form, or its fields' errors."""
        visitor = await self._front.member(request)
        incoming = read.submission(visitor, await self._front.payload(request))
        return await self._shown(visitor, await self._answer(incoming))

    async def home(self, request: web.Request) -> web.Response:
        """What stands on the home panel now."""
        visitor = await self._front.member(request)
        reply = (await self._answer(read.home(visitor))).reply
        return as_json({"card": render.card(reply) if isinstance(reply, Message) else None})

    async def people(self, request: web.Request) -> web.Response:
        """Members whose name holds what was typed."""
        visitor = await self._front.member(request)
        typed = read.person_words(request.query.get("q"))
        if not typed:
            return as_json({"people": []})
        found = await self._front.store(
            lambda store: store.people_named(visitor.account, typed, limit=MAX_PEOPLE)
        )
        return as_json({"people": [{"id": number, "name": name} for number, name in found]})

    async def seen(self, request: web.Request) -> web.Response:
        """Everything up to a line has been seen."""
        visitor = await self._front.member(request)
        entry = read.entry(await self._front.payload(request))

        def mark(store: WebStore) -> int:
            store.mark_read(visitor.account, entry)
            return store.unread(visitor.account)

        unread = await self._front.store(mark)
        publish_unread(self._hub, visitor.account, unread)
        return as_json({"unread": unread})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Events for an open page, until it closes, its session ends or the bot stops."""
        visitor = await self._front.member(request)
        session = sessions.session_hash(request, self._front.settings) or ""
        last = request.headers.get("Last-Event-ID")
        response = web.StreamResponse(headers=SECURITY_HEADERS | STREAM_HEADERS)
        with self._hub.subscribe(visitor.account, session=session, last=last) as events:
            await response.prepare(request)
            try:
                await self._follow(request, events, response)
            except ConnectionError:
                pass  # The page was closed.
            # The outermost edge: an answer that has begun can't become an error page any more,
            # and the page asks for a new stream by itself.
            except Exception:
                log.exception("web_stream_broke")
        return response

    async def _follow(
        self, request: web.Request, events: Subscription, response: web.StreamResponse
    ) -> None:
        await response.write(f"retry: {RETRY_MS}\n\n".encode())
        seen = time.monotonic()
        while not events.is_closed:
            event = await events.next(patience=self._keep_alive)
            # However much a community has to tell, it tells nobody who is signed out.
            if event is None or time.monotonic() - seen > self._keep_alive:
                if await self._front.visitor(request) is None:
                    return
                seen = time.monotonic()
            if event is not None:
                lines = f"id: {event.id}\nevent: {event.name}\ndata: {event.data}\n\n"
                await response.write(lines.encode())
            else:
                await response.write(b": still here\n\n")

    async def _shown(
        self,
        visitor: Visitor,
        outcome: Outcome,
        *,
        words: str = "",
        tapped: int | None = None,
    ) -> web.Response:
        """Keep what may be kept, tell the other open pages, and answer the one that asked."""
        reply = outcome.reply
        shown = {
            "entries": [],
            "kept": outcome.keep,
            "once": None,
            "form": render.form(reply) if isinstance(reply, Form) else None,
            "errors": dict(outcome.errors),
        }
        message = reply if isinstance(reply, Message) else None
        if not outcome.keep:
            return as_json(shown | {"once": render.card(message) if message else None})

        lines, unread = await self._kept(visitor, message, words=words, tapped=tapped)
        for line in lines:
            publish_entry(self._hub, visitor.account, line)
        if message is not None:
            publish_unread(self._hub, visitor.account, unread)
        return as_json(shown | {"entries": [render.entry(line) for line in lines]})

    async def _kept(
        self, visitor: Visitor, message: Message | None, *, words: str, tapped: int | None
    ) -> tuple[list[Entry], int]:
        account, now = visitor.account, self._front.clock()

        def keep(store: WebStore) -> tuple[list[Entry], int]:
            lines = [store.keep_words(account, words, now=now)] if words else []
            if message is not None:
                line = None
                if message.replaces and tapped is not None:
                    line = store.replace_message(account, tapped, message)
                if line is None:
                    line = store.keep_message(account, message, key=None, now=now)
                lines.append(line)
            return lines, store.unread(account)

        return await self._front.store(keep)
