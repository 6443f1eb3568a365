"""Coming in and going out: the pages before the chat."""

from aiohttp import web

from bot.chat.platform import Visitor
from bot.platforms.web import sessions
from bot.platforms.web.front import FrontDoor, page_key
from bot.platforms.web.hub import Hub
from bot.platforms.web.refusals import Refused

LINK_IS_OVER = "This link was used already or has run out. Ask an organiser for a new one."
LINK_IS_OVER_BY_MAIL = (
    "This link was used already or has run out. Open the first page and ask for a new one."
)


class Entrance:
    """Signs people in by their personal link, or as an invented person of the example."""

    def __init__(self, front: FrontDoor, hub: Hub, *, by_mail: bool) -> None:
        self._front = front
        self._hub = hub
        self._by_mail = by_mail

    async def start(self, request: web.Request) -> web.Response:
        """The chat for somebody signed in, else how to come in."""
        visitor = await self._front.visitor(request)
        if visitor is not None:
            return self._front.pages.page("chat", visitor=visitor, key=page_key(visitor))
        return await self.people(request)

    async def people(self, request: web.Request) -> web.Response:
        """The invented people to act as; outside the example, how to come in."""
        people = await self._example_people(request)
        if not people:
            return self._front.pages.page("welcome", by_mail=self._by_mail)
        visitor = await self._front.visitor(request)
        groups = [
            ("Organisers", [person for person in people if person.is_organiser]),
            ("Leaders", [person for person in people if not person.is_organiser]),
        ]
        return self._front.pages.page(
            "people",
            groups=[group for group in groups if group[1]],
            current=visitor.account if visitor else None,
        )

    async def act(self, request: web.Request) -> web.Response:
        """Begin a session as an invented person."""
        sent = await self._front.form(request)
        people = await self._example_people(request)
        if not people:
            raise Refused(403, "There is no example community here to act in.")
        accounts = {f"{one.account.lane} {one.account.user}": one.account for one in people}
        account = accounts.get(sent.get("person", ""))
        token = sessions.new_token()
        session, now = sessions.hashed(token), self._front.clock()
        if account is None or not await self._front.store(
            lambda store: store.act_as(account, session, now=now)
        ):
            raise Refused(400, "There is nobody of that name to act as.")
        return await self._let_in(request, token)

    async def link(self, request: web.Request) -> web.Response:
        """A personal link, opened: shows whom it is for and consumes nothing.

        Mail programs and chat clients open links by themselves to look at them.
        """
        link, now = sessions.hashed(request.match_info["token"]), self._front.clock()
        visitor = await self._front.store(lambda store: store.link(link, now=now))
        if visitor is not None:
            return self._front.pages.page("enter", visitor=visitor)
        # Whoever came in by it opens the e-mail again to see the chat.
        if await self._front.visitor(request) is not None:
            return self._see("/")
        raise self._link_is_over()

    async def enter(self, request: web.Request) -> web.Response:
        """Consume a personal link and begin a session."""
        link, now = sessions.hashed(request.match_info["token"]), self._front.clock()
        token = sessions.new_token()
        session = sessions.hashed(token)
        visitor = await self._front.store(lambda store: store.enter(link, session, now=now))
        if visitor is None:
            raise self._link_is_over()
        return await self._let_in(request, token)

    async def leave(self, request: web.Request) -> web.Response:
        """End the session."""
        await self._end_session(request)
        response = self._see("/")
        sessions.end(response, self._front.settings)
        return response

    def _link_is_over(self) -> Refused:
        return Refused(410, LINK_IS_OVER_BY_MAIL if self._by_mail else LINK_IS_OVER)

    async def _let_in(self, request: web.Request, token: str) -> web.Response:
        await self._end_session(request)
        response = self._see("/")
        sessions.begin(response, token, self._front.settings)
        return response

    async def _end_session(self, request: web.Request) -> None:
        session = sessions.session_hash(request, self._front.settings)
        if session is not None:
            await self._front.store(lambda store: store.leave(session))
            self._hub.end_session(session)

    async def _example_people(self, request: web.Request) -> list[Visitor]:
        if not sessions.is_on_this_machine(request, self._front.settings):
            return []
        return list(await self._front.store(lambda store: store.example_people()))

    def _see(self, path: str) -> web.Response:
        return web.Response(
            status=303,
            headers={"Location": f"{self._front.base}{path}", "Cache-Control": "no-store"},
        )
