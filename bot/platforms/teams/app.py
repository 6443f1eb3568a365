"""Listens to Teams, and shows what dispatch answers."""

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import structlog
from aiohttp import web

from bot.chat.messages import Account, Paragraph, message, spans
from bot.chat.patience import FIRST, Answering
from bot.chat.platform import Answer, InTransaction, Platform, TeamsStore
from bot.chat.requests import Incoming, Kind, Outcome
from bot.errors import BotError, DatabaseUnready, SettingsError, TryLater
from bot.platforms.teams import check as checks
from bot.platforms.teams import door, origin, read, render, repeats, tls
from bot.platforms.teams.activities import INVOKE, MESSAGE, Malformed, maybe
from bot.platforms.teams.adapter import Adapter
from bot.platforms.teams.api import Api
from bot.platforms.teams.connector import Connectors
from bot.platforms.teams.conversations import Conversations
from bot.platforms.teams.hosts import Hosts
from bot.platforms.teams.identity import Identity, LoginRefused, LoginUnreached
from bot.platforms.teams.keys import Keys
from bot.platforms.teams.members import Members
from bot.platforms.teams.met import Met
from bot.platforms.teams.origin import Origin
from bot.platforms.teams.read import Heard
from bot.platforms.teams.replies import Replies
from bot.platforms.teams.send import TeamsPlatform
from bot.platforms.teams.text import Json
from bot.platforms.teams.tokens import Caller, Tokens
from bot.platforms.teams.waiting import Waiting
from bot.settings import Settings

log = structlog.get_logger(__name__)

ADDRESS = "/api/messages"

# Teams sends a message again after 15 seconds; three are for the way.
MESSAGE_WITHIN = 12.0
# Teams waits five seconds for what a dialog or a card answers; half a second is for the way.
INVOKE_WITHIN = 4.5
# How long what is under way may take when the bot stops.
STOPPED_WITHIN = 2.5
# How long the start waits for our token; Slack and the web are not to wait for Microsoft's login.
STARTED_WITHIN = 3.0

BROKE = "Something broke (ref {ref}). Please try again in a moment."
WORKING = "This takes a little longer. I’ll write to you in our own chat as soon as it is done."
DECLINED = (
    "I’m sorry, I can’t be used from your organisation yet. Please ask whoever told you of me "
    "whether your organisation can be added."
)

LEFT = "left"

Read = Callable[[Json], tuple[Heard, ...]]


class Unfinished(Exception):
    """What was heard is not committed in the time that Teams waits, and may still be lost."""


class Shows(Protocol):
    """Shows what dispatch answered."""

    async def show(self, heard: Heard, outcome: Outcome, *, is_late: bool = False) -> Json | None:
        """What an invoke is answered with; None where nothing is left to say."""


