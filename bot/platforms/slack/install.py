"""Installing the bot in a Slack workspace: to Slack and back, and what is said about it.

Source: https://docs.slack.dev/authentication/installing-with-oauth
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, urljoin, urlsplit

import structlog
from aiohttp import web
from slack_sdk.oauth import AuthorizeUrlGenerator

from bot.chat.platform import Installation, InTransaction, Seals, SlackStore
from bot.errors import TryLater, Uncertain
from bot.ids import CommunityId
from bot.platforms.slack import links, tokens
from bot.platforms.slack.api import Api, Refusal
from bot.platforms.slack.manifest import INSTALL, REDIRECT, SCOPES
from bot.platforms.slack.pages import Sheet, page
from bot.platforms.slack.payload import Malformed
from bot.settings import Settings

log = structlog.get_logger(__name__)

BROWSER_BYTES = 32  # 256 bits: nobody guesses one.
AUTHORIZE = "/oauth/v2/authorize"  # On slack.com, or where SLACK_API_URL is.

LINK_WRONG = (
    "This install link is not complete or was changed. Ask whoever gave it to you to send it again."
)
LINK_NEEDED = (
    "This address does not say which community your workspace joins. Ask an organiser of your "
    "community for its install link."
)
COMMUNITY_GONE = "The community of this install link is not here any more. Nothing was installed."
DENIED = "Nothing was installed, because Slack was told not to. Open the install link to try again."
STATE_WRONG = (
    "Nothing was installed, because this was begun more than ten minutes ago or in another "
    "browser. Open the install link again and finish in the same browser."
)
CODE_REFUSED = (
    "Nothing was installed, because Slack did not take the permission it gave ({code}). Open the "
    "install link to try again."
)
SLACK_AWAY = "Nothing was installed, because Slack did not answer. Open the install link again."
ORGANISATION = (
    "Nothing was installed. The bot joins single workspaces and not a whole Slack organisation: "
    "open the install link again and choose one workspace."
)
CONNECTED = "The Slack workspace “{workspace}” is connected to the community “{community}”."
STAYS = (
    "The Slack workspace “{workspace}” belongs to the community “{community}” already and stays "
    "there; this link was another community’s."
)
NEXT = (
    "In Slack, type /leaders help. The bot shows what it can do.",
    "Tell your colleagues. Everybody who writes to the bot becomes part of the community.",
)

Finished = Callable[[Installation], Awaitable[None]]


class Refused(Exception):
    """Nothing is installed; the status is HTTP's and the sentence is for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Install:
    """The two pages of an installation. ``finished`` runs after a workspace was kept."""

    def __init__(
        self,
        settings: Settings,
        store: InTransaction[SlackStore],
        seals: Seals,
        api: Api,
        *,
        finished: Finished,
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._store = store
        self._seals = seals
        self._api = api
        self._finished = finished
        self._clock = clock
        self._redirect = f"{settings.public_url}{REDIRECT}"
        self._is_secure = urlsplit(settings.public_url).scheme == "https"
        # With https the prefix by which browsers refuse one set by a neighbour.
        self._cookie = "__Host-leaders-slack" if self._is_secure else "leaders-slack"

    def routes(self) -> list[web.RouteDef]:
        """Where an installation begins, and where Slack sends the browser back to."""
        return [
            web.get(INSTALL, self._guarded(self._begin), allow_head=False),
            # A HEAD would spend the code that the GET needs.
            web.get(REDIRECT, self._guarded(self._end), allow_head=False),
        ]

    def _guarded(
        self, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def guarded(request: web.Request) -> web.Response:
            try:
                return await handler(request)
            except Refused as refused:
                return page(Sheet("That did not work", refused.sentence), status=refused.status)

        return guarded

    async def _begin(self, request: web.Request) -> web.Response:
        """On to Slack, with a state that only this browser can bring back."""
        community = await self._wanted(request)
        browser = secrets.token_urlsafe(BROWSER_BYTES)
        made = links.state(community, browser, self._seals, now=self._now())
        slack = AuthorizeUrlGenerator(
            client_id=quote(self._settings.slack_client_id, safe=""),
            redirect_uri=quote(self._redirect, safe=""),
            scopes=sorted(SCOPES),
            authorization_url=urljoin(self._settings.slack_api_url, AUTHORIZE),
        )
        response = web.Response(
            status=302,
            headers={
                "Location": slack.generate(quote(made, safe="")),
                "Cache-Control": "no-store",
                # The link is for whoever was given it, not for Slack.
                "Referrer-Policy": "no-referrer",
            },
        )
        response.set_cookie(
            self._cookie,
            browser,
            max_age=int(links.STATE_LIVES.total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._is_secure,
        )
        return response

    async def _wanted(self, request: web.Request) -> CommunityId:
        sealed = request.query.get("community")
        if sealed is None:
            # A workspace vouches for its people's e-mail addresses, so none comes uninvited.
            raise Refused(400, LINK_NEEDED)
        try:
            community = links.community_of(sealed, self._seals)
        except links.NotOurs as error:
            raise Refused(400, LINK_WRONG) from error
        if community not in dict(await self._store(lambda store: store.communities())):
            raise Refused(410, COMMUNITY_GONE)
        return community

    async def _end(self, request: web.Request) -> web.Response:
        """Keep the workspace that Slack's code stands for."""
        if refusal := request.query.get("error"):
            is_no = refusal == "access_denied"
            raise Refused(
                403 if is_no else 400, DENIED if is_no else CODE_REFUSED.format(code=refusal)
            )
        browser = request.cookies.get(self._cookie, "")
        try:
            community = links.community_of_state(
                request.query.get("state", ""), browser, self._seals, now=self._now()
            )
        except links.NotOurs as error:
            log.info("slack_install_refused", reason="state")
            raise Refused(400, STATE_WRONG) from error

        found = await self._installed(request.query.get("code", ""))
        belongs, names = await self._kept(replace(found, community=community))
        await self._finished(found)
        log.info("slack_installed", lane=found.lane, community=belongs)
        sentence = CONNECTED if belongs == community else STAYS
        response = page(
            Sheet(
                "The bot is in your workspace",
                sentence.format(workspace=found.name or found.workspace, community=names[belongs]),
                NEXT,
            )
        )
        response.del_cookie(
            self._cookie, path="/", httponly=True, samesite="Lax", secure=self._is_secure
        )
        return response

    async def _installed(self, code: str) -> Installation:
        try:
            answer = await self._api.exchange(code=code, redirect_uri=self._redirect)
        except Refusal as error:
            log.warning("slack_install_refused", reason=error.code)
            raise Refused(400, CODE_REFUSED.format(code=error.code)) from error
        except (TryLater, Uncertain) as error:
            raise Refused(503, SLACK_AWAY) from error
        if tokens.is_for_an_organisation(answer):
            log.info("slack_install_refused", reason="organisation")
            raise Refused(400, ORGANISATION)
        try:
            return tokens.installed(answer, now=self._now())
        except Malformed as error:
            raise Refused(502, SLACK_AWAY) from error

    async def _kept(self, installation: Installation) -> tuple[CommunityId, dict[CommunityId, str]]:
        """To which community the workspace belongs now, and the names of all."""

        def keep(store: SlackStore) -> tuple[CommunityId | None, dict[CommunityId, str]]:
            names = dict(store.communities())
            belongs = store.belongs_to(installation.lane) or installation.community
            if belongs in names:
                store.install(installation, now=self._now())
            return belongs, names

        belongs, names = await self._store(keep)
        if belongs is None or belongs not in names:
            raise Refused(410, COMMUNITY_GONE)
        return belongs, names

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)
