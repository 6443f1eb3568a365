"""The front door of every organisers' page: checks, who asks, headers, errors and flashes."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog
from aiohttp import web

from bot.chat import messages
from bot.chat.messages import Account, Buttons, Message, Note
from bot.chat.platform import Answer, Visitor
from bot.chat.requests import Fields, Incoming, Kind, Outcome, Profile, Role
from bot.console import checks
from bot.console.checks import Sent
from bot.console.pages import Pages
from bot.console.refusals import Refused, SignedOut
from bot.console.seals import Flash, Seals
from bot.domain.members import Member, MemberState
from bot.errors import DatabaseUnready
from bot.settings import Settings
from storage.communities import Community
from storage.database import Database
from storage.unit_of_work import UnitOfWork

T = TypeVar("T")

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
WhoAsks = Callable[[web.Request], Awaitable[Visitor | None]]

FLASH = "leaders-console"
# The next page shows it; a flash that waits longer is about something forgotten.
FLASH_SECONDS = 60
ORGANISERS_ONLY = (
    "These pages are for the organisers of your community. An organiser can give you that role."
)
TOO_OLD = "The page had been open for too long, so nothing was changed. Please try again."


@dataclass(frozen=True, slots=True)
class Asker:
    """The organiser who asks, read from the database for this very request."""

    visitor: Visitor
    member: Member
    community: Community
    now: datetime

    @property
    def account(self) -> Account:
        """The account they are signed in with."""
        return self.visitor.account


class Front:
    """Opens for organisers, and speaks with dispatch for them."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        answer: Answer,
        visitor: WhoAsks,
        pages: Pages,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._database = database
        self._answer = answer
        self._visitor = visitor
        self._pages = pages
        self._clock = clock
        self._seals = Seals(settings)

    def guarded(self, handler: Handler) -> Handler:
        """The handler behind the checks; a refusal is shown as a page."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            response: web.StreamResponse
            try:
                checks.check_host(request, self._settings)
                checks.check_origin(request, self._settings)
                response = await handler(request)
            except SignedOut:
                response = self.see("/")
            except Refused as refusal:
                response = self._refused(refusal)
            except DatabaseUnready as error:
                log.warning("database_unready")
                response = self._refused(Refused(503, str(error)))
            # The outermost edge: whatever went wrong, the organiser is told and the log knows.
            except Exception:
                ref = secrets.token_hex(2).upper()
                log.exception("console_request_broke", ref=ref)
                response = self._refused(
                    Refused(503, f"Something broke (ref {ref}). Nothing was changed; try again.")
                )
            for name, value in checks.SECURITY_HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guarded

    async def read(
        self, request: web.Request, look: Callable[[UnitOfWork, Asker], T]
    ) -> tuple[Asker, T]:
        """Who asks, and what ``look`` found for them, both in one transaction.

        Raises ``SignedOut`` where nobody is signed in, ``Refused`` for anybody but an organiser.
        """
        visitor = await self._visitor(request)
        if visitor is None:
            raise SignedOut("Nobody is signed in.")
        now = self._clock()

        def act(db: UnitOfWork) -> tuple[Asker, T]:
            asker = _asker(db, visitor, now)
            return asker, look(db, asker)

        return await self._database.run(act)

    async def asker(self, request: web.Request) -> Asker:
        """Who asks; see :meth:`read`."""
        asker, _ = await self.read(request, lambda _db, _asker: None)
        return asker

    async def sent(self, request: web.Request) -> tuple[Asker, Sent]:
        """Who sent a form and what; raises ``Refused`` for a form that is not ours."""
        asker = await self.asker(request)
        return asker, await checks.sent_form(request)

    def is_ours(self, asker: Asker, sent: Sent) -> bool:
        """Whether the form was drawn by us for this organiser, lately."""
        token = checks.first(sent, "form_token")
        return self._seals.is_form_token(token, asker.account, asker.now.date())

    async def tap(self, asker: Asker, route: str, *, value: str = "", token: str = "") -> Outcome:
        """What a button of this route and value comes to."""
        return await self._ask(asker, Kind.TAP, route, value=value, token=token)

    async def submit(
        self, asker: Asker, route: str, fields: Fields, *, value: str = "", token: str = ""
    ) -> Outcome:
        """What sending a form in comes to."""
        return await self._ask(asker, Kind.SUBMIT, route, value=value, token=token, fields=fields)

    def show(
        self,
        request: web.Request,
        asker: Asker,
        name: str,
        *,
        status: int = 200,
        flash: Flash | None = None,
        **filled: object,
    ) -> web.Response:
        """A page for an organiser; what a former request left to say is said on it."""
        sealed = request.cookies.get(FLASH)
        left = self._seals.opened(sealed) if sealed else None
        response = self._pages.page(
            name,
            status=status,
            asker=asker,
            zone=asker.community.zone,
            flash=flash or left,
            form_token=self._seals.form_token(asker.account, asker.now.date()),
            once=secrets.token_urlsafe(12),
            **filled,
        )
        if sealed:
            response.del_cookie(FLASH, path=f"{self._pages.base}/console")
        return response

    def address(self, request: web.Request) -> str:
        """The page's own address, for the links to the pages beside it."""
        return f"{self._pages.base}{request.path}"

    def see(self, path: str, flash: Flash | None = None) -> web.Response:
        """Lead the browser to another page, with something to say there."""
        response = web.Response(
            status=303,
            headers={"Location": f"{self._pages.base}{path}", "Cache-Control": "no-store"},
        )
        if flash is not None:
            response.set_cookie(
                FLASH,
                self._seals.seal(flash),
                max_age=FLASH_SECONDS,
                path=f"{self._pages.base}/console",
                httponly=True,
                samesite="Strict",
                secure=self._settings.public_url.startswith("https:"),
            )
        return response

    async def _ask(
        self,
        asker: Asker,
        kind: Kind,
        route: str,
        *,
        value: str,
        token: str,
        fields: Fields | None = None,
    ) -> Outcome:
        return await self._answer(
            Incoming(
                asker.account,
                kind,
                text=value,
                route=route,
                fields=fields or {},
                token=token,
                profile=Profile(name=asker.member.name),
            )
        )

    def _refused(self, refusal: Refused) -> web.Response:
        return self._pages.page(
            "refused",
            status=refusal.status,
            sentence=refusal.sentence,
            is_organiser=refusal.sentence != ORGANISERS_ONLY,
        )


def said(message: Message) -> Flash:
    """A reply as a flash: its words without its buttons, which the page has in their places."""
    blocks = tuple(each for each in message.blocks if not isinstance(each, Buttons | Note))
    return Flash(messages.plain(messages.message(*blocks)))


def opening(message: Message) -> Flash:
    """The first sentences of a reply, where the page that follows shows the rest."""
    return Flash(messages.plain(messages.message(*message.blocks[:1])))


def _asker(db: UnitOfWork, visitor: Visitor, now: datetime) -> Asker:
    member = db.members.account_owner(visitor.account)
    if member is None or member.state is not MemberState.ACTIVE:
        raise SignedOut("The account belongs to nobody who is here.")
    if member.role is not Role.ORGANISER:
        raise Refused(403, ORGANISERS_ONLY)
    return Asker(visitor, member, db.communities.get(member.community), now)