class Teams:
    """Teams for every tenant that is served.

    ``routes`` belong in the aiohttp application, ``platform`` in delivery; ``start`` and ``stop``
    run with the application's loop. The durations, in seconds, are there for tests.
    """

    def __init__(
        self,
        settings: Settings,
        answer: Answer,
        store: InTransaction[TeamsStore],
        *,
        reading: Read = read.all_heard,
        replies: Callable[[Api], Shows] | None = None,
        within: Callable[[str], float] | None = None,
        stopped_within: float = STOPPED_WITHIN,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._answer = answer
        self._reading = reading
        self._within = within or _within
        self._stopped_within = stopped_within
        self._tenants = settings.teams_tenants
        trusted = tls.context(settings.requests_ca_bundle)
        hosts = Hosts(settings.teams_hosts)
        self._identity = Identity(settings, clock=clock)
        self._keys = Keys(settings.teams_openid_metadata_url, tls=trusted)
        self._tokens = Tokens(
            self._keys,
            hosts,
            issuer=settings.teams_token_issuer,
            app_id=settings.microsoft_app_id,
        )
        connectors = Connectors(hosts, self._identity.token, tls=trusted)
        self._adapter = Adapter(
            connectors, app_id=settings.microsoft_app_id, audience=settings.teams_oauth_scope
        )
        self._api = Api(connectors, app_id=settings.microsoft_app_id, forget=self._identity.forget)
        members = Members(self._api, store)
        self._conversations = Conversations(self._api, store)
        self._met = Met(store, members)
        base_url = settings.public_url
        self._replies: Shows = (
            replies(self._api)
            if replies
            else Replies(self._api, self._conversations, answer, base_url)
        )
        self._working: set[asyncio.Task[None]] = set()
        self.platform: Platform = TeamsPlatform(
            self._api, self._conversations, members, store, base_url=base_url
        )

    def routes(self) -> list[web.RouteDef]:
        """The one address that Teams sends everything to."""
        return [web.post(ADDRESS, self._receive)]

    async def start(self) -> None:
        """Get our token, so that the first message need not wait for it.

        Raises ``SettingsError`` for an app or a secret that Microsoft does not accept. A login
        that does not answer is asked again with the first message.
        """
        try:
            await asyncio.wait_for(self._identity.token(), STARTED_WITHIN)
            log.info("teams_ready")
        except LoginRefused as error:
            raise SettingsError(str(error)) from error
        except (LoginUnreached, TimeoutError):
            log.warning("teams_login_unreached")

    async def stop(self) -> None:
        """Finish what is being answered, then let go of all connections."""
        waiting = [task for task in self._working if not task.done()]
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=self._stopped_within)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._keys.close()
        await self._identity.close()
        await self._api.close()

    async def check(self) -> list[str]:
        """One sentence for everything that is wrong with the app, and how to mend it."""
        return await checks.check(self._settings)

    async def _receive(self, request: web.Request) -> web.Response:
        try:
            caller = await self._tokens.caller(request.headers.getall("Authorization", ()))
            activity = door.opened(await _body_of(request))
            self._tokens.require(caller, activity)
            return await self._turn(caller, activity)
        except door.Refused as refused:
            log.info("teams_refused", status=refused.status, reason=refused.reason)
            return web.Response(status=refused.status)
        except Malformed:
            log.info("teams_refused", status=door.BAD_REQUEST, reason="activity_malformed")
            return web.Response(status=door.BAD_REQUEST)

    async def _turn(self, caller: Caller, activity: Json) -> web.Response:
        try:
            answer = await self._adapter.turn(
                caller.claims, activity, lambda: self._received(activity)
            )
        except Malformed:
            raise
        except (DatabaseUnready, Unfinished):
            # Whoever sends it again will find it new, or taken in by then.
            return web.Response(status=door.UNAVAILABLE)
        except Exception:
            # The outermost edge: a fault of ours is neither Teams' nor the token's.
            ref = secrets.token_hex(2).upper()
            log.exception("teams_turn_failed", ref=ref)
            body = Waiting(activity).in_words(BROKE.format(ref=ref))
            return web.json_response(body) if body else web.Response()
        if answer is None or answer.body is None:
            return web.Response()
        return web.json_response(answer.body, status=answer.status)

    async def _received(self, activity: Json) -> Json | None:
        place = origin.origin(activity)
        if place is None:
            return None
        if self._tenants and not {place.tenant, place.host} <= set(self._tenants):
            log.info("teams_tenant_declined")
            if activity["type"] == MESSAGE and activity.get("text"):
                self._in_background(self._decline(place))
            return None
        every = self._reading(activity)
        waiting = Waiting(activity)
        answering = asyncio.ensure_future(self._answers(place, every, waiting))
        done, _ = await asyncio.wait({answering}, timeout=self._within(activity["type"]))
        if done:
            return answering.result()
        waiting.is_over = True
        self._in_background(_finished(answering))
        if not waiting.is_taken_in:
            raise Unfinished
        return waiting.in_words(WORKING) if every else None

    async def _answers(
        self, place: Origin, every: tuple[Heard, ...], waiting: Waiting
    ) -> Json | None:
        """Keep the place, then ask and show one after the other; the last is what is answered."""
        failed, body = await self._keep(place), None
        for heard in every:
            outcome = failed or await self._outcome(heard)
            waiting.is_taken_in = heard is every[-1]
            body = await self._show(heard, outcome, waiting)
        if place.is_arrival:
            await self._tell(place, "installed", waiting.activity)
        return body

    async def _keep(self, place: Origin) -> Outcome | None:
        """Keep or forget where it was said; what to say instead where that can't be done."""
        there = place.conversation
        try:
            if place.is_removal:
                await self._conversations.forget(there.lane, there.id)
            elif not place.is_nameless:
                await self._conversations.hear(there)
        except DatabaseUnready:
            raise
        except Exception:
            # An outermost edge: a place that can't be kept is no reason for silence.
            ref = secrets.token_hex(2).upper()
            log.exception("teams_place_unkept", ref=ref)
            return _sorry(ref)
        return None

    async def _outcome(self, heard: Heard) -> Outcome:
        try:
            heard = await self._met.introduced(heard)
            outcome = await self._answer(repeats.marked(heard))
            if heard.incoming.route == LEFT:
                self._met.forget(heard.incoming.account)
            return outcome
        except DatabaseUnready:
            raise
        except Exception:
            # The outermost edge: whoever asked is told that it broke, and we where.
            ref = secrets.token_hex(2).upper()
            log.exception("teams_request_failed", ref=ref)
            return _sorry(ref)

    async def _tell(self, place: Origin, route: str, activity: Json) -> None:
        """What befell a team or group chat rather than one of its people."""
        nobody = Account(place.conversation.lane, "")
        marks = repeats.marks(nobody, place.conversation.id, maybe(activity, "id"))
        await self._answer(Incoming(account=nobody, kind=Kind.EVENT, route=route, marks=marks))

    async def _show(self, heard: Heard, outcome: Outcome, waiting: Waiting) -> Json | None:
        is_late = waiting.is_late(heard)
        try:
            return await self._replies.show(heard, outcome, is_late=is_late)
        except TryLater as error:
            self._put_off(heard, outcome, FIRST, error)
            return waiting.in_words(WORKING)
        except BotError as error:
            log.warning("teams_reply_lost", where=heard.where, reason=str(error))
            return None
        except Exception:
            # The outermost edge: a view that can't be shown must not leave Teams without answer.
            ref = secrets.token_hex(2).upper()
            log.exception("teams_reply_failed", ref=ref)
            if waiting.activity["type"] == INVOKE and not is_late:
                return waiting.in_words(BROKE.format(ref=ref))
            return await self._apologise(heard, ref)

    async def _apologise(self, heard: Heard, ref: str) -> Json | None:
        try:
            said = render.sentence(BROKE.format(ref=ref))
            await self._api.send(heard.place, said)
        except BotError as error:
            log.warning("teams_reply_lost", where=heard.where, reason=str(error))
        return None

    def _put_off(self, heard: Heard, outcome: Outcome, tried: Answering, error: TryLater) -> None:
        again = tried.again(error.after)
        if again is None:
            log.warning("teams_reply_lost", where=heard.where, reason=str(error))
            return
        seconds = error.after.total_seconds()
        log.warning("teams_reply_waits", where=heard.where, seconds=seconds)
        self._in_background(self._show_again(heard, outcome, again, after=seconds))

    async def _show_again(
        self, heard: Heard, outcome: Outcome, tried: Answering, *, after: float
    ) -> None:
        await asyncio.sleep(after)
        try:
            await self._replies.show(heard, outcome, is_late=True)
        except TryLater as error:
            self._put_off(heard, outcome, tried, error)
        except BotError as error:
            log.warning("teams_reply_lost", where=heard.where, reason=str(error))

    async def _decline(self, place: Origin) -> None:
        """One sentence for somebody who is not served; nothing of them is kept."""
        there = place.conversation
        try:
            said = render.sentence(DECLINED)
            await self._api.send(there, said)
        except BotError as error:
            log.warning("teams_decline_lost", reason=str(error))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)


async def _body_of(request: web.Request) -> bytes:
    """The body, read no further than the limit."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > door.MAX_BODY:
            raise door.Refused(door.TOO_LARGE, "body_too_large")
    return bytes(body)


async def _finished(work: "asyncio.Future[Any]") -> None:
    try:
        await work
    except DatabaseUnready:
        log.warning("teams_heard_in_vain")


def _within(kind: str) -> float:
    return INVOKE_WITHIN if kind == INVOKE else MESSAGE_WITHIN


def _sorry(ref: str) -> Outcome:
    return Outcome(reply=message(Paragraph(spans(BROKE.format(ref=ref)))))
