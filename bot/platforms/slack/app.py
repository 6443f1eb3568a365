"""Listens to Slack over HTTP and Socket Mode, and shows what dispatch answers."""

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.chat.messages import Account
from bot.chat.patience import FIRST, Answering
from bot.chat.platform import Answer, Installation, InTransaction, Seals, SlackStore
from bot.chat.requests import Incoming, Kind, Outcome, Profile
from bot.errors import BotError, DatabaseUnready, SettingsError, TryLater
from bot.platforms.slack import bolt, door, read, repeats
from bot.platforms.slack import check as checks
from bot.platforms.slack.api import NOT_INSTALLED, Api
from bot.platforms.slack.api import log as library_log
from bot.platforms.slack.heard import Heard, Where
from bot.platforms.slack.install import Install
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.manifest import ADDRESS
from bot.platforms.slack.members import Members
from bot.platforms.slack.met import Met
from bot.platforms.slack.pace import Pace
from bot.platforms.slack.payload import Malformed
from bot.platforms.slack.renewals import Renewals
from bot.platforms.slack.replies import Replies, sorry
from bot.platforms.slack.send import SlackPlatform
from bot.platforms.slack.suggestions import People, suggested
from bot.platforms.slack.text import Json
from bot.settings import Settings

log = structlog.get_logger(__name__)

# Slack waits three seconds for an acknowledgement; half a second is for the way.
ACKNOWLEDGED_WITHIN = 2.5
# How often a Slack that did not answer at the start is asked again.
START_AGAIN_AFTER = 15

# Bolt's statuses for a payload without a listener, and for one that it can't take.
UNHEARD = 404
BROKEN = 500


