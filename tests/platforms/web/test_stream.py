import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientResponse

from bot.chat.platform import Delivery, DeliveryKind, Destination
from bot.platforms.web import render
from tests.platforms.web.fakes import ADA, BEN, LANE, SESSION_AGE, said
from tests.platforms.web.place import NOW, Browser, Place

PATIENCE = 5  # seconds: a stream that is silent for longer is broken


@dataclass
class Stream:
    """Reads events as a browser does, and remembers the last one's number."""

    response: ClientResponse
    last: str = ""

    async def next(self) -> tuple[str, object]:
        """The next event; what only keeps the connection alive is passed over."""
        while True:
            name, data = "", ""
            while (line := await self.line()) != "":
                key, _, value = line.partition(": ")
                name = value if key == "event" else name
                data = value if key == "data" else data
                self.last = value if key == "id" else self.last
            if name:
                return name, json.loads(data)

    async def line(self) -> str:
        async with asyncio.timeout(PATIENCE):
            read = await self.response.content.readline()
        if not read:
            raise EOFError
        return read.decode().rstrip("\n")

    async def is_over(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await self.next()
        except EOFError:
            return True


@asynccontextmanager
async def follow(browser: Browser, last: str | None = None) -> AsyncIterator[Stream]:
    headers = {"Last-Event-ID": last} if last else {}
    response = await browser.get("/chat/stream", headers=headers)
    assert response.status == 200
    try:
        yield Stream(response, last or "")
    finally:
        response.close()


def post(key: str, *users: str, words: str = "Good morning") -> Delivery:
    return Delivery(key, LANE, DeliveryKind.POST, Destination(users), said(words))


async def test_stream_begins_with_a_look_at_everything(ada: Browser) -> None:
    async with follow(ada) as stream:
        first = await stream.next()

        assert first == ("sync", {})
        headers = stream.response.headers
        assert stream.response.content_type == "text/event-stream"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


async def test_stream_tells_of_deliveries(ada: Browser, place: Place) -> None:
    async with follow(ada) as stream:
        await stream.next()
        receipt = await place.web.platform.send(post("a", "1"))
        told = [await stream.next(), await stream.next()]

        line = place.store.lines[ADA.account][0]
        assert told == [("entry", render.entry(line)), ("unread", {"unread": 1})]

        update = Delivery("b", LANE, DeliveryKind.UPDATE, Destination(), said("Changed"), receipt)
        await place.web.platform.send(update)
        name, entry = await stream.next()
        assert name == "entry"
        assert entry == render.entry(place.store.lines[ADA.account][0])

        delete = Delivery("c", LANE, DeliveryKind.DELETE, Destination(), receipt=receipt)
        await place.web.platform.send(delete)
        assert [await stream.next(), await stream.next()] == [
            ("removed", {"id": line.id}),
            ("unread", {"unread": 0}),
        ]


async def test_all_tabs_and_browsers_of_a_person_are_told(
    ada: Browser, stranger: Browser, place: Place
) -> None:
    stranger.signs_in(place.store, ADA, token="session-2")

    async with follow(ada) as first, follow(ada) as second, follow(stranger) as third:
        streams = (first, second, third)
        for stream in streams:
            await stream.next()
        shown = await ada.sends("/chat/say", {"text": "hello"})
        told = [[await stream.next() for _ in range(3)] for stream in streams]

    expected = [("entry", entry) for entry in shown["entries"]] + [("unread", {"unread": 1})]
    assert told == [expected] * 3


async def test_reading_in_one_tab_is_told_to_the_others(ada: Browser, place: Place) -> None:
    line = place.store.keep_message(ADA.account, said("Hello"), key=None, now=NOW)

    async with follow(ada) as stream:
        await stream.next()
        await ada.sends("/chat/read", {"entry": line.id})

        assert await stream.next() == ("unread", {"unread": 0})


async def test_nothing_of_anybody_else_is_told(
    ada: Browser, stranger: Browser, place: Place
) -> None:
    stranger.signs_in(place.store, BEN, token="session-2")

    async with follow(ada) as stream:
        await stream.next()
        await stranger.sends("/chat/say", {"text": "Ben’s secret"})
        await stranger.sends("/chat/read", {"entry": 2})
        await place.web.platform.send(post("a", "1"))

        _, entry = await stream.next()
        assert entry == render.entry(place.store.lines[ADA.account][0])


async def test_words_that_must_not_be_kept_are_told_nowhere(ada: Browser, place: Place) -> None:
    async with follow(ada) as stream:
        await stream.next()
        await ada.sends("/chat/say", {"text": "avoid"})
        await place.web.platform.send(post("a", "1", words="next"))

        _, entry = await stream.next()
        assert entry == render.entry(place.store.lines[ADA.account][0])


async def test_reconnecting_loses_and_doubles_nothing(ada: Browser, place: Place) -> None:
    heard = []
    async with follow(ada) as stream:
        await stream.next()
        await place.web.platform.send(post("1", "1", words="1"))
        heard += [await stream.next(), await stream.next()]
        last = stream.last

    await place.web.platform.send(post("2", "1", words="2"))
    await place.web.platform.send(post("3", "1", words="3"))
    async with follow(ada, last) as stream:
        await place.web.platform.send(post("4", "1", words="4"))
        heard += [await stream.next() for _ in range(6)]

    texts = [data["card"]["text"] for name, data in heard if name == "entry"]  # type: ignore[index]
    assert texts == ["1", "2", "3", "4"]


async def test_stream_is_kept_alive(ada: Browser) -> None:
    async with follow(ada) as stream:
        await stream.next()

        lines = [await stream.line() for _ in range(3)]

    assert lines == [": still here", "", ": still here"]


async def test_stream_ends_with_its_session(ada: Browser, place: Place) -> None:
    async with follow(ada) as left, follow(ada) as other_tab:
        await ada.post("/leave")

        # At once, not only when it is next looked whether the session still lasts.
        assert all(page.is_closed for page in place.web._hub._open)
        assert await left.is_over()
        assert await other_tab.is_over()


async def test_stream_ends_when_the_session_runs_out(ada: Browser, place: Place) -> None:
    async with follow(ada) as stream:
        await stream.next()
        place.now += SESSION_AGE

        assert await stream.is_over()


async def test_stream_ends_with_its_session_however_much_there_is_to_tell(
    ada: Browser, place: Place
) -> None:
    async with follow(ada) as stream:
        await stream.next()
        place.now += SESSION_AGE
        reading = asyncio.ensure_future(stream.is_over())

        while not reading.done():
            await place.web.platform.send(post("a", "1"))
            await asyncio.sleep(0)

        assert await reading


async def test_stream_ends_when_the_bot_stops(ada: Browser, place: Place) -> None:
    async with follow(ada) as stream:
        await stream.next()

        await place.web.stop()

        assert await stream.is_over()


async def test_stream_that_breaks_ends_quietly(ada: Browser, place: Place) -> None:
    async with follow(ada) as stream:
        await stream.next()
        place.transactions.failure = RuntimeError("disk full")

        assert await stream.is_over()


async def test_page_that_went_away_is_forgotten(ada: Browser, place: Place) -> None:
    async with follow(ada) as stream:
        await stream.next()

    async with asyncio.timeout(PATIENCE):
        while place.web._hub._open:
            await place.web.platform.send(post("a", "1"))
            await asyncio.sleep(0)

    assert not place.web._hub._open


async def test_stream_has_no_head(ada: Browser, place: Place) -> None:
    response = await ada.http.head(place.server.make_url("/chat/stream"))

    assert response.status == 405