class Slack:
    """Slack for every workspace that installed the bot.

    ``routes`` belong in the aiohttp application, ``platform`` in delivery; ``start`` and ``stop``
    run with the application's loop.
    """

    def __init__(
        self,
        settings: Settings,
        answer: Answer,
        store: InTransaction[SlackStore],
        *,
        people: People,
        seals: Seals,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._answer = answer
        self._store = store
        self._people = people
        self._clock = clock
        self._installations = Installations(store, clock=clock)
        self._renewals = Renewals(
            store,
            self._installations,
            lambda **asked: self._api.exchange(**asked),  # noqa: PLW0108 - it is made just below.
            clock=clock,
        )
        self._api = Api(
            settings.slack_api_url,
            self._renewals.of,
            afresh=self._installations.afresh,
            client=(settings.slack_client_id, settings.slack_client_secret),
            pace=pace,
        )
        self._install = Install(
            settings, store, seals, self._api, finished=self._installed, clock=clock
        )
        self._members = Members(self._api)
        self._replies = Replies(self._api, settings.public_url)
        self._met = Met(store, self._members)
        self._working: set[asyncio.Task[None]] = set()
        self._bolt: AsyncApp | None = None
        self._socket: AsyncSocketModeHandler | None = None
        self.platform = SlackPlatform(self._api, self._members, store, base_url=settings.public_url)

    def routes(self) -> list[web.RouteDef]:
        """One address for commands, events and interactivity, and two for installing.

        The first is not there over Socket Mode alone, the others not for a single workspace.
        """
        routes: list[web.RouteDef] = []
        if self._settings.slack_signing_secret:
            routes.append(web.post(ADDRESS, self._receive))
        if self._settings.has_slack_install:
            routes += self._install.routes()
        return routes

    async def start(self) -> None:
        """Keep the installation of the token, and connect where Socket Mode is set.

        Raises ``SettingsError`` for a token that Slack does not accept. While Slack can't be
        reached, what it must say is asked again in the background.
        """
        try:
            await self._begin()
        except checks.TokenRefused as error:
            raise SettingsError(str(error)) from error
        except checks.Unreached:
            log.warning("slack_unreached")
            self._in_background(self._begin_later())

    async def stop(self) -> None:
        """Finish what is being answered, then let go of all connections."""
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        waiting = [task for task in self._working if not task.done()]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=ACKNOWLEDGED_WITHIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._renewals.stop()
        await self._api.close()

    async def check(self) -> list[str]:
        """One sentence for everything that is wrong with the tokens, and how to mend it."""
        return await checks.check(self._settings)

    async def _begin(self) -> None:
        if self._settings.slack_bot_token:
            identity = await checks.identify(self._settings)
            await self._installations.keep(identity.installation)
            log.info("slack_ready", lane=identity.installation.lane)
        if self._settings.slack_app_token:
            self._socket = AsyncSocketModeHandler(
                self._listening(), self._settings.slack_app_token, logger=library_log
            )
            connecting = self._socket.connect_async()  # type: ignore[no-untyped-call]
            self._in_background(connecting)

    async def _installed(self, installation: Installation) -> None:
        account = Account(installation.lane, "")
        self._forget(account)
        await self._answer(Incoming(account, Kind.EVENT, route="installed"))

    async def _begin_later(self) -> None:
        while True:
            await asyncio.sleep(START_AGAIN_AFTER)
            try:
                return await self._begin()
            except checks.TokenRefused as error:
                log.warning("slack_token_refused", reason=str(error))
                return None
            except checks.Unreached:
                log.warning("slack_unreached")

    def _listening(self) -> AsyncApp:
        """Bolt, made when the loop runs."""
        if self._bolt is None:
            listeners = bolt.Listeners(
                command=self._on_command,
                tap=self._on_tap,
                form=self._on_form,
                suggestion=self._on_suggestion,
                event=self._on_event,
            )
            authorize = bolt.Authorize(self._installations.of)
            self._bolt = bolt.application(self._api.client(""), authorize, listeners)
        return self._bolt

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            body = await door.body_of(request.content.iter_any())
            payload = door.opened(
                body,
                request.headers,
                secret=self._settings.slack_signing_secret,
                now=self._clock(),
            )
            # Read by us already, it goes to Bolt the way a socket brings it: Bolt's own reading
            # takes a command with the word "payload" in it for an interaction, and loses it.
            asked = AsyncBoltRequest(body=payload, headers={}, mode="socket_mode")
        except door.Refused as refused:
            log.info("slack_refused", status=refused.status, reason=refused.reason)
            return web.Response(status=refused.status)
        except (AttributeError, KeyError, TypeError, ValueError):
            log.info("slack_refused", status=door.BAD_REQUEST, reason="body_unknown")
            return web.Response(status=door.BAD_REQUEST)
        try:
            response = await self._listening().async_dispatch(asked)
        except DatabaseUnready:
            # Whose workspace it is could not be read.
            return web.Response(status=door.UNAVAILABLE)
        if response.status == UNHEARD:
            # What we don't listen to is acknowledged, or Slack would repeat it.
            return web.Response()
        if response.status == BROKEN:
            # Our listeners answer for themselves: what Bolt itself stumbles over is no payload.
            return web.Response(status=door.BAD_REQUEST)
        return await to_aiohttp_response(response)

    async def _on_command(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await self._heard(lambda: read.command(body, team=context.team_id))

    async def _on_tap(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await self._heard(lambda: read.tap(body, team=context.team_id))

    async def _on_form(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        return await self._heard(lambda: read.submission(body, team=context.team_id))

    async def _on_event(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        bot_user = context.bot_user_id or ""
        return await self._heard(lambda: read.event(body, team=context.team_id, bot_user=bot_user))

    async def _on_suggestion(self, body: Json, context: AsyncBoltContext) -> BoltResponse:
        installed = self._installations.of
        return await suggested(self._people, installed, body, team=context.team_id)

    async def _heard(self, reading: Callable[[], Heard | None]) -> BoltResponse:
        try:
            heard = reading()
        except Malformed:
            log.info("slack_refused", status=door.BAD_REQUEST, reason="payload_malformed")
            return BoltResponse(status=door.BAD_REQUEST)
        if heard is None:
            return BoltResponse(status=200)
        try:
            return await self._acknowledged(heard)
        except DatabaseUnready:
            # Slack repeats an event that is not acknowledged, and shows whoever used a command, a
            # button or a form that it failed; a form stays open with what was typed.
            return BoltResponse(status=door.UNAVAILABLE)

    async def _acknowledged(self, heard: Heard) -> BoltResponse:
        heard = await self._met.at_home(heard, self._installations.of)
        if await self._is_uninstalled(heard):
            return BoltResponse(status=200, body=_not_installed(heard))

        until = time.monotonic() + ACKNOWLEDGED_WITHIN
        asking = asyncio.ensure_future(self._outcome(heard))
        await asyncio.wait({asking}, timeout=ACKNOWLEDGED_WITHIN)
        if not asking.done():
            # It may still be lost: only what is committed is acknowledged.
            self._in_background(self._show_late(heard, asking))
            return BoltResponse(status=door.UNAVAILABLE)
        showing = asyncio.ensure_future(self._show(heard, asking.result(), is_late=False))
        await asyncio.wait({showing}, timeout=max(0, until - time.monotonic()))
        if not showing.done():
            self._in_background(self._shown(showing))
            return BoltResponse(status=200)
        return BoltResponse(status=200, body=showing.result() or "")

    async def _is_uninstalled(self, heard: Heard) -> bool:
        if heard.incoming.route == "uninstalled":
            return False
        return await self._installations.of(heard.incoming.account.lane) is None

    async def _shown(self, showing: "asyncio.Future[Json]") -> None:
        await showing

    async def _show_late(self, heard: Heard, asking: "asyncio.Future[Outcome]") -> None:
        try:
            outcome = await asking
        except DatabaseUnready:
            # Slack, or whoever asked, was told that it failed.
            log.warning("slack_heard_in_vain", where=heard.where)
            return
        await self._show(heard, outcome, is_late=True)

    async def _outcome(self, heard: Heard) -> Outcome:
        try:
            account = heard.incoming.account
            # Slack repeats events for minutes and keeps no order: a token that works belongs to a
            # bot that was installed anew before this told of its removal.
            if not account.user and await self._api.works(account.lane):
                log.info("slack_removal_outdated", lane=account.lane)
                return Outcome()
            heard = await self._met.introduced(heard)
            if await self._met.is_noise(heard):
                return Outcome()
            profile = heard.incoming.profile
            is_new = profile != Profile() and not profile.is_external
            if heard.where is Where.HOME_OPENED and is_new:
                await self._answer(replace(heard.incoming, route="joined"))
            outcome = await self._answer(repeats.marked(heard))
            self._met.note(heard)
            if heard.incoming.route in {"left", "uninstalled"}:
                self._forget(heard.incoming.account)
            return outcome
        except DatabaseUnready:
            raise
        except Exception:
            # The outermost edge: whoever asked is told that it broke, and we where.
            ref = secrets.token_hex(2).upper()
            log.exception("slack_request_failed", ref=ref)
            return Outcome(reply=sorry(ref))

    def _forget(self, account: Account) -> None:
        self._met.forget(account)
        if not account.user:
            self._installations.forget(account.lane)

    async def _show(
        self, heard: Heard, outcome: Outcome, *, is_late: bool, tried: Answering = FIRST
    ) -> Json:
        if not heard.incoming.account.user:
            return {}
        try:
            body = await self._replies.show(heard, outcome, is_late=is_late)
            if heard.from_home and not outcome.errors and heard.where is not Where.HOME_OPENED:
                self._in_background(self._show_home(heard))
            return body
        except TryLater as error:
            again = tried.again(error.after)
            if again is None:
                log.warning("slack_reply_lost", where=heard.where, reason=str(error))
                return {}
            seconds = error.after.total_seconds()
            log.warning("slack_reply_waits", where=heard.where, seconds=seconds)
            self._in_background(self._show_again(heard, outcome, again, after=seconds))
            return {}
        except BotError as error:
            log.warning("slack_reply_lost", where=heard.where, reason=str(error))
            return {}
        except Exception:
            # The outermost edge: a view that can't be shown must not leave Slack without answer.
            ref = secrets.token_hex(2).upper()
            log.exception("slack_reply_failed", ref=ref)
            return await self._apologise(heard, ref, is_late=is_late)

    async def _apologise(self, heard: Heard, ref: str, *, is_late: bool) -> Json:
        try:
            return await self._replies.show(heard, Outcome(reply=sorry(ref)), is_late=is_late)
        except BotError as error:
            log.warning("slack_reply_lost", where=heard.where, reason=str(error))
            return {}

    async def _show_again(
        self, heard: Heard, outcome: Outcome, tried: Answering, *, after: float
    ) -> None:
        await asyncio.sleep(after)
        await self._show(heard, outcome, is_late=True, tried=tried)

    async def _show_home(self, heard: Heard) -> None:
        """App Home again: what was tapped there may have changed it."""
        asked = replace(heard.incoming, kind=Kind.EVENT, route="home", text="", token="", fields={})
        home = replace(heard, where=Where.HOME_OPENED, incoming=asked, from_home=False)
        await self._show_late(home, asyncio.ensure_future(self._outcome(home)))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)


def _not_installed(heard: Heard) -> Json | str:
    is_command = heard.where is Where.COMMAND
    return {"response_type": "ephemeral", "text": NOT_INSTALLED} if is_command else ""
